import { describe, expect, it } from 'vitest';
import { additive, eventSteps, parseICalendar } from '@novacron/ml';

const day = 86_400_000;
const year2026 = { fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2027, 0) };
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'SUMMARY:x', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
const days = (...lines: string[]): string[] =>
  parseICalendar(calendar(...lines), year2026).map(({ startMs }) => new Date(startMs).toISOString().slice(0, 10));

describe('parseICalendar', () => {
  it('reads days, times, folded lines and escapes', () => {
    const text = calendar('DTSTART:20260301T221500Z', 'DTEND:20260302T010000Z').replace(
      'SUMMARY:x',
      'SUMMARY:Back\r\n up\\, all',
    );
    expect(parseICalendar(text, year2026)).toEqual([
      { name: 'Backup, all', startMs: Date.UTC(2026, 2, 1, 22, 15), endMs: Date.UTC(2026, 2, 2, 1) },
    ]);
    const [whole] = parseICalendar(calendar('DTSTART;VALUE=DATE:20261225'), year2026);
    expect((whole?.endMs ?? 0) - (whole?.startMs ?? 0)).toBe(day);
  });

  it.each([
    [['DTSTART:20100501', 'RRULE:FREQ=YEARLY'], ['2026-05-01']],
    [
      ['DTSTART:20260131', 'RRULE:FREQ=MONTHLY;COUNT=3'],
      ['2026-01-31', '2026-03-31', '2026-05-31'],
    ],
    [['DTSTART:20240229', 'RRULE:FREQ=YEARLY'], []],
    [
      ['DTSTART:20261201', 'RRULE:FREQ=WEEKLY;INTERVAL=2'],
      ['2026-12-01', '2026-12-15', '2026-12-29'],
    ],
    [
      ['DTSTART:20260101', 'RRULE:FREQ=DAILY;UNTIL=20260103'],
      ['2026-01-01', '2026-01-02', '2026-01-03'],
    ],
    [
      ['DTSTART:20260101', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20260102'],
      ['2026-01-01', '2026-01-03'],
    ],
    [
      ['DTSTART:20251231', 'RRULE:FREQ=DAILY;COUNT=3'],
      ['2025-12-31', '2026-01-01', '2026-01-02'],
    ],
    [['DTSTART:20250101'], []],
    [[], []],
  ])('repeats %j', (lines, expected) => {
    expect(days(...lines)).toEqual(expected);
  });

  it.each([
    ['PT90M', 1.5 / 24],
    ['P1DT12H', 1.5],
    ['P2W', 14],
    ['+PT30S', 30 / 86_400],
    ['-P1D', 0],
  ])('lets an event last %s', (duration, wanted) => {
    const [event] = parseICalendar(calendar('DTSTART:20260301T100000Z', `DURATION:${duration}`), year2026);
    expect((event?.endMs ?? NaN) - (event?.startMs ?? NaN)).toBeCloseTo(wanted * day, 6);
  });

  it('takes a colon in quotes for a part of its parameter', () => {
    const text = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'SUMMARY;ALTREP="cid:part;1":Patch day:\\nall hosts',
      'DTSTART;TZID="(UTC+01:00) Amsterdam":20260301T100000',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
    const startMs = Date.UTC(2026, 2, 1, 10);
    expect(parseICalendar(text, year2026)).toEqual([{ name: 'Patch day:\nall hosts', startMs, endMs: startMs }]);
  });

  it.each([
    ['a day that there is not', calendar('DTSTART:20260230'), 'no day of the calendar'],
    ['an endless duration', calendar('DTSTART:20260301', `DURATION:P${'9'.repeat(400)}D`), 'no duration'],
    ['half an event', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260301', 'END:VEVENT is missing'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseICalendar(text, year2026)).toThrow(message);
  });

  it('takes nothing from what lies inside of an event', () => {
    const alarm = ['BEGIN:VALARM', 'DURATION:P9D', 'STATUS:CANCELLED', 'DTSTART:20260909', 'END:VALARM'];
    expect(parseICalendar(calendar(...alarm, 'DTSTART:20260301'), year2026)).toEqual([
      { name: 'x', startMs: Date.UTC(2026, 2, 1), endMs: Date.UTC(2026, 2, 2) },
    ]);
  });

  it('leaves out what was cancelled', () => {
    expect(days('DTSTART:20260301', 'STATUS:CANCELLED')).toEqual([]);
    expect(days('DTSTART:20260301', 'STATUS:CONFIRMED')).toEqual(['2026-03-01']);
  });

  it('adds single dates and periods to a rule, each once', () => {
    const rule = 'RRULE:FREQ=DAILY;COUNT=2';
    expect(days('DTSTART:20260301', rule, 'RDATE:20260302,20260405', 'RDATE:20260501', 'EXDATE:20260405')).toEqual([
      '2026-03-01',
      '2026-03-02',
      '2026-05-01',
    ]);
    const periods = 'RDATE;VALUE=PERIOD:20260401T000000Z/PT6H,20260402T000000Z/20260402T010000Z';
    const found = parseICalendar(calendar('DTSTART:20260301T000000Z', 'DURATION:PT2H', periods), year2026);
    expect(found.map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000)).toEqual([2, 6, 1]);
  });

  it('moves and cancels single repetitions', () => {
    const series = (...own: string[]): string[] => ['BEGIN:VEVENT', 'UID:a', ...own, 'END:VEVENT'];
    const text = [
      'BEGIN:VCALENDAR',
      ...series('DTSTART:20260302', 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:patches'),
      ...series('RECURRENCE-ID;VALUE=DATE:20260309', 'DTSTART:20260311', 'SUMMARY:late patches'),
      ...series('RECURRENCE-ID:20260316', 'DTSTART:20260316', 'STATUS:CANCELLED'),
      'BEGIN:VEVENT',
      'UID:b',
      'DTSTART:20260309',
      'SUMMARY:another',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\n');
    const found = parseICalendar(text, year2026);
    expect(found.map(({ name, startMs }) => [name, new Date(startMs).getUTCDate()])).toEqual([
      ['patches', 2],
      ['another', 9],
      ['late patches', 11],
      ['patches', 23],
    ]);
  });

  it('gives up on rules that lead nowhere, and bears a high count', () => {
    const rule = ['BEGIN:VEVENT', 'DTSTART:00010101', 'RRULE:FREQ=MONTHLY;COUNT=999999', 'END:VEVENT'].join('\n');
    const text = `BEGIN:VCALENDAR\n${`${rule}\n`.repeat(20_000)}END:VCALENDAR`;
    expect(() => parseICalendar(text, { fromMs: Date.UTC(3900, 0, 5), toMs: Date.UTC(3900, 0, 6) })).toThrow(
      'too many steps',
    );
    const count = 'RRULE:FREQ=DAILY;COUNT=739250';
    expect(days('DTSTART:20260101', count).at(-1)).toBe('2026-12-31');
    expect(days('DTSTART:20251220', 'RRULE:FREQ=DAILY;COUNT=20').at(-1)).toBe('2026-01-08');
  });

  it('reaches a rule of a thousand years ago at once', () => {
    expect(days('DTSTART:10000101', 'RRULE:FREQ=DAILY;INTERVAL=300').length).toBeGreaterThan(0);
  });

  it('says what it does not know instead of a wrong date', () => {
    for (const rule of ['FREQ=YEARLY;BYDAY=4TH', 'FREQ=HOURLY', 'FREQ=DAILY;INTERVAL=0', 'COUNT=2']) {
      expect(() => days('DTSTART:20260101', `RRULE:${rule}`)).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_UNSUPPORTED' }),
      );
    }
    for (const line of ['EXRULE:FREQ=DAILY', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260101', 'RRULE:FREQ=DAILY']) {
      expect(() => days('DTSTART:20260101', 'RRULE:FREQ=DAILY', line)).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_UNSUPPORTED' }),
      );
    }
    expect(() => days('DTSTART:20260101', 'DURATION:P')).toThrow('duration');
    for (const bad of ['', 'hello', calendar('DTSTART:tomorrow'), 7 as never]) {
      expect(() => parseICalendar(bad, year2026)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    expect(() => parseICalendar(calendar(), { fromMs: 2, toMs: 1 })).toThrow(/order/);
    const much = calendar('DTSTART:00010101', 'RRULE:FREQ=DAILY');
    expect(() => parseICalendar(much, { fromMs: -6e13, toMs: 8e15 })).toThrow(/100000/);
  });
});

describe('eventSteps', () => {
  it('counts every step that an event touches, and merges names', () => {
    const events = [
      { name: 'a', startMs: 0.5 * day, endMs: 1.5 * day },
      { name: 'b', startMs: 3 * day, endMs: 4 * day },
      { name: 'a', startMs: 5 * day, endMs: 5 * day },
      { name: 'b', startMs: -9 * day, endMs: -8 * day },
      { name: 'b', startMs: 90 * day, endMs: 91 * day },
    ];
    expect(eventSteps(events, { startMs: 0, stepMs: day, steps: 10 })).toEqual([
      { name: 'a', steps: [0, 1, 5] },
      { name: 'b', steps: [3] },
    ]);
  });

  it('lets a model learn what a holiday does, and forecast the next', () => {
    const startMs = Date.UTC(2025, 0, 1);
    const holidays = parseICalendar(calendar('DTSTART:20250110', 'RRULE:FREQ=MONTHLY'), {
      fromMs: startMs,
      toMs: Date.UTC(2026, 0),
    });
    const events = eventSteps(holidays, { startMs, stepMs: day, steps: 365 });
    const visits = Array.from(
      { length: 330 },
      (_, step) => 100 - (events[0]?.steps.includes(step) === true ? 60 : 0) + (step % 3),
    );
    const { mean } = additive({ events }).fit(visits).forecast(35);
    expect(Math.round((mean[343 - 330] as number) / 10)).toBe(4); // 10 December
    expect(Math.round((mean[20] as number) / 10)).toBe(10);
  });

  it.each([{ stepMs: 0 }, { stepMs: NaN }, { startMs: NaN }, { steps: 0 }])('refuses %j', (part) => {
    const grid = { startMs: 0, stepMs: day, steps: 5, ...part };
    expect(() => eventSteps([], grid)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    expect(() => eventSteps([{ name: 'x', startMs: 2, endMs: 1 }], { startMs: 0, stepMs: day, steps: 5 })).toThrow(
      /end/,
    );
  });
});
