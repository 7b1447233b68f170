import { describe, expect, it } from 'vitest';
import { wallClock } from '../../src/prepare/wall-clock.ts';

const hour = 3_600_000;

describe('wallClock', () => {
  it.each([
    ['UTC', Date.UTC(2026, 5, 1), 0],
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 0, 59, 59), 1],
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 1), 2],
    ['Europe/Berlin', Date.UTC(2026, 9, 25, 0, 59, 59), 2],
    ['Europe/Berlin', Date.UTC(2026, 9, 25, 1), 1],
    ['America/New_York', Date.UTC(2026, 0, 1), -5],
    ['Asia/Kolkata', Date.UTC(2026, 0, 1), 5.5],
    ['Australia/Lord_Howe', Date.UTC(2026, 0, 1), 11], // half an hour of summer time
    ['Australia/Lord_Howe', Date.UTC(2026, 6, 1), 10.5],
    ['Pacific/Apia', Date.UTC(2011, 11, 30, 12), 14], // the day that was left out has gone
    ['Europe/London', Date.UTC(1969, 6, 1), 1],
  ])('in %s at %d is %d hours ahead', (zone, time, hours) => {
    expect((wallClock(zone).wallOf(time) - time) / hour).toBe(hours);
  });

  it('reads the same in whatever order it is asked', () => {
    const times = Array.from({ length: 24 * 400 }, (_, i) => Date.UTC(2026, 0, 1) + i * hour);
    const rising = wallClock('Europe/Berlin');
    const inOrder = times.map((time) => rising.wallOf(time));
    const falling = wallClock('Europe/Berlin');
    expect(times.toReversed().map((time) => falling.wallOf(time))).toEqual(inOrder.toReversed());
    // And as Intl itself does.
    const intl = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', hourCycle: 'h23' });
    for (let i = 0; i < times.length; i += 7) {
      expect(new Date(inOrder[i] ?? NaN).getUTCHours()).toBe(Number(intl.format(times[i])));
    }
  });

  it('knows when a time is shown, and an hour later for one that never is', () => {
    const berlin = wallClock('Europe/Berlin');
    const times = Array.from({ length: 24 * 365 }, (_, i) => Date.UTC(2026, 0, 1) + i * hour);
    for (const time of times) {
      const back = berlin.timeOf(berlin.wallOf(time));
      if (back !== time) expect(time - back).toBe(time < Date.UTC(2026, 9, 25, 1) ? -hour : hour); // shown twice
    }
    expect(berlin.timeOf(Date.UTC(2026, 2, 29, 2, 30))).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  it.each([
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 1), 2],
    ['America/New_York', Date.UTC(2026, 2, 8, 7), 2],
    ['America/Sao_Paulo', Date.UTC(2004, 10, 2, 3), 0], // at midnight
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30), 2], // by half an hour
    ['Pacific/Apia', Date.UTC(2011, 11, 30, 10), 0], // by a day
  ])('gives for what %s leaves out the time that much later', (zone, changeMs, hourLeftOut) => {
    const clock = wallClock(zone);
    const before = clock.wallOf(changeMs - 1) + 1;
    expect(new Date(before).getUTCHours()).toBe(hourLeftOut);
    const leftOut = clock.wallOf(changeMs) - before;
    for (let wall = before; wall < before + leftOut; wall += leftOut / 10) {
      expect(clock.wallOf(clock.timeOf(wall))).toBe(wall + leftOut);
      expect(clock.timeOf(wall, changeMs - 1)).toBe(clock.timeOf(wall));
    }
  });

  it.each([
    ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
    ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ])('tells in %s the two times apart that show the same', (zone, changeMs) => {
    const clock = wallClock(zone);
    const first = changeMs - hour / 2;
    const wall = clock.wallOf(first);
    expect(clock.wallOf(first + hour)).toBe(wall);
    expect(clock.timeOf(wall, first - 1)).toBe(first);
    expect(clock.timeOf(wall, first)).toBe(first + hour);
    expect([first, first + hour]).toContain(clock.timeOf(wall, first + hour)); // shown no more
  });

  it('refuses an unknown zone', () => {
    expect(() => wallClock('Middle/Earth')).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});
