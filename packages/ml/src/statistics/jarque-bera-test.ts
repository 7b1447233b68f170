import { observedCount, toValues } from '../values.ts';
import { tooShort, type TestResult } from './test-input.ts';

/** What the test says. */
export interface JarqueBeraResult extends TestResult {
  /** How lopsided the values are; 0 for a normal distribution. */
  readonly skewness: number;
  /** How heavy their tails are; 3 for a normal distribution. */
  readonly kurtosis: number;
}

/**
 * Tests whether values are normally distributed, by skewness and kurtosis (Jarque and Bera 1980). A small p-value means
 * that they are not, so that analytic intervals are to be distrusted. Missing values (NaN) are left out; equal values
 * count as normal.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite or no number.
 * @throws {MlError} NOVA_ML_TOO_SHORT below 3 observed values.
 *
 * @example
 * ```ts
 * import { jarqueBeraTest } from '@novacron/ml';
 *
 * jarqueBeraTest([...Array.from({ length: 50 }, (_, i) => i % 5), 90]).pValue < 0.001 // => true
 * ```
 */
export function jarqueBeraTest(values: ArrayLike<number>): JarqueBeraResult {
  const series = toValues(values);
  const count = observedCount(series);
  if (count < 3) throw tooShort('Jarque-Bera tests', 3, count);
  let largest = 0;
  for (const value of series) if (Math.abs(value) > largest) largest = Math.abs(value);
  const scaled = series.filter((value) => value === value).map((value) => (largest > 0 ? value / largest : 0));
  const mean = scaled.reduce((sum, value) => sum + value / count, 0);
  const moment = (power: number): number => scaled.reduce((sum, value) => sum + (value - mean) ** power / count, 0);
  const variance = moment(2);
  if (!(variance > 1e-30)) return { statistic: 0, pValue: 1, skewness: 0, kurtosis: 3 };
  const skewness = moment(3) / variance ** 1.5;
  const kurtosis = moment(4) / variance ** 2;
  const statistic = (count / 6) * (skewness ** 2 + (kurtosis - 3) ** 2 / 4);
  return { statistic, pValue: Math.exp(-statistic / 2), skewness, kurtosis };
}
