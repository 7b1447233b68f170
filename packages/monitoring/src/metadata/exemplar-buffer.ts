import type { Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { LabelPredicate } from '../store/label-selector.ts';
import type { SeriesId } from '../store/metric-store.ts';

/** One case behind a number: the trace of a slow request that a bucket counted. */
export interface Exemplar {
  /** What tells the case: `{ trace_id: '4bf9' }`. */
  readonly labels: Labels;
  /** Its value. */
  readonly value: number;
  /** When it was, epoch milliseconds UTC. */
  readonly timeMs: number;
}

/** The exemplars of one series. */
export interface SeriesExemplars extends SeriesId {
  /** Oldest first. */
  readonly exemplars: readonly Exemplar[];
}

/** OpenMetrics, "Exemplars": the labels of one have at most 128 characters in all. */
const maxCharacters = 128;

/** The newest exemplars of all series, in memory: a ring in which new ones take the place of the oldest. */
export class ExemplarBuffer {
  private readonly ring: ({ readonly series: SeriesId; readonly exemplar: Exemplar } | undefined)[];
  private next = 0;
  private readonly newest = new Map<string, Exemplar>();

  /** @param capacity - How many are kept, 1 or more. @default 100_000 */
  constructor(capacity: number = 100_000) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw invalidInput(`The capacity must be a whole number from 1, not ${String(capacity)}`);
    }
    this.ring = Array.from({ length: capacity }, () => undefined);
  }

  /**
   * Keeps an exemplar. One that its series has already, one older than the series' newest, and one with too many
   * characters are left out.
   *
   * @param key - The series' canonical text.
   * @returns whether it was kept.
   */
  add(key: string, series: SeriesId, exemplar: Exemplar): boolean {
    let characters = 0;
    for (const [name, value] of Object.entries(exemplar.labels)) characters += name.length + value.length;
    const before = this.newest.get(key);
    if (characters > maxCharacters || !Number.isFinite(exemplar.timeMs)) return false;
    if (before !== undefined && exemplar.timeMs <= before.timeMs) return false;
    this.newest.set(key, exemplar);
    if (this.newest.size > 2 * this.ring.length) this.newest.clear();
    this.ring[this.next] = { series, exemplar };
    this.next = (this.next + 1) % this.ring.length;
    return true;
  }

  /** The exemplars with `fromMs <= time <= toMs` of the series that match. */
  select(matches: (series: SeriesId) => boolean, fromMs: number, toMs: number): SeriesExemplars[] {
    const found = new Map<SeriesId, Exemplar[]>();
    for (let i = 0; i < this.ring.length; i++) {
      const entry = this.ring[(this.next + i) % this.ring.length];
      if (entry === undefined) continue;
      const { series, exemplar } = entry;
      if (exemplar.timeMs < fromMs || exemplar.timeMs > toMs || !matches(series)) continue;
      const list = found.get(series);
      if (list === undefined) found.set(series, [exemplar]);
      else list.push(exemplar);
    }
    return Array.from(found, ([series, exemplars]) => ({ ...series, exemplars }));
  }
}

/** Whether a series has a metric's name and labels that match. */
export function seriesPredicate(metric: string | undefined, matches: LabelPredicate): (series: SeriesId) => boolean {
  return (series) => (metric === undefined || series.metric === metric) && matches(series.labels);
}
