import { invalid } from '../error.ts';
import { checkedInteger, toValues } from '../values.ts';

/** `(x^λ - 1) / λ`, or the logarithm for 0 (Box and Cox 1964). */
export function boxCox(value: number, lambda: number): number {
  return lambda === 0 ? Math.log(value) : (value ** lambda - 1) / lambda;
}

/**
 * The way back, corrected for the variance of what is brought back (Hyndman and Athanasopoulos, Forecasting: Principles
 * and Practice, 5.6); beyond the end of the range it is 0 or Infinity.
 */
export function inverseBoxCox(value: number, lambda: number, variance: number): number {
  if (lambda === 0) return Math.exp(value) * (1 + variance / 2);
  const base = Math.max(0, lambda * value + 1);
  const back = base ** (1 / lambda);
  return variance === 0 ? back : back * (1 + (variance * (1 - lambda)) / (2 * base * base));
}

/**
 * The power for which the spread of each season does not depend on its mean (Guerrero 1993, as R's `BoxCox.lambda`).
 *
 * @param values - Above 0; missing ones (NaN) are skipped with their season.
 * @param seasonLength - Values that are compared as one. @default 2
 * @returns -1 to 2; 1 when there are no two seasons.
 * @throws {MlError} NOVA_ML_INVALID when a value is not above 0 or the season is out of range.
 *
 * @example
 * ```ts
 * import { boxCoxLambda } from '@novacron/ml';
 *
 * // It swings as much as it is large: logarithms.
 * const growing = Array.from({ length: 60 }, (_, i) => 1.05 ** i * (i % 4 === 0 ? 2 : 1));
 * Math.abs(boxCoxLambda(growing, 4)) < 0.1 // => true
 * ```
 */
export function boxCoxLambda(values: ArrayLike<number>, seasonLength: number = 2): number {
  const series = toValues(values);
  const length = Math.max(2, checkedInteger(seasonLength, 'seasonLength', 1, 1_000_000));
  const bad = series.findIndex((value) => value <= 0);
  if (bad >= 0) throw invalid(`Only values above 0 have powers, but values[${bad}] is ${series[bad]}`, { index: bad });
  const seasons: { readonly mean: number; readonly deviation: number }[] = [];
  for (let start = series.length % length; start < series.length; start += length) {
    const season = series.subarray(start, start + length);
    const mean = season.reduce((sum, value) => sum + value / length, 0);
    const deviation = Math.sqrt(season.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (length - 1));
    if (mean === mean && deviation > 0) seasons.push({ mean, deviation });
  }
  if (seasons.length < 2) return 1;
  return leastBetween(-1, 2, (lambda) => {
    const ratios = seasons.map(({ mean, deviation }) => deviation / mean ** (1 - lambda));
    const middle = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    return ratios.reduce((sum, ratio) => sum + (ratio / middle - 1) ** 2, 0);
  });
}

/** Where a function with one valley is least, by golden sections. */
function leastBetween(low: number, high: number, evaluate: (x: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [low, high];
  while (right - left > 1e-6) {
    const a = right - golden * (right - left);
    const b = left + golden * (right - left);
    if (evaluate(a) < evaluate(b)) right = b;
    else left = a;
  }
  return (left + right) / 2;
}
