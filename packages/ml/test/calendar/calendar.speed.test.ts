import { describe, expect, it } from 'vitest';
import { parseICalendar } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

const year2026 = { fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2027, 0) };
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'SUMMARY:x', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
const days = (...lines: string[]): string[] =>
  parseICalendar(calendar(...lines), year2026).map(({ startMs }) => new Date(startMs).toISOString().slice(0, 10));

describe('parseICalendar', () => {
  it('reads many values of one field in time', () => {
    const startedMs = cpuMs();
    const dates = Array.from({ length: 50_000 }, (_, i) => `EXDATE:${20_260_101 + (i % 28)}`);
    expect(days('DTSTART:20260101', 'RRULE:FREQ=DAILY;COUNT=30', ...dates)).toEqual(['2026-01-29', '2026-01-30']);
    expect(cpuMs() - startedMs).toBeLessThan(2_000);
  });
});
