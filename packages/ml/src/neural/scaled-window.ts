import type { Floats } from './tensor.ts';

/** What a window's values and what follows it count from and in. */
export interface WindowScale {
  readonly mean: number;
  readonly spread: number;
}

/**
 * Writes a window as a network sees it: less its mean, divided by its spread, so that big machines and small ones look
 * alike (Kim et al. 2022, "Reversible instance normalization").
 *
 * @param values - The series, without gaps.
 * @param end - Where the window ends, which is out.
 * @param into - Takes it, from `at` on; as many values as there are between two windows' places.
 */
export function scaleWindow(values: Float64Array, end: number, length: number, into: Floats, at: number): WindowScale {
  let mean = 0;
  for (let i = end - length; i < end; i++) mean += (values[i] as number) / length;
  let variance = 0;
  for (let i = end - length; i < end; i++) variance += ((values[i] as number) - mean) ** 2 / length;
  // A window that stands still has no spread; what it is counted in must not blow up noise.
  const spread = Math.max(Math.sqrt(variance), Math.abs(mean) * 1e-3) || 1;
  for (let i = 0; i < length; i++) into[at + i] = ((values[end - length + i] as number) - mean) / spread;
  return { mean, spread };
}

/** What a step after a window is counted from: the season before, or the last value. */
export function baseOf(values: ArrayLike<number>, end: number, step: number, seasonLength: number): number {
  const back = seasonLength - (step % seasonLength);
  return values[end - back] as number;
}
