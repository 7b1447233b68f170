import type { Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { matchLabels, matchValue } from './label-selector.ts';
import type { SeriesSelector } from './metric-store.ts';

/** How long the samples of some series are kept. */
export interface RetentionRule {
  /** Which series. */
  readonly series: SeriesSelector;
  /** In milliseconds before the clock's present; Infinity for ever. */
  readonly retentionMs: number;
  /** How long a file keeps what they come to, in milliseconds. @default the store's `rollupRetentionMs` */
  readonly rollupRetentionMs?: number | undefined;
}

/** How long samples are kept. */
export interface RetentionOptions {
  /** Samples older than this, in milliseconds before the clock's present, go. @default Infinity */
  readonly retentionMs?: number | undefined;
  /** Other ages for some series; the first rule that fits counts. At most 254. @default none */
  readonly retention?: readonly RetentionRule[] | undefined;
}

/** Says what is too old, by the number of the rule that a series falls under; 0 is the age for all others. */
export class RetentionRules {
  readonly #agesMs: readonly number[];
  readonly #rollupAgesMs: readonly (number | undefined)[];
  readonly #tests: readonly ((metric: string, labels: Labels) => boolean)[];
  /** The shortest and the longest age, in milliseconds. */
  readonly shortestMs: number;
  readonly longestMs: number;

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when an age is not above 0 or a selector makes no sense. */
  constructor({ retentionMs = Infinity, retention = [] }: RetentionOptions) {
    this.#agesMs = [retentionMs, ...retention.map((rule) => rule.retentionMs)];
    if (retention.length > 254) throw invalidInput('There may be 254 rules of retention at most');
    this.#rollupAgesMs = [undefined, ...retention.map((rule) => rule.rollupRetentionMs)];
    for (const ageMs of this.#agesMs) {
      if (!(ageMs > 0)) throw invalidInput(`retentionMs must be above 0, not ${String(ageMs)}`);
    }
    for (const ageMs of this.#rollupAgesMs) {
      if (ageMs !== undefined && !(ageMs > 0)) {
        throw invalidInput(`rollupRetentionMs must be above 0, not ${String(ageMs)}`);
      }
    }
    this.#tests = retention.map(({ series: { metric, metricMatch, labels } }) => {
      const byName = metricMatch === undefined ? () => true : matchValue('__name__', metricMatch);
      const byLabels = matchLabels(labels);
      return (name, its) => (metric === undefined || name === metric) && byName(name) && byLabels(its);
    });
    this.shortestMs = Math.min(...this.#agesMs);
    this.longestMs = Math.max(...this.#agesMs);
  }

  /** Whether every series is under the same rule. */
  get isUniform(): boolean {
    return this.#tests.length === 0;
  }

  /** The rule of a series. */
  ruleOf(metric: string, labels: Labels): number {
    for (let rule = 0; rule < this.#tests.length; rule++)
      if (this.#tests[rule]?.(metric, labels) === true) return rule + 1;
    return 0;
  }

  /** How long rollups of a rule's series are kept; nothing when the rule does not say. */
  rollupAgeMs(rule: number): number | undefined {
    return this.#rollupAgesMs[rule];
  }

  /** Samples of a rule's series that are before it are too old. */
  oldestMs(rule: number, nowMs: number): number {
    const ageMs = this.#agesMs[rule] as number;
    return ageMs === Infinity ? -Infinity : nowMs - ageMs;
  }
}
