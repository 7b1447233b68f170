import { invalid, MlError } from '../error.ts';
import type { CalendarEvent } from './calendar-event.ts';

/** Which part of a calendar is wanted. */
export interface ParseICalendarOptions {
  /** Epoch milliseconds; what is over before is left out. */
  readonly fromMs: number;
  /** Epoch milliseconds; what starts from then on is left out. */
  readonly toMs: number;
}

const dayMs = 86_400_000;
const longestText = 20_000_000;
const mostEvents = 100_000;
const periods: Readonly<Record<string, (date: Date, count: number) => Date | undefined>> = {
  DAILY: (date, count) => new Date(date.getTime() + count * dayMs),
  WEEKLY: (date, count) => new Date(date.getTime() + 7 * count * dayMs),
  MONTHLY: (date, count) => sameDay(date, date.getUTCFullYear(), date.getUTCMonth() + count),
  YEARLY: (date, count) => sameDay(date, date.getUTCFullYear() + count, date.getUTCMonth()),
};

/**
 * Reads events from an iCalendar text (RFC 5545), such as a calendar of holidays: `VEVENT` with `DTSTART`, `DTEND` or
 * whole days, and `RRULE` by `FREQ` (DAILY to YEARLY), `INTERVAL`, `COUNT` and `UNTIL`, less `EXDATE`. Times with a zone
 * of their own are read as UTC: good enough for days and hours, not for minutes. A rule of other parts is an error, not
 * a wrong date.
 *
 * @returns events in the order of their start.
 * @throws {MlError} NOVA_ML_INVALID when it is no iCalendar text, or there are more than 100,000 events.
 * @throws {MlError} NOVA_ML_UNSUPPORTED when a rule has parts that are not known here.
 *
 * @example
 * ```ts
 * import { parseICalendar } from '@novacron/ml';
 *
 * const text = `BEGIN:VCALENDAR
 * BEGIN:VEVENT
 * SUMMARY:New Year
 * DTSTART;VALUE=DATE:20250101
 * RRULE:FREQ=YEARLY
 * END:VEVENT
 * END:VCALENDAR`;
 * const [event] = parseICalendar(text, { fromMs: Date.UTC(2027, 0), toMs: Date.UTC(2028, 0) });
 * event // => { name: 'New Year', startMs: Date.UTC(2027, 0, 1), endMs: Date.UTC(2027, 0, 2) }
 * ```
 */
export function parseICalendar(text: string, options: ParseICalendarOptions): CalendarEvent[] {
  const { fromMs, toMs } = options;
  if (!(fromMs <= toMs && Math.abs(fromMs) <= 8.64e15 && Math.abs(toMs) <= 8.64e15)) {
    throw invalid('fromMs and toMs must be times in order', { fromMs, toMs });
  }
  if (typeof text !== 'string' || text.length > longestText || !/^\s*BEGIN:VCALENDAR/i.test(text)) {
    throw invalid('It must be an iCalendar text that begins with BEGIN:VCALENDAR', {});
  }
  const events: CalendarEvent[] = [];
  let fields: Map<string, string[]> | undefined;
  for (const line of text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const [name = ''] = line.slice(0, colon).trim().toUpperCase().split(';');
    const value = line.slice(colon + 1).trim();
    if (name === 'BEGIN' && value.toUpperCase() === 'VEVENT') fields = new Map();
    else if (name === 'END' && value.toUpperCase() === 'VEVENT' && fields !== undefined) {
      for (const event of occurrences(fields, fromMs, toMs)) {
        events.push(event);
        if (events.length > mostEvents) throw invalid(`There are more than ${mostEvents} events`, {});
      }
      fields = undefined;
    } else fields?.set(name, [...(fields.get(name) ?? []), value]);
  }
  return events.sort((a, b) => a.startMs - b.startMs);
}

function* occurrences(
  fields: ReadonlyMap<string, readonly string[]>,
  fromMs: number,
  toMs: number,
): Generator<CalendarEvent> {
  const field = (name: string): string | undefined => fields.get(name)?.[0];
  const startText = field('DTSTART');
  if (startText === undefined) return;
  const start = timeOf(startText);
  const endText = field('DTEND');
  const lengthMs = endText === undefined ? (startText.includes('T') ? 0 : dayMs) : Math.max(0, timeOf(endText) - start);
  const name = (field('SUMMARY') ?? 'event').replaceAll(/\\([,;\\])/g, '$1');
  const without = new Set(fields.get('EXDATE')?.flatMap((value) => value.split(',').map(timeOf)));
  for (const startMs of startsOf(start, field('RRULE'), toMs, fromMs - lengthMs)) {
    const endMs = startMs + lengthMs;
    if (endMs >= fromMs && startMs < toMs && !without.has(startMs)) yield { name, startMs, endMs };
  }
}

function* startsOf(start: number, rule: string | undefined, toMs: number, fromMs: number): Generator<number> {
  if (rule === undefined) {
    yield start;
    return;
  }
  const parts = new Map(
    rule
      .toUpperCase()
      .split(';')
      .map((part): [string, string] => {
        const [key = '', value = ''] = part.split('=');
        return [key, value];
      }),
  );
  const step = periods[parts.get('FREQ') ?? ''];
  const unknown = [...parts.keys()].filter((key) => !['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST'].includes(key));
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const count = Number(parts.get('COUNT') ?? Infinity);
  if (step === undefined || unknown.length > 0 || !(interval >= 1) || !Number.isInteger(interval) || !(count >= 1)) {
    throw new MlError({
      kind: 'unsupported',
      message: `The rule ${JSON.stringify(rule.slice(0, 200))} is not known here`,
    });
  }
  const until = parts.get('UNTIL');
  const last = Math.min(toMs, until === undefined ? Infinity : timeOf(until) + (until.includes('T') ? 0 : dayMs - 1));
  // Far from a rule without count the steps before are jumped over.
  const shortest = dayMs * interval * (parts.get('FREQ') === 'DAILY' ? 1 : 7);
  const jumped =
    count === Infinity && /DAILY|WEEKLY/.test(parts.get('FREQ') ?? '')
      ? Math.max(0, Math.floor((fromMs - start) / shortest))
      : 0;
  let given = 0;
  for (let i = jumped; given < count; i++) {
    const next = step(new Date(start), i * interval);
    if (next === undefined) continue; // a month without that day
    if (!(next.getTime() <= last)) return;
    given++;
    yield next.getTime();
  }
}

/** The same day in another month, where there is one. */
function sameDay(date: Date, year: number, month: number): Date | undefined {
  const moved = new Date(date);
  moved.setUTCFullYear(year, month, date.getUTCDate());
  return Number.isNaN(moved.getTime()) || moved.getUTCDate() === date.getUTCDate() ? moved : undefined;
}

function timeOf(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text.trim());
  if (match === null) throw invalid(`${JSON.stringify(text.slice(0, 40))} is no time of iCalendar`, {});
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
