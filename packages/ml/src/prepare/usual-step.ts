import { invalid } from '../error.ts';

/**
 * The median distance between times that rise.
 *
 * @returns undefined when no two of them rise.
 * @throws {MlError} NOVA_ML_INVALID when a time is no epoch milliseconds.
 */
export function usualStep(times: ArrayLike<number>): number | undefined {
  const distances: number[] = [];
  for (let i = 0; i < times.length; i++) {
    if (!(Math.abs(times[i] as number) <= 8.64e15)) throw invalid('Times must be epoch milliseconds', { index: i });
    const distance = (times[i] as number) - (times[i - 1] ?? NaN);
    if (distance > 0) distances.push(distance);
  }
  distances.sort((a, b) => a - b);
  return distances[(distances.length - 1) >> 1];
}
