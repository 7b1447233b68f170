import { invalid } from '../error.ts';
import { undefinedMetric } from './forecast-pairs.ts';

/** Two averages over many series. */
export interface OwaScores {
  /** Mean sMAPE, a ratio. */
  readonly smape: number;
  /** Mean MASE. */
  readonly mase: number;
}

/**
 * Overall weighted average, the measure of the M4 competition: the mean of sMAPE and MASE, each by that of a benchmark
 * (there Naive2) over the same series (Makridakis et al. 2020). Below 1 is better than the benchmark.
 *
 * @param scores - Averages of the method.
 * @param benchmark - Averages of the benchmark.
 * @throws {MlError} NOVA_ML_INVALID when a score is negative or not finite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the benchmark makes no error.
 *
 * @example
 * ```ts
 * import { owa } from '@novacron/ml';
 *
 * owa({ smape: 0.1, mase: 1 }, { smape: 0.2, mase: 1 }) // => 0.75
 * ```
 */
export function owa(scores: OwaScores, benchmark: OwaScores): number {
  for (const value of [scores.smape, scores.mase, benchmark.smape, benchmark.mase]) {
    if (!(value >= 0 && value < Infinity)) throw invalid(`Scores must be 0 or more, not ${String(value)}`, { value });
  }
  if (benchmark.smape === 0 || benchmark.mase === 0) throw undefinedMetric('the benchmark makes no error');
  return (scores.smape / benchmark.smape + scores.mase / benchmark.mase) / 2;
}
