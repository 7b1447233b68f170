import {
  systemClock,
  validateLabels,
  validateMetricName,
  type CallOptions,
  type Clock,
  type Labels,
  type Sample,
} from '@novacron/core';
import { invalidInput, MonitoringError, toNovaError } from '../error.ts';
import type { PromqlEngine } from '../promql/engine.ts';
import { parsePromql } from '../promql/parse/parse-promql.ts';
import { storeScrape, type LastSeries } from '../scrape/store-scrape.ts';
import type { MetricStore } from '../store/metric-store.ts';

/** A query whose answer is kept as series of its own. */
export interface RecordingRule {
  /** The new metric's name, `level:metric:operations` by Prometheus' convention. */
  readonly record: string;
  /** A query that gives a vector or a scalar. */
  readonly query: string;
  /** Labels that all its series get. @default none */
  readonly labels?: Labels | undefined;
}

/** Rules that are evaluated one after the other, at the same time. */
export interface RecordingGroup {
  readonly name: string;
  /** From one evaluation to the next, milliseconds. @default 60_000 */
  readonly intervalMs?: number | undefined;
  /** The most series that one rule may give; more are an error of the rule. @default no limit */
  readonly maxSeries?: number | undefined;
  readonly rules: readonly RecordingRule[];
}

/** What recording rules work on. */
export interface RecordingRulesOptions {
  readonly engine: PromqlEngine;
  /** Takes the series; the engine's own store, for rules that build on each other. */
  readonly store: MetricStore;
  readonly groups: readonly RecordingGroup[];
  /** @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** How a rule is doing, in the shape of Prometheus' `/api/v1/rules`. */
export interface RecordingRuleState {
  readonly type: 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly health: 'ok' | 'err' | 'unknown';
  /** Why it fails; empty when it does not. */
  readonly lastError: string;
  /** Seconds that it took the last time. */
  readonly evaluationTime: number;
  /** When that was, RFC 3339. */
  readonly lastEvaluation: string;
  readonly [field: string]: unknown;
}

/**
 * Works out queries in advance: the answer to each is stored at every interval, so that a dashboard reads a few series
 * where it would read thousands. A series that a rule no longer gives ends there and then.
 *
 * Source: Prometheus, "Defining recording rules".
 *
 * @example
 * ```ts
 * import { memoryStore } from '@novacron/monitoring';
 * import { createPromqlEngine, RecordingRules } from '@novacron/monitoring/promql';
 *
 * await using store = memoryStore();
 * await store.append(['a', 'b'].map((vm) => ({ metric: 'vm_memory_bytes', labels: { vm }, timeMs: 1_000, value: 4e9 })));
 * const engine = createPromqlEngine(store);
 * const rules = [{ record: 'fleet:vm_memory_bytes:sum', query: 'sum(vm_memory_bytes)' }];
 * const recording = new RecordingRules({ engine, store, groups: [{ name: 'fleet', rules }] });
 * await recording.evaluate(2_000);
 * (await store.select({ metric: 'fleet:vm_memory_bytes:sum' }))[0]?.values // => Float64Array.of(8e9)
 * ```
 */
export class RecordingRules {
  readonly #options: RecordingRulesOptions;
  readonly #clock: Clock;
  readonly #groups: readonly { readonly group: RecordingGroup; readonly rules: readonly RunningRule[] }[];

