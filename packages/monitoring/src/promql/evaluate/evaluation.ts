import { abortError, NovaError, type Clock, type Series } from '@novacron/core';
import type { VectorSelector } from '../ast/expression.ts';
import { formatPromql } from '../ast/format-promql.ts';
import { limitError } from '../error.ts';
import type { MetricStore } from '../../store/metric-store.ts';
import { matchValue } from '../../store/label-selector.ts';
import { tierFor } from '../../store/rollup.ts';
import type { Tier } from '../../store/store-call.ts';
import type { Annotations } from './annotations.ts';
import { toSeriesSelector } from './series-selector.ts';

/** How much a query may take. */
export interface QueryLimits {
  readonly maxSamples: number;
  readonly maxSeries: number;
  readonly maxMemoryBytes: number;
  readonly maxWindowSamples: number;
}

/** Resolutions of samples. */
export type QueryTier = 'raw' | '5m' | '1h';

/** A read of the store that a query made. */
export interface QueryRead {
  /** The selector. */
  readonly selector: string;
  /** First time that was read, epoch milliseconds. */
  readonly fromMs: number;
  /** Last time that was read, epoch milliseconds. */
  readonly toMs: number;
  /** Series that had samples. */
  readonly series: number;
  /** Samples. */
  readonly samples: number;
  /** What was read: all samples, or buckets of five minutes or an hour. */
  readonly tier: QueryTier;
  /** How long the store took, in milliseconds. */
  readonly durationMs: number;
}

/** What a query reads beyond what it names. */
export interface QueryReach {
  /** How old the newest sample of a series may be, in milliseconds. */
  readonly lookbackMs: number;
  /** The longest buckets that may be read in place of samples, in milliseconds; 0 for none. */
  readonly maxSourceResolutionMs: number;
}

/** What an evaluation is made with. */
export interface EvaluationOptions extends QueryReach {
  readonly store: MetricStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: QueryLimits;
  readonly annotations: Annotations;
  /** Step of subqueries without one. */
  readonly subqueryStepMs: number;
  /** The query's own range, for `@ start()` and `@ end()`. */
  readonly startMs: number;
  readonly endMs: number;
}

/** How many buckets what is asked for must be long, so that those at its ends matter little. */
const bucketsPerSpan = 5;
const tierNames: ReadonlyMap<number, QueryTier> = new Map([
  [300_000, '5m'],
  [3_600_000, '1h'],
]);

/** Work after which the time is looked at, in values. */
const workBetweenLooks = 50_000;
/** How long an evaluation works before others get their turn. */
const turnMs = 20;

/** One query under way: what it reads, what it may take, and when it gives way. */
export class Evaluation {
  readonly annotations: Annotations;
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly reads: QueryRead[] = [];
  readonly #store: MetricStore;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #limits: QueryLimits;
  readonly #maxSourceResolutionMs: number;
  #samples = 0;
  #bytes = 0;
  #work = 0;
  #windowSamples = 0;
  #turnStartedMs: number;

  /** @param options - What the query is evaluated with. */
  constructor(options: EvaluationOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#limits = options.limits;
    this.annotations = options.annotations;
    this.lookbackMs = options.lookbackMs;
    this.subqueryStepMs = options.subqueryStepMs;
    this.startMs = options.startMs;
    this.endMs = options.endMs;
    this.#maxSourceResolutionMs = options.maxSourceResolutionMs;
    this.#turnStartedMs = options.clock.monotonic();
  }

  /** Samples read and values worked out so far. */
  get samples(): number {
    return this.#samples;
  }

