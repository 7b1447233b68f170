import { systemClock, withDeadline, type CallOptions, type Clock } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { withoutParens, type Expression } from './ast/expression.ts';
import { formatPromql } from './ast/format-promql.ts';
import { typeOf } from './ast/type-of.ts';
import { badData } from './error.ts';
import { Annotations } from './evaluate/annotations.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { Evaluation, type QueryLimits, type QueryReach } from './evaluate/evaluation.ts';
import { endOf, oneStep, type Steps } from './evaluate/steps.ts';
import type { Value } from './evaluate/value.ts';
import { parsePromql } from './parse/parse-promql.ts';
import { collectMatrix, collectVector } from './result/collect-result.ts';
import { matrixOf } from './result/matrix-of.ts';
import type { MatrixResult, QueryExplanation, QueryResult, QueryValue } from './result/query-result.ts';
import { ResultCache, type ResultCacheOptions } from './result/result-cache.ts';

/** How an engine is made. */
export interface PromqlEngineOptions {
  /** How old the newest sample of a series may be, in milliseconds. @default 300_000 */
  readonly lookbackMs?: number | undefined;
  /** Step of subqueries without one, in milliseconds. @default 60_000 */
  readonly subqueryStepMs?: number | undefined;
  /** Whether experimental functions and modifiers may be used. @default false */
  readonly experimental?: boolean | undefined;
  /** Samples that a query may read and values that it may work out. @default 50_000_000 */
  readonly maxSamples?: number | undefined;
  /** Series that one selector may read. @default 1_000_000 */
  readonly maxSeries?: number | undefined;
  /** Points of a series that a range query may ask for. @default 11_000 */
  readonly maxPoints?: number | undefined;
  /** Memory that a query may need for columns, in bytes. @default 2 GiB */
  readonly maxMemoryBytes?: number | undefined;
  /** Samples that a query may go through in windows of ranges, overlaps counted each time. @default 10_000_000_000 */
  readonly maxWindowSamples?: number | undefined;
  /** The longest that a query may take, in milliseconds; a call's own deadline may be shorter. @default 120_000 */
  readonly timeoutMs?: number | undefined;
  /**
   * The longest buckets that may be read in place of samples: 300_000 and 3_600_000 are what stores keep for long, and
   * `'auto'` a fifth of a range query's step. Buckets are read where at least five of them make a selector's range or
   * a step, by `rate`, `increase`, `delta`, the `_over_time` functions of sum, count, min, max, avg, last and present,
   * and by selectors without a range. Answers are then off by the samples of one bucket at either end of a window; a
   * counter's by what it gained between the last sample of a bucket and its reset. Thanos has it as
   * `max_source_resolution`. @default 0, all samples are read, and what retention left of them
   */
  readonly maxSourceResolutionMs?: number | 'auto' | undefined;
  /** Keeps results of range queries, where they cannot change any more. @default no cache */
  readonly cache?: ResultCacheOptions | undefined;
  /** Says what is now, and measures. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** When an instant query is evaluated. */
export interface InstantQueryOptions extends CallOptions {
  /** Epoch milliseconds UTC. @default now */
  readonly timeMs?: number | undefined;
  /** As the engine's option, for this query; `'auto'` goes by the ranges alone. @default the engine's */
  readonly maxSourceResolutionMs?: number | 'auto' | undefined;
  /** As the engine's option, for this query, in milliseconds above 0. @default the engine's */
  readonly lookbackMs?: number | undefined;
}

/** When a range query is evaluated: at `startMs`, `startMs + stepMs` and so on, to `endMs`. */
export interface RangeQueryOptions extends CallOptions {
  /** First time, epoch milliseconds UTC. */
  readonly startMs: number;
  /** Last time, which is in, epoch milliseconds UTC. */
  readonly endMs: number;
  /** Milliseconds between two times; above 0. */
  readonly stepMs: number;
  /** As the engine's option, for this query. @default the engine's */
  readonly maxSourceResolutionMs?: number | 'auto' | undefined;
  /** As the engine's option, for this query, in milliseconds above 0. @default the engine's */
  readonly lookbackMs?: number | undefined;
}

/**
 * Answers PromQL queries from a store.
 *
 * Every call can throw NOVA_CORE_ABORTED and NOVA_CORE_TIMEOUT, NOVA_MONITORING_QUERY_INVALID when the query or a
 * parameter makes no sense, NOVA_MONITORING_QUERY_UNSUPPORTED, NOVA_MONITORING_QUERY_FAILED when the data does not fit
 * it, and NOVA_MONITORING_QUERY_LIMIT; {@link promqlErrorType} gives Prometheus' words for them.
 */
export interface PromqlEngine {
  /** Whether experimental functions and modifiers may be used. */
  readonly experimental: boolean;
  /** Evaluates a query at one moment. */
  query(query: string | Expression, options?: InstantQueryOptions): Promise<QueryResult>;
  /** Evaluates a query at many moments; the result has a point for each at which there is a value. */
  queryRange(query: string | Expression, options: RangeQueryOptions): Promise<QueryResult<MatrixResult>>;
  /** Forgets the results that were kept: after old samples were backfilled or deleted. */
  clearCache(): void;
}

/**
 * Makes an engine for a store. It keeps nothing but its result cache, so any number of queries may run at once.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when an option is not above 0.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@novacron/monitoring';
 * import { createPromqlEngine } from '@novacron/monitoring/promql';
 *
 * await using store = memoryStore();
 * for (let second = 0; second <= 300; second += 15) {
 *   await store.append([{ metric: 'requests_total', labels: { job: 'web' }, timeMs: second * 1000, value: second * 100 }]);
 * }
 * const engine = createPromqlEngine(store);
 * const { result, infos } = await engine.query('sum by (job) (rate(requests_total[2m]))', { timeMs: 300_000 });
 * result.type === 'vector' && result.values.map(Math.round) // => Float64Array.of(100)
 * infos // => []
 * ```
 */
export function createPromqlEngine(store: MetricStore, options: PromqlEngineOptions = {}): PromqlEngine {
  checkResolution(options.maxSourceResolutionMs);
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value > 0) && name !== 'maxSourceResolutionMs')
      throw invalidInput(`${name} must be above 0, not ${value}`);
  }
  return new Engine(store, options);
}

