import { invalid } from '../error.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { toValues } from '../values.ts';

/**
 * How many independent draws say as much about a mean as the draws of a Markov chain do: their number over the sum of
 * their autocorrelations, cut where a pair of them stops being positive (Geyer 1992).
 *
 * @param draws - In the order of the chain; at least four.
 * @returns 1 to the number of draws; all of them when they never change.
 * @throws {MlError} NOVA_ML_INVALID when there are fewer than four draws, or one is missing or infinite.
 *
 * @example
 * ```ts
 * import { effectiveSampleSize } from '@novacron/ml';
 *
 * const stuck = Array.from({ length: 100 }, (_, i) => Math.floor(i / 25)); // moves only every 25 steps
 * effectiveSampleSize(stuck) < 10 // => true
 * ```
 */
export function effectiveSampleSize(draws: ArrayLike<number>): number {
  const chain = checkedDraws(draws);
  const { length } = chain;
  const mean = chain.reduce((sum, draw) => sum + draw / length, 0);
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < length; i++) sum += ((chain[i] as number) - mean) * ((chain[i - lag] as number) - mean);
    return sum / length;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return length;
  let sum = -1;
  for (let lag = 0; lag + 1 < length; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (!(pair > 0)) break;
    sum += 2 * pair;
  }
  return Math.min(length, Math.max(1, length / Math.max(sum, Number.MIN_VALUE)));
}

/**
 * @throws {MlError} NOVA_ML_INVALID when there are fewer than four draws, or one is missing or infinite.
 * @returns the draws, divided by a power of two near the largest, so that squares stay in the range of numbers.
 */
export function checkedDraws(draws: ArrayLike<number>): Float64Array {
  const chain = toValues(draws);
  if (chain.length < 4)
    throw invalid(`There must be at least four draws, not ${chain.length}`, { count: chain.length });
  const gap = chain.findIndex(Number.isNaN);
  if (gap >= 0) throw invalid(`Draws must be numbers, but draws[${gap}] is missing`, { index: gap });
  const unit = powerOfTwoNear(chain);
  return chain.map((draw) => draw / unit);
}
