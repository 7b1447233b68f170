import type { Clock, Series } from '@novacron/core';
import type { SeriesListQuery, SeriesQuery } from '../store/metric-store.ts';
import { aggregateBetween } from '../store/rollup.ts';
import type { Columns } from '../store/sample-columns.ts';
import { SampleSlab } from '../store/sample-slab.ts';
import type { SeriesCatalog } from '../store/series-catalog.ts';
import { pacer, queryRange, readLimits, tierOf } from '../store/store-call.ts';
import type { Head } from './head.ts';
import type { StoreReader } from './store-reader.ts';

/** What queries read. */
export interface QueriedParts {
  readonly clock: Clock;
  readonly catalog: SeriesCatalog;
  readonly head: Head;
  readonly reader: StoreReader;
}

/** Answers queries from a store's file and from memory. */
export class StoreQueries {
  readonly #parts: QueriedParts;
  readonly #rollupRetentionMs: number;

  /** @param rollupRetentionMs - How long buckets of samples are kept; 0 when there are none. */
  constructor(parts: QueriedParts, rollupRetentionMs: number) {
    this.#parts = parts;
    this.#rollupRetentionMs = rollupRetentionMs;
  }

  /**
   * The samples of the series that match.
   *
   * @param checkOpen - Throws when the store was closed meanwhile.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the query makes no sense, NOVA_MONITORING_QUOTA when its limits
   * are passed.
   */
  async select(query: SeriesQuery, signal: AbortSignal, checkOpen: () => void): Promise<Series[]> {
    const { fromMs, toMs } = queryRange(query);
    const pace = pacer(signal, this.#parts.clock);
    const count = readLimits(query);
    const read = this.#readingOf(query, fromMs, toMs);
    const found: Series[] = [];
    for (const ref of this.refs(query, fromMs, query.downsample !== undefined)) {
      checkOpen();
      const columns = read(ref);
      if (columns === undefined) continue;
      const { length } = columns.timesMs;
      if (length > 0) {
        count(length);
        const { metric, labels } = this.#parts.catalog.index.id(ref);
        found.push({ metric, labels, timesMs: columns.timesMs, values: columns.values });
      }
      const pause = pace(length + 20);
      if (pause !== undefined) await pause;
    }
    return found;
  }

  /** The series that match and may have samples from a time on that are not too old, or buckets if wanted, sorted. */
  refs(query: SeriesListQuery, fromMs: number, buckets: boolean = false): number[] {
    const { catalog, clock } = this.#parts;
    const refs = catalog.select(query, fromMs);
    if (catalog.retention.shortestMs === Infinity) return refs;
    const oldestMs = catalog.oldestTimes();
    const oldestBucketMs = buckets ? clock.now() - this.#rollupRetentionMs : Infinity;
    return refs.filter((ref) => {
      const slot = catalog.index.slotOf(ref);
      const newestMs = catalog.newest.get(slot);
      return newestMs >= Math.min(oldestMs(slot), oldestBucketMs) || newestMs === -Infinity;
    });
  }

  /** Reads a series' samples, or its buckets where the query is content with them. */
  #readingOf(query: SeriesQuery, fromMs: number, toMs: number): (ref: number) => Columns | undefined {
    const { catalog, head, reader, clock } = this.#parts;
    const oldestMs = catalog.oldestTimes();
    const tier = tierOf(query);
    const oldestBucketMs = clock.now() - this.#rollupRetentionMs;
    const slab = new SampleSlab();
    return (ref) => {
      const slot = catalog.index.slotOf(ref);
      if (slot < 0) return undefined;
      const firstMs = Math.max(fromMs, oldestMs(slot));
      if (tier === undefined) return slab.join(reader.read(head, slot, ref, firstMs, toMs));
      const firstBucketMs = Math.max(fromMs, Math.min(oldestMs(slot), oldestBucketMs));
      const buckets = reader.readBuckets(head, slot, ref, tier.tierMs, firstBucketMs, toMs);
      return aggregateBetween(buckets, tier.aggregate, firstBucketMs, toMs);
    };
  }
}