  /**
   * Counts work. After a while it gives a promise to wait for, so that others get their turn and the query can be
   * aborted.
   *
   * @param work - About how many values were worked on.
   * @throws {NovaError} NOVA_CORE_ABORTED when the query is to end.
   */
  pace(work: number): Promise<void> | undefined {
    this.#work += work + 20;
    if (this.#work < workBetweenLooks) return undefined;
    this.#work = 0;
    if (this.#signal.aborted) throw abortError(this.#signal);
    if (this.#clock.monotonic() - this.#turnStartedMs < turnMs) return undefined;
    return this.#clock.sleep(0, { signal: this.#signal }).then(() => {
      this.#turnStartedMs = this.#clock.monotonic();
    });
  }

  /**
   * Counts values that are going to be held in memory.
   *
   * @throws {PromqlError} NOVA_MONITORING_QUERY_LIMIT when they are too many.
   */
  reserveCells(cells: number): void {
    this.#reserve(cells, 9);
  }

  /**
   * Checks the number of steps of a subquery before it is evaluated.
   *
   * @throws {PromqlError} NOVA_MONITORING_QUERY_LIMIT when they are too many.
   */
  checkSteps(count: number): void {
    if (count > this.#limits.maxSamples) throw tooManySamples();
  }

  /**
   * Counts samples that a range function goes through, those of overlapping windows each time.
   *
   * @throws {PromqlError} NOVA_MONITORING_QUERY_LIMIT when they are too many.
   */
  countWindowSamples(samples: number): void {
    this.#windowSamples += samples;
    this.#work += samples;
    if (this.#windowSamples > this.#limits.maxWindowSamples) {
      throw limitError(`query goes through more than ${this.#limits.maxWindowSamples} samples in its windows`);
    }
  }

  /**
   * The buckets that may stand for samples, when what is asked for is `spanMs` long: at least five of them make a span.
   *
   * @returns Their length; 0 when samples must be read.
   */
  bucketsFor(spanMs: number): number {
    return tierFor(Math.min(this.#maxSourceResolutionMs, spanMs / bucketsPerSpan)) ?? 0;
  }

  /**
   * Reads the series of a selector with their samples in `fromMs < time <= toMs`.
   *
   * @param buckets - What is read of which buckets in place of samples; none with a length of 0.
   * @throws {PromqlError} NOVA_MONITORING_QUERY_LIMIT when they are too many.
   */
  async read(selector: VectorSelector, fromMs: number, toMs: number, buckets?: Tier): Promise<readonly Series[]> {
    const startedMs = this.#clock.monotonic();
    const series = await this.#select(selector, fromMs, toMs, buckets);
    let samples = 0;
    for (const { values } of series) samples += values.length;
    this.reads.push({
      selector: formatPromql(selector),
      fromMs,
      toMs,
      series: series.length,
      samples,
      tier: tierNames.get(buckets?.tierMs ?? 0) ?? 'raw',
      durationMs: this.#clock.monotonic() - startedMs,
    });
    if (series.length > this.#limits.maxSeries) {
      throw limitError(`query selects ${series.length} series, more than ${this.#limits.maxSeries}`);
    }
    this.#warnOfRefused(selector);
    this.#reserve(samples, 16);
    return series;
  }

  async #select(selector: VectorSelector, fromMs: number, toMs: number, buckets?: Tier): Promise<readonly Series[]> {
    const { maxSamples, maxSeries } = this.#limits;
    const query = {
      ...toSeriesSelector(selector),
      fromMs,
      toMs: toMs + 1,
      shared: true,
      maxSeries,
      maxSamples: maxSamples - this.#samples,
      ...(buckets === undefined || buckets.tierMs === 0
        ? {}
        : { downsample: { stepMs: buckets.tierMs, aggregate: buckets.aggregate } }),
    };
    try {
      return await this.#store.select(query, { signal: this.#signal });
    } catch (error) {
      if (NovaError.isInstance(error) && error.kind === 'quota') {
        throw error.details['limit'] === 'maxSeries'
          ? limitError(`query selects more than ${maxSeries} series`)
          : tooManySamples();
      }
      throw error;
    }
  }

  #warnOfRefused(selector: VectorSelector): void {
    const refused = this.#store.refusedMetrics?.();
    if (refused === undefined || refused.size === 0) return;
    const { metric, metricMatch = { op: 'test', test: () => true } } = toSeriesSelector(selector);
    const matches = matchValue('__name__', metric ?? metricMatch);
    for (const name of refused) if (matches(name)) this.annotations.refusedSeries(name, selector.range);
  }

  #reserve(values: number, bytesEach: number): void {
    this.#samples += values;
    this.#bytes += values * bytesEach;
    if (this.#samples > this.#limits.maxSamples) throw tooManySamples();
    if (this.#bytes > this.#limits.maxMemoryBytes) {
      throw limitError(`query needs more than ${this.#limits.maxMemoryBytes} bytes of memory`);
    }
  }
}

function tooManySamples(): Error {
  return limitError('query processing would load too many samples into memory in query execution');
}