class Engine implements PromqlEngine {
  readonly experimental: boolean;
  readonly #store: MetricStore;
  readonly #options: PromqlEngineOptions;
  readonly #clock: Clock;
  readonly #limits: QueryLimits;
  readonly #maxPoints: number;
  readonly #cache: ResultCache | undefined;

  constructor(store: MetricStore, options: PromqlEngineOptions) {
    this.experimental = options.experimental ?? false;
    this.#store = store;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#maxPoints = options.maxPoints ?? 11_000;
    this.#limits = {
      maxSamples: options.maxSamples ?? 50_000_000,
      maxSeries: options.maxSeries ?? 1_000_000,
      maxMemoryBytes: options.maxMemoryBytes ?? 2 ** 31,
      maxWindowSamples: options.maxWindowSamples ?? 10_000_000_000,
    };
    this.#cache =
      options.cache === undefined ? undefined : new ResultCache(options.cache, this.#clock, store.outOfOrderMs);
  }

  query(query: string | Expression, options: InstantQueryOptions = {}): Promise<QueryResult> {
    return this.#call(options, async (signal) => {
      const expression = this.#parse(query);
      const timeMs = options.timeMs ?? this.#clock.now();
      if (!Number.isFinite(timeMs)) throw badData(`timeMs must be epoch milliseconds, not ${String(timeMs)}`);
      const reach = this.#reachOf(options, Infinity);
      const run = this.#start(expression, query, oneStep(timeMs), signal, reach);
      return run.finish(await this.#instant(run.evaluation, expression, timeMs), 1, 0);
    });
  }

  queryRange(query: string | Expression, options: RangeQueryOptions): Promise<QueryResult<MatrixResult>> {
    return this.#call(options, async (signal) => {
      const steps = this.#stepsOf(options);
      const expression = this.#parse(query);
      const type = typeOf(expression);
      if (type !== 'scalar' && type !== 'vector') {
        const name = type === 'matrix' ? 'range vector' : type;
        throw badData(`invalid expression type "${name}" for range query, must be Scalar or instant Vector`);
      }
      const reach = this.#reachOf(options, options.stepMs / 5);
      const evaluateSteps = async (some: Steps): Promise<QueryResult<MatrixResult>> => {
        const run = this.#start(expression, query, some, signal, reach, options);
        const value = await evaluate(run.evaluation, expression, some);
        return run.finish(await toMatrix(run.evaluation, value, some), some.count, 0);
      };
      if (this.#cache === undefined) return evaluateSteps(steps);
      return this.#cache.answer(expression, steps, reach, evaluateSteps);
    });
  }

  clearCache(): void {
    this.#cache?.clear();
  }

  #call<T>(options: CallOptions, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeoutMs = Math.min(options.timeoutMs ?? Infinity, this.#options.timeoutMs ?? 120_000);
    return withDeadline({ signal: options.signal, timeoutMs }, task, this.#clock);
  }

  #parse(query: string | Expression): Expression {
    return parsePromql(typeof query === 'string' ? query : formatPromql(query), this.#options);
  }

  /** How far a query looks back, and how coarse what it reads may be. */
  #reachOf(options: InstantQueryOptions | RangeQueryOptions, autoMs: number): QueryReach {
    const wanted = options.maxSourceResolutionMs ?? this.#options.maxSourceResolutionMs ?? 0;
    checkResolution(wanted);
    const lookbackMs = options.lookbackMs ?? this.#options.lookbackMs ?? 300_000;
    if (!(lookbackMs > 0 && lookbackMs < Infinity)) throw badData(`lookbackMs must be above 0, not ${lookbackMs}`);
    return { maxSourceResolutionMs: wanted === 'auto' ? autoMs : wanted, lookbackMs };
  }

  #stepsOf({ startMs, endMs, stepMs }: RangeQueryOptions): Steps {
    if (!Number.isFinite(startMs) || !Number.isFinite(endMs))
      throw badData('startMs and endMs must be epoch milliseconds');
    if (endMs < startMs) throw badData('end timestamp must not be before start time');
    if (!(stepMs > 0) || stepMs === Infinity) {
      throw badData('zero or negative query resolution step widths are not accepted. Try a positive integer');
    }
    const count = Math.floor((endMs - startMs) / stepMs) + 1;
    if (count > this.#maxPoints) {
      throw badData(
        `exceeded maximum resolution of ${this.#maxPoints.toLocaleString('en')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
      );
    }
    return { startMs, stepMs, count };
  }

  #start(
    expression: Expression,
    query: string | Expression,
    steps: Steps,
    signal: AbortSignal,
    reach: QueryReach,
    range: { readonly startMs: number; readonly endMs: number } = { startMs: steps.startMs, endMs: endOf(steps) },
  ): Run {
    const startedMs = this.#clock.monotonic();
    const text = typeof query === 'string' ? query : formatPromql(query);
    const annotations = new Annotations(text);
    const evaluation = new Evaluation({
      store: this.#store,
      clock: this.#clock,
      signal,
      limits: this.#limits,
      annotations,
      ...reach,
      subqueryStepMs: this.#options.subqueryStepMs ?? 60_000,
      startMs: range.startMs,
      endMs: range.endMs,
    });
    return {
      evaluation,
      finish: (result, evaluated, cachedSteps) => {
        const explain: QueryExplanation = {
          query: formatPromql(expression),
          reads: evaluation.reads,
          samples: evaluation.samples,
          steps: evaluated,
          cachedSteps,
          durationMs: this.#clock.monotonic() - startedMs,
        };
        return { result, warnings: annotations.warnings, infos: annotations.infos, explain };
      },
    };
  }

  async #instant(evaluation: Evaluation, expression: Expression, timeMs: number): Promise<QueryValue> {
    if (typeOf(expression) === 'matrix') return matrixOf(evaluation, withoutParens(expression), timeMs);
    const value = await evaluate(evaluation, expression, oneStep(timeMs));
    if (value.kind === 'string') return { type: 'string', timeMs, value: value.value };
    if (value.kind === 'scalar') return { type: 'scalar', timeMs, value: value.values[0] as number };
    return collectVector(evaluation, value.vector, timeMs);
  }
}

function checkResolution(value: number | 'auto' | undefined): void {
  if (value === undefined || value === 'auto' || value >= 0) return;
  throw invalidInput(`maxSourceResolutionMs must be 0 or more, or 'auto', not ${String(value)}`);
}

/** A query under way, and what makes an answer of its value. */
interface Run {
  readonly evaluation: Evaluation;
  finish<T extends QueryValue>(result: T, steps: number, cachedSteps: number): QueryResult<T>;
}

function toMatrix(evaluation: Evaluation, value: Value, steps: Steps): Promise<MatrixResult> {
  if (value.kind === 'vector') return collectMatrix(evaluation, value.vector, steps);
  const scalar = value.kind === 'scalar' ? value.values : new Float64Array(steps.count);
  const metrics = [{ name: '', labels: {} }];
  return collectMatrix(
    evaluation,
    {
      metrics,
      readRow(_, values, present) {
        values.set(scalar);
        present.fill(1);
      },
    },
    steps,
  );
}
