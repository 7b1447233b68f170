import type { CallOptions, Labels, Sample } from '@novacron/core';
import { floatBits } from '../store/float-bits.ts';
import type { AppendResult, SampleBatch, SeriesId } from '../store/metric-store.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import type { SeriesTransform } from './series-transform.ts';

/** Stands for a series that is not stored; no store has as many. */
const dropped = 0xffff_ffff;

/**
 * Changes series on their way into a store. The change is made once for a series: when it is registered, or when the
 * object of its labels is seen first. Samples of series that are not stored are neither appended nor rejected.
 *
 * @param sink - The store.
 * @param transform - The change; see {@link joinLabels} and `relabel` of `@novacron/monitoring/promql`.
 *
 * @example
 * ```ts
 * import { memoryStore, transformedSink } from '@novacron/monitoring';
 * import { relabel } from '@novacron/monitoring/promql';
 *
 * await using store = memoryStore();
 * const sink = transformedSink(store, relabel([{ action: 'labeldrop', regex: 'pid' }]));
 * await sink.append([{ metric: 'up', labels: { vm: 'a', pid: '7' }, timeMs: 1_000, value: 1 }]);
 * (await store.series())[0]?.labels // => { vm: 'a' }
 * ```
 */
export function transformedSink(sink: SampleSink, transform: SeriesTransform): SampleSink {
  return new TransformedSink(sink, transform);
}

class TransformedSink implements SampleSink {
  readonly #sink: SampleSink;
  readonly #transform: SeriesTransform;
  /** By the object of a series' labels, which sources hand out again and again, and its metric. */
  readonly #known = new WeakMap<Labels, Map<string, SeriesId | undefined>>();

  constructor(sink: SampleSink, transform: SeriesTransform) {
    this.#sink = sink;
    this.#transform = transform;
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    const changed: Sample[] = [];
    for (const sample of samples) {
      const series = this.#change(sample);
      if (series !== undefined) changed.push({ ...series, timeMs: sample.timeMs, value: sample.value });
    }
    return this.#sink.append(changed, options);
  }

  async register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    const refs = new Uint32Array(series.length).fill(dropped);
    const changed = series.map((each) => this.#change(each));
    const kept = changed.filter((each) => each !== undefined);
    const keptRefs = await this.#sink.register(kept, options);
    let next = 0;
    for (let i = 0; i < changed.length; i++) if (changed[i] !== undefined) refs[i] = keptRefs[next++] as number;
    return refs;
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#sink.appendBatch(batch.refs.includes(dropped) ? withoutDropped(batch) : batch, options);
  }

  /** A series as it is stored. What is no series at all is left to the store, which counts it. */
  #change(series: SeriesId): SeriesId | undefined {
    const { metric, labels } = series;
    if (typeof metric !== 'string' || typeof labels !== 'object' || labels === null) return series;
    const known = this.#known.get(labels);
    if (known?.has(metric) === true) return known.get(metric);
    const changed = this.#transform(series);
    const own = changed && { metric: changed.metric, labels: Object.freeze({ ...changed.labels }) };
    if (!Object.isFrozen(labels)) return own;
    if (known === undefined) this.#known.set(labels, new Map([[metric, own]]));
    else known.set(metric, own);
    return own;
  }
}

function withoutDropped({ refs, timesMs, values }: SampleBatch): SampleBatch {
  const places = Array.from(refs.keys()).filter((place) => refs[place] !== dropped);
  const kept = {
    refs: new Uint32Array(places.length),
    timesMs: new Float64Array(places.length),
    values: new Float64Array(places.length),
  };
  const [from, to] = [floatBits(values), floatBits(kept.values)];
  for (const [index, place] of places.entries()) {
    kept.refs[index] = refs[place] as number;
    kept.timesMs[index] = timesMs[place] as number;
    to[2 * index] = from[2 * place] as number;
    to[2 * index + 1] = from[2 * place + 1] as number;
  }
  return kept;
}
