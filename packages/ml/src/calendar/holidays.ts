import { invalid } from '../error.ts';
import { wallClock } from '../prepare/wall-clock.ts';
import { checkOptions } from '../values.ts';
import type { CalendarEvent } from './calendar-event.ts';
import { holidayCountries, type HolidayCountry } from './holiday-countries.ts';

/** Which holidays are wanted. */
export interface HolidaysOptions {
  /** Epoch milliseconds; what is over by then is left out. 1971 at the earliest. */
  readonly fromMs: number;
  /** Epoch milliseconds; what starts from then on is left out. 2199 at the latest. */
  readonly toMs: number;
  /** An IANA name: whose midnights they begin and end at. @default that of the capital */
  readonly timeZone?: string | undefined;
}

const dayMs = 86_400_000;
const earliestMs = Date.UTC(1971, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

/**
 * The public holidays of a country, by rule: fixed dates, the nth weekday of a month, days from Easter, and what becomes
 * of those that fall on a weekend. Only those that are free in the whole country (of GB: in England and Wales; of the US:
 * federal ones; of CA: those of the Canada Labour Code), by the law of today with its beginnings since 2000 and the days
 * that were added or moved once. A holiday that is observed on another day has that day alone. What a parliament decides
 * next year cannot be known, nor regional days: for those take an iCalendar, {@link parseICalendar}.
 *
 * For daily steps take `timeZone: 'UTC'` and steps that start at a midnight of UTC, whatever the zone of the data: a day
 * whose midnights lie within two steps counts for both.
 *
 * @param country - AT, BE, BR, CA, DE, ES, FR, GB, IT, NL, PL, SE or US.
 * @returns whole days from midnight to midnight, in their order; {@link eventSteps} puts them on the steps of a series.
 * @throws {MlError} NOVA_ML_INVALID when the country is none of these, or an option is out of range.
 *
 * @example
 * ```ts
 * import { holidays } from '@novacron/ml';
 *
 * const [easter] = holidays('DE', { fromMs: Date.UTC(2026, 3, 1), toMs: Date.UTC(2026, 4, 1) });
 * easter!.name // => 'Good Friday'
 * new Date(easter!.startMs).toISOString() // => '2026-04-02T22:00:00.000Z'
 * ```
 */
export function holidays(country: HolidayCountry, options: HolidaysOptions): CalendarEvent[] {
  checkOptions(options);
  const { fromMs, toMs } = options;
  if (!Object.hasOwn(holidayCountries, country)) {
    const known = Object.keys(holidayCountries).join(', ');
    throw invalid(`Holidays are known of ${known}, not ${country}`, { option: 'country', country });
  }
  if (!(fromMs >= earliestMs && fromMs <= toMs && toMs <= latestMs)) {
    throw invalid('fromMs and toMs must be times in order, from 1971 to 2199', { fromMs, toMs });
  }
  const { rules, timeZone } = holidayCountries[country];
  const clock = wallClock(options.timeZone ?? timeZone);
  const events: CalendarEvent[] = [];
  // New Year's Day may be observed in the year before.
  for (let year = new Date(fromMs).getUTCFullYear() - 1; year <= new Date(toMs).getUTCFullYear() + 1; year++) {
    for (const [name, rule] of rules) {
      const day = rule(year);
      if (day === undefined) continue;
      const [startMs, endMs] = [clock.timeOf(day * dayMs), clock.timeOf((day + 1) * dayMs)];
      if (endMs > fromMs && startMs < toMs) events.push({ name, startMs, endMs });
    }
  }
  return events.sort((a, b) => a.startMs - b.startMs);
}
