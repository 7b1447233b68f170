import type { CallOptions, Series } from '@novacron/core';
import type { Stage, StageContext } from '../pipeline/stage.ts';

/** Anything that answers a query with series, like the stores of `@novacron/monitoring`. */
export interface SeriesStore<Query> {
  /** The series that match. */
  select(query: Query, options?: CallOptions): Promise<readonly Series[]>;
}

/**
 * A first stage that reads series from a store.
 *
 * @param store - Where they are; any object with a fitting `select`.
 * @param query - What to read, or how to make that from the context: `(context) => ({ toMs: context.startTimeMs })`.
 *
 * @example
 * ```ts
 * import { collect, pipeline } from '@novacron/analytics';
 * import { createSeries } from '@novacron/core';
 *
 * const store = {
 *   async select(query: { metric: string }) {
 *     return [createSeries(query.metric, { vm: 'web-1' }, [0, 60_000], [0.25, 0.5])];
 *   },
 * };
 * const { value } = await pipeline('read', collect(store, { metric: 'system.cpu.utilization' })).run();
 * value.map((series) => series.labels['vm']) // => ['web-1']
 * ```
 */
export function collect<Query extends object>(
  store: SeriesStore<Query>,
  query: Query | ((context: StageContext) => Query),
): Stage<void, readonly Series[]> {
  return {
    name: 'collect',
    run: (_, context) => store.select(typeof query === 'function' ? query(context) : query, { signal: context.signal }),
  };
}
