import type { CallOptions } from '@novacron/core';
import type { AppendResult, MetricStore, SampleBatch, SeriesId } from '../store/metric-store.ts';

/** A number that no store gives to a series. */
const noRef = 0xffff_ffff;

/** One of several stores that hold the same, with its own numbers for their series. */
export class Replica {
  readonly store: MetricStore;
  readonly #ids: readonly SeriesId[];
  readonly #refs: (number | undefined)[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** @param ids - The series by the number that they have in all stores together; it grows. */
  constructor(store: MetricStore, ids: readonly SeriesId[]) {
    this.store = store;
    this.#ids = ids;
  }

  /** Runs a task that writes, after those before it, whether they succeeded or not. */
  write<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Registers series anew, by their common numbers. */
  async register(common: readonly number[], options?: CallOptions): Promise<void> {
    const refs = await this.store.register(
      common.map((ref) => this.#ids[ref] as SeriesId),
      options,
    );
    common.forEach((ref, i) => (this.#refs[ref] = refs[i]));
  }

  /** Appends a batch with common numbers; series that this store was away for when they were registered come first. */
  async append(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    const missing = new Set<number>();
    for (const ref of batch.refs) if (ref < this.#ids.length && this.#refs[ref] === undefined) missing.add(ref);
    if (missing.size > 0) await this.register([...missing], options);
    return this.store.appendBatch({ ...batch, refs: batch.refs.map((ref) => this.#refs[ref] ?? noRef) }, options);
  }
}