  /**
   * @param options - What is evaluated, and where it goes.
   * @throws {MonitoringError} NOVA_MONITORING_QUERY_INVALID when a query is none that the engine takes, NOVA_MONITORING_INVALID when an
   * interval makes no sense.
   * @throws {NovaError} NOVA_CORE_INVALID when a name or a label does not fit.
   */
  constructor(options: RecordingRulesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#groups = options.groups.map((group) => {
      for (const name of ['intervalMs', 'maxSeries'] as const) {
        const limit = group[name];
        if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} of ${group.name} must be above 0`);
      }
      return { group, rules: group.rules.map((rule) => new RunningRule(rule, options.engine)) };
    });
  }

  /** Evaluates every group once. A rule that fails keeps the others going; {@link RecordingRules.groups} says why. */
  async evaluate(timeMs: number = this.#clock.now(), options?: CallOptions): Promise<void> {
    await Promise.all(this.#groups.map(({ group, rules }) => this.#evaluateGroup(group, rules, timeMs, options)));
  }

  /** Evaluates each group at its interval until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#groups.map(async ({ group, rules }) => {
        const { intervalMs = 60_000 } = group;
        while (!signal.aborted) {
          const nowMs = this.#clock.now();
          await this.#evaluateGroup(group, rules, Math.floor(nowMs / intervalMs) * intervalMs, { signal });
          const nextMs = (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
          // The clock may have been set back meanwhile: it is never longer than an interval.
          const leftMs = Math.min(intervalMs, Math.max(0, nextMs - this.#clock.now()));
          await this.#clock.sleep(leftMs, { signal }).catch(() => {});
        }
      }),
    );
  }

  /** All groups and how their rules are doing, as `createPrometheusApi` shows them. */
  groups(): { name: string; file: string; interval: number; rules: RecordingRuleState[] }[] {
    return this.#groups.map(({ group: { name, intervalMs = 60_000 }, rules }) => ({
      name,
      file: '',
      interval: intervalMs / 1000,
      rules: rules.map((rule) => rule.state()),
    }));
  }

  async #evaluateGroup(
    { maxSeries = Infinity }: RecordingGroup,
    rules: readonly RunningRule[],
    timeMs: number,
    options: CallOptions | undefined,
  ): Promise<void> {
    for (const rule of rules) {
      const startMs = this.#clock.monotonic();
      try {
        await rule.evaluate(this.#options, maxSeries, timeMs, options);
        rule.ended(timeMs, this.#clock.monotonic() - startMs, undefined);
      } catch (error) {
        rule.ended(timeMs, this.#clock.monotonic() - startMs, toNovaError(error).message);
      }
    }
  }
}

/** A rule, and what became of it. */
class RunningRule {
  private readonly rule: RecordingRule;
  private last: LastSeries = new Map();
  /** The labels of a series are the same object as in the evaluation before. */
  private known: ReadonlyMap<string, Labels> = new Map<string, Labels>();
  private evaluatedMs: number | undefined;
  private durationMs = 0;
  private problem: string | undefined;

  constructor(rule: RecordingRule, { experimental }: PromqlEngine) {
    validateMetricName(rule.record);
    validateLabels(rule.labels ?? {});
    parsePromql(rule.query, { experimental });
    this.rule = rule;
  }

  /** @throws {NovaError} what the engine and the store throw; NOVA_MONITORING_QUERY_FAILED for other answers. */
  async evaluate(
    { engine, store }: RecordingRulesOptions,
    maxSeries: number,
    timeMs: number,
    options: CallOptions | undefined,
  ): Promise<void> {
    const { record, query, labels = {} } = this.rule;
    const { result } = await engine.query(query, { ...options, timeMs });
    const samples: Sample[] = [];
    const known = new Map<string, Labels>();
    const sample = (own: Labels, value: number): Sample => this.sample(own, timeMs, value, known);
    if (result.type === 'scalar') samples.push(sample(labels, result.value));
    else if (result.type === 'vector') {
      for (const [index, series] of result.series.entries()) {
        samples.push(sample({ ...series.labels, ...labels }, result.values[index] as number));
      }
    } else {
      throw new MonitoringError({
        kind: 'invalid',
        code: 'NOVA_MONITORING_QUERY_FAILED',
        message: `${record} needs a vector or a scalar, not a ${result.type}`,
      });
    }
    if (samples.length > maxSeries) {
      throw new MonitoringError({
        kind: 'quota',
        message: `${record} gives ${samples.length} series; at most ${maxSeries} are kept`,
      });
    }
    if (new Set(samples.map((sample) => sample.labels)).size < samples.length) {
      throw new MonitoringError({
        kind: 'invalid',
        code: 'NOVA_MONITORING_QUERY_FAILED',
        message: `${record} gives the same labels more than once`,
      });
    }
    ({ series: this.last } = await storeScrape(store, samples, [], this.last, timeMs));
    this.known = known;
  }

  ended(timeMs: number, durationMs: number, problem: string | undefined): void {
    this.evaluatedMs = timeMs;
    this.durationMs = durationMs;
    this.problem = problem;
  }

  state(): RecordingRuleState {
    const { record, query, labels = {} } = this.rule;
    return {
      type: 'recording',
      name: record,
      query,
      labels,
      health: this.evaluatedMs === undefined ? 'unknown' : this.problem === undefined ? 'ok' : 'err',
      lastError: this.problem ?? '',
      evaluationTime: this.durationMs / 1000,
      lastEvaluation: new Date(this.evaluatedMs ?? 0).toISOString(),
    };
  }

  private sample(labels: Labels, timeMs: number, value: number, known: Map<string, Labels>): Sample {
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const own = known.get(key) ?? this.known.get(key) ?? Object.freeze({ ...labels });
    known.set(key, own);
    return { metric: this.rule.record, labels: own, timeMs, value };
  }
}
