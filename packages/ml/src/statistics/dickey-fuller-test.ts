import { leastSquares, type LeastSquares } from '../optimise/least-squares.ts';
import { checkedInteger } from '../values.ts';
import { normalProbability } from './gamma-survival.ts';
import { wholeValues, type TestResult } from './test-input.ts';

/** How the test is run. */
export interface DickeyFullerOptions {
  /** What the alternative is stationary around: zero, a level, or a line. @default 'level' */
  readonly around?: 'zero' | 'level' | 'trend' | undefined;
  /** Lagged differences: a number, or `'aic'` for those with the least AIC. @default 'aic' */
  readonly lags?: number | 'aic' | undefined;
}

/** What the test says. */
export interface DickeyFullerResult extends TestResult {
  /** The lagged differences that were used. */
  readonly lags: number;
}

/** MacKinnon's (1994) response surfaces: where the two polynomials meet, and their coefficients. */
const surfaces = {
  zero: { meet: -1.04, lowest: -19.04, highest: Infinity, small: [0.6344, 1.2378, 0.032496], large: [0.4797, 0.93557, -0.06999, 0.033066] },
  level: { meet: -1.61, lowest: -18.83, highest: 2.74, small: [2.1659, 1.4412, 0.038269], large: [1.7339, 0.93202, -0.12745, -0.010368] },
  trend: { meet: -2.89, lowest: -16.18, highest: 0.7, small: [3.2512, 1.6047, 0.049588], large: [2.5261, 0.61654, -0.37956, -0.060285] },
} as const; // prettier-ignore

/**
 * The augmented Dickey-Fuller test for a unit root (Said and Dickey 1984). The null hypothesis is that the series
 * wanders: a small p-value means that it returns to its level or line. P-values by MacKinnon (1994).
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, a value is missing inside, or all are equal.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are fewer values than coefficients.
 *
 * @example
 * ```ts
 * import { dickeyFullerTest } from '@novacron/ml';
 *
 * const noise = Array.from({ length: 80 }, (_, i) => (i * 7919) % 13);
 * dickeyFullerTest(noise, { lags: 1 }).pValue < 0.01 // => true
 * ```
 */
export function dickeyFullerTest(values: ArrayLike<number>, options: DickeyFullerOptions = {}): DickeyFullerResult {
  const { around = 'level' } = options;
  const series = wholeValues(values, 'Dickey-Fuller tests', 6);
  const fixed = { zero: 0, level: 1, trend: 2 }[around];
  const most = Math.max(0, Math.floor(series.length / 2) - fixed - 2);
  const lags =
    options.lags === undefined || options.lags === 'aic'
      ? leastAic(series, around, Math.min(most, Math.ceil(12 * (series.length / 100) ** 0.25)))
      : checkedInteger(options.lags, 'lags', 0, most);
  const { coefficients, variances, squares } = regress(series, around, lags, lags);
  const freedom = series.length - 1 - lags - coefficients.length;
  const statistic = (coefficients[0] as number) / Math.sqrt((squares / freedom) * (variances[0] as number));
  return { statistic, pValue: probability(statistic, around), lags };
}

function leastAic(series: Float64Array, around: 'zero' | 'level' | 'trend', most: number): number {
  let best = 0;
  let least = Infinity;
  for (let lags = 0; lags <= most; lags++) {
    const { squares, coefficients } = regress(series, around, lags, most);
    const count = series.length - 1 - most;
    const criterion = count * Math.log(squares / count) + 2 * coefficients.length;
    if (criterion < least) [best, least] = [lags, criterion];
  }
  return best;
}

/** The differences on the value before, the differences before, and what the series is to be stationary around. */
function regress(series: Float64Array, around: 'zero' | 'level' | 'trend', lags: number, skip: number): LeastSquares {
  const count = series.length - 1 - skip;
  const difference = (i: number): number => (series[i + 1] as number) - (series[i] as number);
  const column = (at: (t: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, t) => at(t + skip));
  const before = Array.from({ length: lags }, (_, k) => column((t) => difference(t - 1 - k)));
  const fixed = [column(() => 1), column((t) => t + 1)].slice(0, { zero: 0, level: 1, trend: 2 }[around]);
  return leastSquares([column((t) => series[t] as number), ...before, ...fixed], column(difference));
}

function probability(statistic: number, around: 'zero' | 'level' | 'trend'): number {
  const { meet, lowest, highest, small, large } = surfaces[around];
  if (statistic > highest) return 1;
  if (!(statistic > lowest)) return 0;
  const coefficients: readonly number[] = statistic <= meet ? small : large;
  return normalProbability(coefficients.reduceRight((sum, coefficient) => sum * statistic + coefficient, 0));
}
