import { invalid } from '../error.ts';
import type { Stage } from '../pipeline/stage.ts';

/**
 * A stage that keeps the items with the largest number, largest first; equal ones in their order, NaN last.
 *
 * @param count - How many to keep; 0 or more.
 * @param by - The number of an item; negate it for the smallest.
 * @throws {AnalyticsError} NOVA_ANALYTICS_INVALID when the count is not a whole number from 0.
 *
 * @example
 * ```ts
 * import { pipeline, topN } from '@novacron/analytics';
 *
 * const { value } = await pipeline('busiest', () => [{ vm: 'a', cpu: 0.2 }, { vm: 'b', cpu: 0.9 }])
 *   .pipe(topN(1, (item) => item.cpu))
 *   .run();
 * value // => [{ vm: 'b', cpu: 0.9 }]
 * ```
 */
export function topN<Item>(count: number, by: (item: Item) => number): Stage<readonly Item[], readonly Item[]> {
  if (!(Number.isInteger(count) && count >= 0)) {
    throw invalid(`count must be a whole number from 0, not ${String(count)}`, { option: 'count', value: count });
  }
  return {
    name: `top ${count}`,
    run: (input) =>
      input
        .map((item) => ({ item, key: by(item) }))
        .sort((a, b) => compare(a.key, b.key))
        .slice(0, count)
        .map(({ item }) => item),
  };
}

/** Larger first, NaN last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : b > a ? 1 : -1;
}
