import type { AppendResult, RejectionReason } from './metric-store.ts';

/** Counts, by reason, what is not stored. */
export class Rejections {
  readonly #counts: Record<RejectionReason, number> = {
    duplicate: 0,
    'out-of-order': 0,
    'too-old': 0,
    invalid: 0,
    'unknown-series': 0,
    'series-limit': 0,
  };

  /** One more. */
  add(reason: RejectionReason): void {
    this.#counts[reason]++;
  }

  /** What an append returns. */
  result(appended: number): AppendResult {
    const counts = Object.entries(this.#counts) as [RejectionReason, number][];
    return { appended, rejected: counts.flatMap(([reason, count]) => (count > 0 ? [{ reason, count }] : [])) };
  }
}
