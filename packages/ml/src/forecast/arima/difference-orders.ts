import { mstl } from '../../decompose/mstl.ts';
import { seasonalStrength } from '../../decompose/seasonal-strength.ts';
import { kpssStatistic } from '../../statistics/kpss-statistic.ts';

/** Beyond this the level is taken to wander: the 5 % point of the KPSS statistic. */
const wandering = 0.463;
/** From this strength on a season is differenced away (Wang, Smith, Hyndman 2006; the limit is that of R's `nsdiffs`). */
const strong = 0.64;

/** How often to difference until the KPSS test finds a level. */
export function differencesNeeded(values: Float64Array, most: number): number {
  let rest = values;
  for (let d = 0; d < most; d++) {
    const lags = Math.trunc((3 * Math.sqrt(rest.length)) / 13);
    if (rest.length < 3 || isConstant(rest) || !(kpssStatistic(rest, lags, 'level') > wandering)) return d;
    rest = lagged(rest, 1);
  }
  return most;
}

/** Whether the season is so strong that it has to be differenced away: 1, otherwise 0. */
export function seasonalDifferencesNeeded(values: Float64Array, seasonLength: number): 0 | 1 {
  if (seasonLength < 2 || values.length <= 2 * seasonLength || isConstant(values)) return 0;
  const { trend, seasons, remainder } = mstl(values, { seasonLengths: [seasonLength] });
  const [season] = seasons;
  return season !== undefined && seasonalStrength({ season, remainder, trend }) > strong ? 1 : 0;
}

/** Each value less the one `lag` steps before. */
export function lagged(values: Float64Array, lag: number): Float64Array {
  return Float64Array.from({ length: Math.max(0, values.length - lag) }, (_, i) => {
    return (values[i + lag] as number) - (values[i] as number);
  });
}

/** Whether all values are the same but for rounding. */
export function isConstant(values: Float64Array): boolean {
  const first = values[0] as number;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return values.every((value) => Math.abs(value - first) <= 1e-10 * largest);
}
