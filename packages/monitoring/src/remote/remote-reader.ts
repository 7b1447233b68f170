import { seriesKey, type Clock, type Labels } from '@novacron/core';
import type { SeriesId, SeriesListQuery } from '../store/metric-store.ts';
import { queryRange } from '../store/store-call.ts';
import { columnsOf } from './columns-of.ts';
import type { RemoteClient, ResultRow } from './remote-client.ts';
import { SortedRows } from './sorted-rows.ts';
import { toPromql } from './to-promql.ts';

const dayMs = 86_400_000;
/** Ten minutes after the beginning of 1970. */
const earlyMs = 600_000;

type Pair = readonly [seconds: number, value: string];

/** How many samples of a series the server has. */
export interface Held {
  readonly id: SeriesId;
  readonly samples: number;
}

/** Reads what a server has of the series with some labels. */
export class RemoteReader {
  readonly #client: RemoteClient;
  readonly #own: Labels;
  readonly #clock: Clock;

  /** @param own - Labels that all series have there and none has here. */
  constructor(client: RemoteClient, own: Labels, clock: Clock) {
    this.#client = client;
    this.#own = own;
    this.#clock = clock;
  }

  /** A query's range, where the protocols have times: from 1970 on, to a day from now. */
  range(query: SeriesListQuery): { readonly fromMs: number; readonly toMs: number } {
    const { fromMs, toMs } = queryRange(query);
    return { fromMs: Math.max(0, fromMs), toMs: Math.min(toMs, this.#clock.now() + dayMs) };
  }

  /** The series that may have samples in a range, as a store sorts them. */
  async list(query: SeriesListQuery, signal: AbortSignal): Promise<readonly SeriesId[]> {
    const { fromMs, toMs } = this.range(query);
    const { text, matches } = toPromql(query, this.#own);
    const parameters = new URLSearchParams({
      'match[]': text,
      // VictoriaMetrics takes a start of 0 for none, and none for the last minutes.
      start: String(Math.max(1, fromMs) / 1_000),
      end: String(toMs / 1_000),
    });
    const found = new SortedRows<undefined>();
    const rows = await this.#client.ask<readonly ResultRow['metric'][]>('series', parameters, signal);
    for (const metric of rows) if (matches(metric)) found.add(this.idOf(metric), undefined);
    return found.list().map(([id]) => id);
  }

  /** The series that have samples in a range, and how many. */
  async held(seriesQuery: SeriesListQuery, signal: AbortSignal): Promise<ReadonlyMap<string, Held>> {
    const held = new Map<string, Held>();
    const { fromMs, toMs } = this.range(seriesQuery);
    if (!(fromMs < toMs)) return held;
    // One metric at a time: without their names, series of two metrics may look the same, which is an error.
    for (const metric of new Set((await this.list(seriesQuery, signal)).map((id) => id.metric))) {
      const { text, matches } = toPromql({ ...seriesQuery, metric, metricMatch: undefined }, this.#own);
      const add = (row: ResultRow['metric'], samples: number): void => {
        const named = { ...row, __name__: metric };
        if (samples === 0 || !matches(named)) return;
        const id = this.idOf(named);
        const key = seriesKey(metric, id.labels);
        held.set(key, { id, samples: samples + (held.get(key)?.samples ?? 0) });
      };
      // VictoriaMetrics counts nothing in a window that begins right after 1970; what little there is gets read.
      if (fromMs < earlyMs)
        for (const { metric: row, values = [] } of await this.read(text, fromMs, Math.min(toMs, earlyMs), signal))
          add(row, columnsOf(values, fromMs, Math.min(toMs, earlyMs)).timesMs.length);
      const laterMs = Math.max(fromMs, earlyMs);
      if (laterMs >= toMs) continue;
      const query = `count_over_time(${text}[${Math.ceil(toMs - laterMs)}ms])`;
      const parameters = new URLSearchParams({ query, time: String((toMs - 1) / 1_000) });
      type Counted = { readonly result: readonly { readonly metric: ResultRow['metric']; readonly value: Pair }[] };
      const { result } = await this.#client.ask<Counted>('query', parameters, signal);
      for (const { metric: row, value } of result) add(row, Number(value[1]));
    }
    return held;
  }

  /** The samples of a range that ends before `toMs`; some may lie a little outside. */
  async read(text: string, fromMs: number, toMs: number, signal: AbortSignal): Promise<readonly ResultRow[]> {
    const parameters = new URLSearchParams({
      query: `${text}[${Math.ceil(toMs - fromMs)}ms]`,
      time: String((toMs - 1) / 1_000),
    });
    return (await this.#client.ask<{ result: readonly ResultRow[] }>('query', parameters, signal)).result;
  }

  /** A series as this store tells it. */
  idOf({ __name__: metric = '', ...rest }: Readonly<Record<string, string>>): SeriesId {
    const own = Object.keys(this.#own);
    const labels = Object.entries(rest).filter(([label]) => !own.includes(label));
    return { metric, labels: Object.freeze(Object.fromEntries(labels)) };
  }
}
