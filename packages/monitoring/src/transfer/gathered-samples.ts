import { seriesKey, type Labels } from '@novacron/core';
import type { SampleBatch, SeriesId } from '../store/metric-store.ts';

/** Samples of an import until there are enough for a batch. */
export class GatheredSamples {
  #numbers = new Map<string, number>();
  #ids: SeriesId[] = [];
  #series: number[] = [];
  #timesMs: number[] = [];
  #values: number[] = [];

  /** How many samples there are. */
  get count(): number {
    return this.#values.length;
  }

  /** The series of the samples, by number. */
  get ids(): readonly SeriesId[] {
    return this.#ids;
  }

  /** A number for a series. */
  series(metric: string, labels: Labels): number {
    const key = seriesKey(metric, labels);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#ids.length);
    this.#ids.push({ metric, labels });
    return this.#ids.length - 1;
  }

  /** Adds a sample of a series. */
  add(series: number, timeMs: number, value: number): void {
    this.#series.push(series);
    this.#timesMs.push(timeMs);
    this.#values.push(value);
  }

  /** The samples as columns. */
  batch(refs: Uint32Array): SampleBatch {
    return {
      refs: Uint32Array.from(this.#series, (series) => refs[series] as number),
      timesMs: Float64Array.from(this.#timesMs),
      values: Float64Array.from(this.#values),
    };
  }

  /** Forgets all. */
  clear(): void {
    this.#numbers = new Map();
    this.#ids = [];
    this.#series = [];
    this.#timesMs = [];
    this.#values = [];
  }
}
