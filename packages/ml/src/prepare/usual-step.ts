import { invalid } from '../error.ts';

/**
 * The median distance between times that rise.
 *
 * @throws {MlError} NOVA_ML_INVALID when a time is no epoch milliseconds, or no two of them rise.
 */
export function usualStep(times: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 0; i < times.length; i++) {
    if (!(Math.abs(times[i] as number) <= 8.64e15)) throw invalid('Times must be epoch milliseconds', { index: i });
    const distance = (times[i] as number) - (times[i - 1] ?? NaN);
    if (distance > 0) distances.push(distance);
  }
  if (distances.length === 0) throw invalid('There must be two times that rise', { count: times.length });
  distances.sort((a, b) => a - b);
  return distances[(distances.length - 1) >> 1] as number;
}
