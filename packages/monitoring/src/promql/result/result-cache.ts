import type { Clock, Series } from '@novacron/core';
import { invalidInput } from '../../error.ts';
import { childrenOf, type Expression } from '../ast/expression.ts';
import { formatPromql } from '../ast/format-promql.ts';
import type { QueryReach } from '../evaluate/evaluation.ts';
import { endOf, timeOf, type Steps } from '../evaluate/steps.ts';
import { resultKey, sortSeries } from './collect-result.ts';
import type { MatrixResult, QueryResult } from './query-result.ts';

/** What a cache of results keeps. */
export interface ResultCacheOptions {
  /**
   * How late samples may come, in milliseconds. Points that are not older are worked out again every time, so that
   * late samples show. Older samples that are backfilled or deleted do not, until `clearCache` is called.
   *
   * @default 600_000, or the store's `outOfOrderMs` where that is longer
   */
  readonly lateMs?: number | undefined;
  /**
   * Values kept in all, 16 bytes each, of 10,000 results at most; then those that were not used for longest go.
   * @default 4_000_000
   */
  readonly maxValues?: number | undefined;
}

interface Entry {
  readonly startMs: number;
  readonly endMs: number;
  readonly series: readonly Series[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly values: number;
}

/** Results kept at most, however few values they have. */
const maxResults = 10_000;

/** Results of range queries, up to where they cannot change any more. */
export class ResultCache {
  readonly #lateMs: number;
  readonly #maxValues: number;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #values = 0;
  #newestNowMs = -Infinity;

  /**
   * @param options - What it keeps.
   * @param clock - Says what is old.
   * @param outOfOrderMs - How late samples may come to the store.
   */
  constructor(options: ResultCacheOptions, clock: Clock, outOfOrderMs: number = 0) {
    const { lateMs = Math.max(600_000, outOfOrderMs), maxValues = 4_000_000 } = options;
    if (!(lateMs >= 0)) throw invalidInput(`lateMs must be 0 or more, not ${lateMs}`);
    if (!(maxValues > 0)) throw invalidInput(`maxValues must be above 0, not ${maxValues}`);
    this.#lateMs = lateMs;
    this.#maxValues = maxValues;
    this.#clock = clock;
  }

  /** Forgets all results. */
  clear(): void {
    this.#entries.clear();
    this.#values = 0;
  }

  /** Answers a range query: the steps that are known from the cache, the others by evaluating them. */
  async answer(
    expression: Expression,
    steps: Steps,
    { lookbackMs, maxSourceResolutionMs }: QueryReach,
    evaluate: (steps: Steps) => Promise<QueryResult<MatrixResult>>,
  ): Promise<QueryResult<MatrixResult>> {
    if (!dependsOnPastOnly(expression)) return evaluate(steps);
    const nowMs = this.#clock.now();
    // The clock was set back: what was settled by its time may still change.
    if (nowMs < this.#newestNowMs) this.clear();
    this.#newestNowMs = nowMs;
    const query = formatPromql(expression);
    const phaseMs = ((steps.startMs % steps.stepMs) + steps.stepMs) % steps.stepMs;
    const key = `${steps.stepMs} ${phaseMs} ${maxSourceResolutionMs} ${lookbackMs} ${query}`;
    const entry = this.#entries.get(key);
    const known =
      entry !== undefined && entry.startMs <= steps.startMs && entry.endMs >= steps.startMs ? entry : undefined;
    const cachedSteps =
      known === undefined ? 0 : Math.min(steps.count, Math.round((known.endMs - steps.startMs) / steps.stepMs) + 1);
    const settledMs = nowMs - this.#lateMs;
    const answer = await this.#complete(query, known, steps, cachedSteps, evaluate);
    this.#keep(key, known, steps, answer, settledMs);
    return answer;
  }

  async #complete(
    query: string,
    known: Entry | undefined,
    steps: Steps,
    cachedSteps: number,
    evaluate: (steps: Steps) => Promise<QueryResult<MatrixResult>>,
  ): Promise<QueryResult<MatrixResult>> {
    if (known === undefined) return evaluate(steps);
    const left = steps.count - cachedSteps;
    const rest: Steps = { ...steps, startMs: timeOf(steps, cachedSteps), count: left };
    const more = left === 0 ? undefined : await evaluate(rest);
    const old = known.series.map((one) => copied(between(one, steps.startMs, endOf(steps))));
    return {
      result: { type: 'matrix', series: joinSeries(old, more?.result.series ?? []) },
      warnings: [...new Set([...known.warnings, ...(more?.warnings ?? [])])],
      infos: [...new Set([...known.infos, ...(more?.infos ?? [])])],
      explain: {
        query,
        reads: more?.explain.reads ?? [],
        samples: more?.explain.samples ?? 0,
        steps: left,
        cachedSteps,
        durationMs: more?.explain.durationMs ?? 0,
      },
    };
  }

