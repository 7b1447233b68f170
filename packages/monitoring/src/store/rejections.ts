import type { AppendResult, Rejection, RejectionReason } from './metric-store.ts';

/** Counts, by reason, what is not stored. */
export class Rejections {
  readonly #counts: Record<RejectionReason, number> = {
    duplicate: 0,
    'out-of-order': 0,
    'too-old': 0,
    future: 0,
    invalid: 0,
    'unknown-series': 0,
    'series-limit': 0,
  };

  /** More of them. */
  add(reason: RejectionReason, count: number = 1): void {
    this.#counts[reason] += count;
  }

  /** The counts above 0. */
  list(): Rejection[] {
    const counts = Object.entries(this.#counts) as [RejectionReason, number][];
    return counts.flatMap(([reason, count]) => (count > 0 ? [{ reason, count }] : []));
  }

  /** What an append returns; counted in a store's totals too. */
  result(appended: number, totals: Rejections): AppendResult {
    const rejected = this.list();
    for (const { reason, count } of rejected) totals.add(reason, count);
    return { appended, rejected };
  }
}
