import { checkedInteger, observedCount, toValues } from '../values.ts';
import { autocorrelation } from './autocorrelation.ts';
import { chiSquareSurvival } from './gamma-survival.ts';
import { tooShort, type TestResult } from './test-input.ts';

/** How the test is run. */
export interface LjungBoxOptions {
  /** How many autocorrelations are looked at. @default 10, or a fifth of the values if that is less */
  readonly lags?: number | undefined;
  /** Coefficients of the model that the residuals are from; taken off the degrees of freedom. @default 0 */
  readonly coefficients?: number | undefined;
}

/**
 * Tests whether residuals are white noise (Ljung and Box 1978). A small p-value means that they are autocorrelated: a
 * better model could use that. Missing values (NaN), as at the start of residuals, are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range or a value is infinite.
 * @throws {MlError} NOVA_ML_TOO_SHORT below 3 observed values.
 *
 * @example
 * ```ts
 * import { arima, ljungBoxTest } from '@novacron/ml';
 *
 * const wave = Array.from({ length: 80 }, (_, i) => Math.sin(i / 4));
 * ljungBoxTest(wave).pValue < 1e-6 // => true
 * ```
 */
export function ljungBoxTest(values: ArrayLike<number>, options: LjungBoxOptions = {}): TestResult {
  const series = toValues(values);
  const observed = observedCount(series);
  if (observed < 3) throw tooShort('Ljung-Box tests', 3, observed);
  const coefficients = checkedInteger(options.coefficients ?? 0, 'coefficients', 0, series.length);
  const usual = Math.max(1, coefficients + 1, Math.min(10, Math.floor(series.length / 5)));
  const lags = checkedInteger(options.lags ?? Math.min(usual, series.length - 1), 'lags', 1, series.length - 1);
  const correlations = autocorrelation(series, lags);
  let sum = 0;
  for (let lag = 1; lag <= lags; lag++) sum += (correlations[lag] as number) ** 2 / Math.max(1, observed - lag);
  const statistic = observed * (observed + 2) * sum;
  return { statistic, pValue: chiSquareSurvival(statistic, Math.max(1, lags - coefficients)) };
}
