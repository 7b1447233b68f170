import type { ForecasterWithTimes } from './timed/with-times.ts';
import { seasonalNaive } from './seasonal-naive.ts';

/**
 * Repeats the last value: {@link seasonalNaive} with a season of one step.
 *
 * @example
 * ```ts
 * import { naive } from '@novacron/ml';
 *
 * [...naive().fit([3, 1, 2]).forecast(2).mean] // => [2, 2]
 * ```
 */
export function naive(): ForecasterWithTimes {
  return seasonalNaive({ seasonLength: 1 });
}
