import { checkedDraws } from './effective-sample-size.ts';

/**
 * Whether a Markov chain has settled: the spread of all its draws against that within its halves, the split R̂ of Gelman
 * et al. (Bayesian Data Analysis, 2013). 1 when the halves tell the same; above 1.1 the chain should run on.
 *
 * @param draws - In the order of the chain; at least four.
 * @returns 1 when they never change; Infinity when each half stands still somewhere else.
 * @throws {MlError} NOVA_ML_INVALID when there are fewer than four draws, or one is missing or infinite.
 *
 * @example
 * ```ts
 * import { splitRHat } from '@novacron/ml';
 *
 * splitRHat(Array.from({ length: 100 }, (_, i) => (i * 37) % 100)) < 1.05 // => true
 * splitRHat(Array.from({ length: 100 }, (_, i) => i)) > 1.5 // => true
 * ```
 */
export function splitRHat(draws: ArrayLike<number>): number {
  const chain = checkedDraws(draws);
  const half = chain.length >> 1;
  const first = momentsOf(chain.subarray(0, half));
  const second = momentsOf(chain.subarray(chain.length - half));
  const within = (first.variance + second.variance) / 2;
  const between = (first.mean - second.mean) ** 2 / 2;
  if (between === 0) return 1;
  return Math.sqrt((half - 1) / half + between / within);
}

function momentsOf(draws: Float64Array): { mean: number; variance: number } {
  const mean = draws.reduce((sum, draw) => sum + draw / draws.length, 0);
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / (draws.length - 1);
  return { mean, variance };
}
