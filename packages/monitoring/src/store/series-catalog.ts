import type { Clock, Labels } from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import { admit, type AdmissionRules, type Admitted } from './admit.ts';
import { grow } from './grow.ts';
import type { RejectionReason, SampleBatch, SeriesId, SeriesListQuery } from './metric-store.ts';
import { NewestTimes } from './newest-times.ts';
import { Rejections } from './rejections.ts';
import { RetentionRules, type RetentionOptions } from './retention-rules.ts';
import { SeriesIndex } from './series-index.ts';
import { SeriesLimits, type SeriesLimitOptions } from './series-limits.ts';

/** What a store takes, and for how long. */
export interface StoreRules extends SeriesLimitOptions, RetentionOptions {
  /**
   * How much older than the newest of its series a sample may be, in milliseconds. What is within it stays in memory
   * uncompressed by chunks. @default 0
   */
  readonly outOfOrderMs?: number | undefined;
  /** Samples further than this after the clock's present, in milliseconds, are rejected. @default Infinity */
  readonly maxFutureMs?: number | undefined;
}

/** Where a store keeps the samples, as far as its catalog must know. */
export type SamplePresence = Pick<AdmissionRules, 'closedMs' | 'holds'>;

/** The series of a store and what is known of each: its newest time and how long it is kept. */
export class SeriesCatalog {
  readonly index: SeriesIndex = new SeriesIndex();
  readonly newest: NewestTimes = new NewestTimes();
  readonly rejections: Rejections = new Rejections();
  readonly limits: SeriesLimits;
  readonly retention: RetentionRules;
  readonly #outOfOrderMs: number;
  readonly #maxFutureMs: number;
  readonly #clock: Clock;
  #rules = new Uint8Array(64);

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when a rule makes no sense. */
  constructor(rules: StoreRules, clock: Clock) {
    const { outOfOrderMs = 0, maxFutureMs = Infinity } = rules;
    for (const [name, value] of Object.entries({ outOfOrderMs, maxFutureMs })) {
      if (!(value >= 0)) throw invalidInput(`${name} must be 0 or more, not ${String(value)}`);
    }
    this.limits = new SeriesLimits(rules);
    this.retention = new RetentionRules(rules);
    this.#outOfOrderMs = outOfOrderMs;
    this.#maxFutureMs = maxFutureMs;
    this.#clock = clock;
  }

  /** Adds a series that is not known, and gives its reference. */
  add(metric: string, labels: Labels, ref?: number): number {
    const added = this.index.add(metric, labels, ref);
    const slot = this.index.slotOf(added);
    this.#rules = grow(this.#rules, slot);
    this.#rules[slot] = this.retention.ruleOf(metric, labels);
    this.newest.set(slot, -Infinity);
    return added;
  }

  /** Forgets a series. */
  remove(ref: number): void {
    const slot = this.index.slotOf(ref);
    if (slot >= 0) this.newest.set(slot, -Infinity);
    this.index.remove(ref);
  }

  /**
   * The series of a sample.
   *
   * @param created - Takes the reference when it is new.
   * @throws {NovaError} NOVA_CORE_INVALID when the name or a label does not fit.
   */
  place(metric: string, labels: Labels, timeMs: number, created: number[]): number | RejectionReason {
    const found = this.index.find(metric, labels);
    if (found !== undefined) return found;
    this.index.check(metric, labels);
    const nowMs = this.#clock.now();
    if (timeMs < this.retention.oldestMs(this.retention.ruleOf(metric, labels), nowMs)) return 'too-old';
    if (timeMs > nowMs + this.#maxFutureMs) return 'future';
    if (!this.limits.allow(this.index, metric, labels)) return 'series-limit';
    const ref = this.add(metric, labels);
    created.push(ref);
    return ref;
  }

  /**
   * The references of series, which are made if need be.
   *
   * @param created - Takes the references of those that are new.
   * @throws {NovaError} NOVA_CORE_INVALID when a name or a label does not fit.
   * @throws {MonitoringError} NOVA_MONITORING_QUOTA when there may be no more of them.
   */
  register(series: readonly SeriesId[], created: number[]): Uint32Array {
    return Uint32Array.from(series, ({ metric, labels }) => {
      const found = this.index.find(metric, labels);
      if (found !== undefined) return found;
      this.index.check(metric, labels);
      if (!this.limits.allow(this.index, metric, labels)) {
        const message = `There may be no more series like ${metric.slice(0, 100)}: ${this.index.size} are there`;
        throw new MonitoringError({ kind: 'quota', message, details: { metric, series: this.index.size } });
      }
      const ref = this.add(metric, labels);
      created.push(ref);
      return ref;
    });
  }

  /**
   * What of a batch is stored.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the columns' lengths differ.
   */
  admit(batch: SampleBatch, presence: SamplePresence, rejections: Rejections): Admitted {
    const nowMs = this.#clock.now();
    const oldestMs = this.oldestTimes(nowMs);
    const rules: AdmissionRules = {
      slotOf: (ref) => this.index.slotOf(ref),
      oldestMs,
      latestMs: nowMs + this.#maxFutureMs,
      outOfOrderMs: this.#outOfOrderMs,
      closedMs: (slot) => presence.closedMs(slot),
      holds: (slot, timeMs) => presence.holds(slot, timeMs),
    };
    return admit(batch, rules, this.newest, rejections);
  }

  /** Tells of each slot before which time samples are too old. */
  oldestTimes(nowMs: number = this.#clock.now()): (slot: number) => number {
    const { retention } = this;
    if (retention.isUniform) {
      const oldestMs = retention.oldestMs(0, nowMs);
      return () => oldestMs;
    }
    return (slot) => retention.oldestMs(this.#rules[slot] as number, nowMs);
  }

  /** Before which time rollups of a slot's series are too old. They are kept for as long as its samples at least. */
  oldestRollupMs(slot: number, nowMs: number, rollupRetentionMs: number): number {
    const rule = this.#rules[slot] as number;
    const ageMs = this.retention.rollupAgeMs(rule) ?? rollupRetentionMs;
    return Math.min(this.retention.oldestMs(rule, nowMs), nowMs - ageMs);
  }

  /**
   * The series that match and may have samples in the range, sorted.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  select(query: SeriesListQuery, fromMs: number): number[] {
    const refs = this.index.select(query);
    if (fromMs === -Infinity) return refs;
    return refs.filter((ref) => this.newest.get(this.index.slotOf(ref)) >= fromMs);
  }
}
