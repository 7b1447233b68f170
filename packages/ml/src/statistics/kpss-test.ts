import { checkedInteger } from '../values.ts';
import { kpssStatistic, withoutLine, withoutMean } from './kpss-statistic.ts';
import { wholeValues, type TestResult } from './test-input.ts';

/** How the test is run. */
export interface KpssOptions {
  /** Whether the values are to be level, or to follow a line. @default 'level' */
  readonly around?: 'level' | 'trend' | undefined;
  /**
   * Lags of the long-run variance: a number, `'short'` for `trunc(4 (n/100)^¼)`, `'long'` for `ceil(12 (n/100)^¼)`, or
   * `'auto'` by Hobijn, Franses and Ooms (1998). @default 'auto'
   */
  readonly lags?: number | 'short' | 'long' | 'auto' | undefined;
}

/** What the test says. */
export interface KpssResult extends TestResult {
  /** The lags that were used. */
  readonly lags: number;
}

const probabilities = [0.1, 0.05, 0.025, 0.01];
const limits = { level: [0.347, 0.463, 0.574, 0.739], trend: [0.119, 0.146, 0.176, 0.216] } as const;

/**
 * Tests whether a series is stationary around a level or a line (Kwiatkowski, Phillips, Schmidt, Shin 1992). The null
 * hypothesis is that it is: a small p-value means that it wanders and should be differenced. The p-value is read off
 * the authors' table, so that it lies between 0.01 and 0.1.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, a value is missing inside, or all are equal.
 * @throws {MlError} NOVA_ML_TOO_SHORT below 4 values.
 *
 * @example
 * ```ts
 * import { kpssTest } from '@novacron/ml';
 *
 * const line = Array.from({ length: 60 }, (_, i) => i + (i % 3));
 * kpssTest(line).pValue // => 0.01
 * kpssTest(line, { around: 'trend', lags: 3 }).pValue // => 0.1
 * ```
 */
export function kpssTest(values: ArrayLike<number>, options: KpssOptions = {}): KpssResult {
  const { around = 'level' } = options;
  const series = wholeValues(values, 'KPSS tests', 4);
  const lags = lagsOf(series, around, options.lags ?? 'auto');
  const statistic = kpssStatistic(series, lags, around);
  return { statistic, pValue: interpolated(statistic, limits[around]), lags };
}

function lagsOf(series: Float64Array, around: 'level' | 'trend', lags: KpssOptions['lags']): number {
  const count = series.length;
  if (lags === 'short') return Math.trunc(4 * (count / 100) ** 0.25);
  if (lags === 'long') return Math.min(count - 1, Math.ceil(12 * (count / 100) ** 0.25));
  if (lags !== 'auto') return checkedInteger(lags, 'lags', 0, count - 1);
  const rest = around === 'level' ? withoutMean(series) : withoutLine(series);
  let sum = 0;
  let weighted = 0;
  for (let lag = 0; lag <= Math.trunc(count ** (2 / 9)); lag++) {
    let products = 0;
    for (let i = lag; i < count; i++) products += (rest[i] as number) * (rest[i - lag] as number);
    sum += products * (lag === 0 ? 1 : 2);
    weighted += 2 * lag * products;
  }
  return Math.min(count - 1, Math.trunc(1.1447 * Math.cbrt((weighted / sum) ** 2) * Math.cbrt(count)));
}

function interpolated(statistic: number, points: readonly number[]): number {
  for (let i = 0; i < points.length; i++) {
    const high = points[i] as number;
    if (statistic > high) continue;
    if (i === 0) break;
    const low = points[i - 1] as number;
    const [from, to] = [probabilities[i - 1] as number, probabilities[i] as number];
    return from + ((statistic - low) / (high - low)) * (to - from);
  }
  return statistic > (points.at(-1) as number) ? 0.01 : 0.1;
}