  #keep(
    key: string,
    known: Entry | undefined,
    steps: Steps,
    { result, warnings, infos }: QueryResult<MatrixResult>,
    settledMs: number,
  ): void {
    const settledSteps = Math.min(steps.count, Math.floor((settledMs - steps.startMs) / steps.stepMs) + 1);
    const endMs = timeOf(steps, settledSteps - 1);
    if (settledSteps < 1 || (known !== undefined && known.endMs >= endMs)) {
      if (known !== undefined) this.#use(key, known);
      return;
    }
    const startMs = known?.startMs ?? steps.startMs;
    const fresh = result.series.map((one) => copied(between(one, steps.startMs, endMs)));
    const before = (known?.series ?? []).map((one) => between(one, startMs, steps.startMs - 1));
    const series = joinSeries(before, fresh);
    const values = series.reduce((sum, one) => sum + one.values.length, 0);
    this.#use(key, { startMs, endMs, series, warnings, infos, values });
  }

  /** Puts an entry at the end of the queue, and lets those at its front go that have no room. */
  #use(key: string, entry: Entry): void {
    this.#values += entry.values - (this.#entries.get(key)?.values ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const [oldest, { values }] of this.#entries) {
      if (this.#values <= this.#maxValues && this.#entries.size <= maxResults) break;
      this.#entries.delete(oldest);
      this.#values -= values;
    }
  }
}

/** Whether a value at a time comes from samples up to that time only, so that it does not depend on the query's range. */
function dependsOnPastOnly(expression: Expression): boolean {
  if (expression.kind === 'vector' || expression.kind === 'subquery') {
    if (expression.at !== undefined || expression.offsetMs < 0) return false;
  }
  return childrenOf(expression).every(dependsOnPastOnly);
}

function between(series: Series, fromMs: number, toMs: number): Series {
  const { timesMs, values } = series;
  let from = 0;
  let to = timesMs.length;
  while (from < to && (timesMs[from] as number) < fromMs) from++;
  while (to > from && (timesMs[to - 1] as number) > toMs) to--;
  return { ...series, timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
}

/** The arrays of an answer are the caller's, and those of the cache its own. */
function copied(series: Series): Series {
  return { ...series, timesMs: series.timesMs.slice(), values: series.values.slice() };
}

/** Puts later points of the same series behind the earlier ones. */
function joinSeries(earlier: readonly Series[], later: readonly Series[]): Series[] {
  const joined = new Map(earlier.filter(({ values }) => values.length > 0).map((one) => [resultKey(one), one]));
  for (const one of later) {
    if (one.values.length === 0) continue;
    const key = resultKey(one);
    const before = joined.get(key);
    joined.set(key, before === undefined ? one : appended(before, one));
  }
  return sortSeries([...joined.values()]);
}

function appended(before: Series, after: Series): Series {
  const length = before.values.length;
  const timesMs = new Float64Array(length + after.values.length);
  const values = new Float64Array(length + after.values.length);
  timesMs.set(before.timesMs);
  timesMs.set(after.timesMs, length);
  values.set(before.values);
  values.set(after.values, length);
  return { ...before, timesMs, values };
}
