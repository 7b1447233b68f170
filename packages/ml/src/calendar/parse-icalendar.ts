import { invalid, MlError } from '../error.ts';
import { checkOptions } from '../values.ts';
import type { CalendarEvent } from './calendar-event.ts';
import { durationOf, timeOf } from './icalendar-time.ts';
import { recurrences } from './recurrences.ts';

/** Which part of a calendar is wanted. */
export interface ParseICalendarOptions {
  /** Epoch milliseconds; what is over before is left out. */
  readonly fromMs: number;
  /** Epoch milliseconds; what starts from then on is left out. */
  readonly toMs: number;
}

/** The lines of an event, by their names. */
type Fields = ReadonlyMap<string, readonly string[]>;

const dayMs = 86_400_000;
const longestText = 20_000_000;
const mostEvents = 100_000;

/**
 * Reads events from an iCalendar text (RFC 5545), such as a calendar of holidays: `VEVENT` with `DTSTART` and `DTEND`,
 * `DURATION` or whole days; `RRULE` by `FREQ` (DAILY to YEARLY), `INTERVAL`, `COUNT` and `UNTIL`; `RDATE`, less `EXDATE`;
 * single repetitions that were moved (`RECURRENCE-ID`). What was cancelled is left out. Times with a zone of their own are
 * read as UTC: good enough for days and hours, not for minutes. A rule of other parts is an error, not a wrong date.
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
  checkOptions(options);
  const { fromMs, toMs } = options;
  if (!(fromMs <= toMs && Math.abs(fromMs) <= 8.64e15 && Math.abs(toMs) <= 8.64e15)) {
    throw invalid('fromMs and toMs must be times in order', { fromMs, toMs });
  }
  if (typeof text !== 'string' || text.length > longestText || !/^\s*BEGIN:VCALENDAR/i.test(text)) {
    throw invalid('It must be an iCalendar text that begins with BEGIN:VCALENDAR', {});
  }
  const found = [...eventFields(text)];
  const moved = movedStarts(found);
  const events: CalendarEvent[] = [];
  const steps = { left: mostSteps };
  for (const fields of found) {
    const without = first(fields, 'RECURRENCE-ID') === undefined ? moved.get(uidOf(fields)) : undefined;
    for (const event of occurrences(fields, fromMs, toMs, without, steps)) {
      events.push(event);
      if (events.length > mostEvents) throw invalid(`There are more than ${mostEvents} events`, {});
    }
  }
  return events.sort((a, b) => a.startMs - b.startMs);
}

/** Far more than any calendar needs; a text of nothing but endless rules must come to an end. */
const mostSteps = 5_000_000;

/** The fields of each VEVENT; those of what lies inside of it, such as an alarm, are not its own. */
function* eventFields(text: string): Generator<Fields> {
  let fields: Map<string, string[]> | undefined;
  let inside = 0;
  for (const line of text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const colon = colonOf(line);
    const head = line.slice(0, colon).trim().toUpperCase();
    const [name = '', ...parameters] = head.split(';');
    const value = line.slice(colon + 1).trim();
    const component = value.toUpperCase();
    if (fields === undefined) {
      if (name === 'BEGIN' && component === 'VEVENT') fields = new Map();
    } else if (name === 'BEGIN') inside++;
    else if (name === 'END' && inside > 0) inside--;
    else if (name === 'END') {
      yield fields;
      fields = undefined;
    } else if (inside === 0) {
      if (name === 'EXRULE' || (name === 'RECURRENCE-ID' && parameters.includes('RANGE=THISANDFUTURE'))) {
        throw new MlError({ kind: 'unsupported', message: `${head} is not known here` });
      }
      const before = fields.get(name);
      if (before === undefined) fields.set(name, [value]);
      else before.push(value);
    }
  }
  if (fields !== undefined) throw invalid('The iCalendar text ends within an event: END:VEVENT is missing', {});
}

/** Where a value begins: the first colon that is in no quotes, as those of parameters may be; -1 when there is none. */
function colonOf(line: string): number {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    if (letter === '"') quoted = !quoted;
    else if (letter === ':' && !quoted) return i;
  }
  return -1;
}

function first(fields: Fields, name: string): string | undefined {
  return fields.get(name)?.[0];
}

function uidOf(fields: Fields): string {
  return first(fields, 'UID') ?? '';
}

/** Of each event, by its UID, the starts of repetitions that have an event of their own instead. */
function movedStarts(found: readonly Fields[]): ReadonlyMap<string, ReadonlySet<number>> {
  const moved = new Map<string, Set<number>>();
  for (const fields of found) {
    const original = first(fields, 'RECURRENCE-ID');
    if (original === undefined) continue;
    const starts = moved.get(uidOf(fields)) ?? new Set<number>();
    starts.add(timeOf(original));
    moved.set(uidOf(fields), starts);
  }
  return moved;
}

function* occurrences(
  fields: Fields,
  fromMs: number,
  toMs: number,
  moved: ReadonlySet<number> | undefined,
  steps: { left: number },
): Generator<CalendarEvent> {
  const startText = first(fields, 'DTSTART');
  if (startText === undefined || first(fields, 'STATUS')?.toUpperCase() === 'CANCELLED') return;
  const start = timeOf(startText);
  const lengthMs = Math.max(0, lengthOf(fields, start, startText.includes('T') ? 0 : dayMs));
  const name = (first(fields, 'SUMMARY') ?? 'event').replaceAll(/\\([,;\\nN])/g, (_, letter: string) =>
    letter === 'n' || letter === 'N' ? '\n' : letter,
  );
  const without = new Set(listed(fields, 'EXDATE').map(timeOf));
  const given = new Set<number>();
  const event = (startMs: number, endMs: number): CalendarEvent[] => {
    if (!(endMs >= fromMs && startMs < toMs) || given.has(startMs)) return [];
    if (without.has(startMs) || moved?.has(startMs) === true) return [];
    given.add(startMs);
    return [{ name, startMs, endMs }];
  };
  const rules = fields.get('RRULE') ?? [];
  if (rules.length > 1) throw new MlError({ kind: 'unsupported', message: 'An event may have one RRULE' });
  for (const startMs of recurrences(start, rules[0], fromMs - lengthMs, toMs, steps)) {
    yield* event(startMs, startMs + lengthMs);
  }
  for (const date of listed(fields, 'RDATE')) {
    const [startText = '', endText] = date.split('/');
    const startMs = timeOf(startText);
    const ownMs = endText === undefined ? lengthMs : (durationOf(endText) ?? timeOf(endText) - startMs);
    yield* event(startMs, startMs + Math.max(0, ownMs));
  }
}

function lengthOf(fields: Fields, start: number, usualMs: number): number {
  const endText = first(fields, 'DTEND');
  if (endText !== undefined) return timeOf(endText) - start;
  const text = first(fields, 'DURATION');
  if (text === undefined) return usualMs;
  const lengthMs = durationOf(text);
  if (lengthMs === undefined) throw invalid(`${JSON.stringify(text.slice(0, 40))} is no duration of iCalendar`, {});
  return lengthMs;
}

function listed(fields: Fields, name: string): string[] {
  return fields.get(name)?.flatMap((value) => value.split(',')) ?? [];
}
