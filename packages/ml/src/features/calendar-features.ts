import { invalid } from '../error.ts';
import type { SeriesFeatures } from './series-features.ts';

/**
 * What the calendar says of times: hour of the day, day of the week from Monday as 0, day of the month, month from 1,
 * and whether it is a weekend; for regressors and trees.
 *
 * @param times - Epoch milliseconds.
 * @param timeZone - An IANA name; daylight saving counts. @default 'UTC'
 * @throws {MlError} NOVA_ML_INVALID when a time is no number or the zone is unknown.
 *
 * @example
 * ```ts
 * import { calendarFeatures } from '@novacron/ml';
 *
 * const { names, columns } = calendarFeatures([Date.UTC(2026, 2, 29, 1)], 'Europe/Berlin');
 * names // => ['hour', 'weekday', 'day', 'month', 'weekend']
 * columns.map(([value]) => value) // => [3, 6, 29, 3, 1]
 * ```
 */
export function calendarFeatures(times: ArrayLike<number>, timeZone: string = 'UTC'): SeriesFeatures {
  const parts = clockOf(timeZone);
  const names = ['hour', 'weekday', 'day', 'month', 'weekend'];
  const columns = names.map(() => new Float64Array(times.length));
  for (let i = 0; i < times.length; i++) {
    const time = times[i] as number;
    if (!(Math.abs(time) <= 8.64e15)) throw invalid('Times must be epoch milliseconds', { index: i });
    const row = parts(time);
    for (const [c, column] of columns.entries()) column[i] = row[c] as number;
  }
  return { names, columns };
}

const weekdays: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function clockOf(timeZone: string): (time: number) => readonly number[] {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      hour: 'numeric',
      weekday: 'short',
      day: 'numeric',
      month: 'numeric',
    });
  } catch {
    throw invalid(`The time zone ${JSON.stringify(timeZone)} is unknown`, { timeZone });
  }
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const weekday = weekdays.indexOf(parts.get('weekday') ?? '');
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    return [number('hour'), weekday, number('day'), number('month'), weekday >= 5 ? 1 : 0];
  };
}
