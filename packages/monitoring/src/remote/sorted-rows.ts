import { seriesKey } from '@novacron/core';
import type { SeriesId } from '../store/metric-store.ts';
import { SeriesIndex } from '../store/series-index.ts';

/** Rows of series, in the order in which a store tells them. */
export class SortedRows<Row> {
  readonly #index = new SeriesIndex();
  readonly #rows: Row[] = [];
  readonly #keys = new Set<string>();

  add(id: SeriesId, row: Row): void {
    const key = seriesKey(id.metric, id.labels);
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.#index.add(id.metric, id.labels);
    this.#rows.push(row);
  }

  list(): [SeriesId, Row][] {
    return this.#index.select().map((ref) => [this.#index.id(ref), this.#rows[ref] as Row]);
  }
}
