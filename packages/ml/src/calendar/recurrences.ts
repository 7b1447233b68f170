import { invalid, MlError } from '../error.ts';
import { timeOf } from './icalendar-time.ts';

const dayMs = 86_400_000;
const periods: Readonly<Record<string, (date: Date, count: number) => Date | undefined>> = {
  DAILY: (date, count) => new Date(date.getTime() + count * dayMs),
  WEEKLY: (date, count) => new Date(date.getTime() + 7 * count * dayMs),
  MONTHLY: (date, count) => sameDay(date, date.getUTCFullYear(), date.getUTCMonth() + count),
  YEARLY: (date, count) => sameDay(date, date.getUTCFullYear() + count, date.getUTCMonth()),
};

/**
 * The starts that a rule of repetition gives; without a rule there is but one.
 *
 * @param steps - How many may still be looked at.
 * @throws {MlError} NOVA_ML_UNSUPPORTED when the rule has parts that are not known here.
 * @throws {MlError} NOVA_ML_INVALID when it takes too many steps.
 */
export function* recurrences(
  start: number,
  rule: string | undefined,
  fromMs: number,
  toMs: number,
  steps: { left: number },
): Generator<number> {
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
  const frequency = parts.get('FREQ') ?? '';
  const step = periods[frequency];
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
  // Days and weeks are all there, so that those before the time that is asked for are jumped over.
  const lengthMs = { DAILY: dayMs, WEEKLY: 7 * dayMs }[frequency];
  const jumped = lengthMs === undefined ? 0 : Math.max(0, Math.floor((fromMs - start) / (lengthMs * interval)));
  let given = jumped;
  for (let i = jumped; given < count; i++) {
    if (steps.left-- <= 0) throw invalid('The rules of this calendar take too many steps', {});
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
