import { invalid } from '../../error.ts';
import { fitBudget, type FitOptions } from '../../fit-budget.ts';
import { checkOptions, observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import type { FittedArima } from './arima-fitted.ts';
import { arimaName, checkedStructure, type ArimaOrder, type ArimaStructure } from './arima-structure.ts';
import type { FourierTerm } from './fourier-columns.ts';
import type { ArimaMethod } from './estimate-arima.ts';
import { fitArima } from './fit-arima.ts';
import { checkedRegressors } from './regressors.ts';

/** Options of an ARIMA model. */
export interface ArimaOptions {
  /** Orders `[p, d, q]`: lags of the values, 0 to 60; differences, 0 to 2; lags of the errors, 0 to 60. */
  readonly order: ArimaOrder;
  /** Seasonal orders `[P, D, Q]`, 0 to 5, 0 to 1, 0 to 5. @default [0, 0, 0] */
  readonly seasonal?: ArimaOrder | undefined;
  /** Steps in a season, 1 (none) to 527,040; the longest lag of the model may be 800. @default 1 */
  readonly seasonLength?: number | undefined;
  /**
   * Whether there is a constant: a mean without differences, a drift with one difference. With two it would be a
   * parabola and is refused. @default true without differences
   */
  readonly constant?: boolean | undefined;
  /** Sines and cosines as regressors, for seasons too long for lags; up to 10. @default none */
  readonly fourier?: readonly FourierTerm[] | undefined;
  /** `css-ml`: exact likelihood from conditional estimates; `ml`: from zeros; `css`: conditional only. @default 'css-ml' */
  readonly method?: ArimaMethod | undefined;
}

/** What the fit of an ARIMA model takes. */
export interface ArimaFitOptions extends FitOptions {
  /** Outside influences, a column each as long as the series, known everywhere. @default none */
  readonly regressors?: readonly ArrayLike<number>[] | undefined;
}

/** An ARIMA forecaster; its fit takes regressors, or times. */
export type ArimaForecaster = ForecasterWithTimes<FittedArima, ArimaFitOptions>;

/**
 * Autoregressive integrated moving average with season and regressors, SARIMAX (Box and Jenkins 1970):
 * `φ(B) Φ(Bᵐ) (1-B)ᵈ (1-Bᵐ)ᴰ (y - Xβ) = θ(B) Θ(Bᵐ) ε`, the signs as in R. Estimated by exact Gaussian likelihood:
 * without gaps by Chandrasekhar's recursions (Pearlman 1980), with gaps by the Kalman filter (Jones 1980); the
 * regressors' coefficients by generalised least squares inside of it. Every step stays stationary and invertible.
 *
 * Missing values (NaN) are bridged by the filter; where that is too dear (long seasons and many values), coefficients
 * come from a filled series and only the filter sees the gaps, and where longest lag and differences together reach back
 * over 1,000 steps it, too, takes values that were filled from their phase. `fit` throws NOVA_ML_TOO_SHORT when there are not two
 * values more than differences and coefficients take.
 *
 * Use it for series whose shape you know: `(0,1,1)(0,1,1)` suits most seasonal loads. Use {@link autoArima} to search
 * the orders, and {@link autoEts} or {@link autoForecast} when milliseconds count. Cost: some 10 ms for the named model
 * over 700 values with a season of 24; updates take microseconds.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { arima } from '@novacron/ml';
 *
 * const load = Array.from({ length: 120 }, (_, i) => 100 + i / 2 + 20 * Math.sin((i * Math.PI) / 6) + ((i * 7) % 5));
 * const fitted = arima({ order: [0, 1, 1], seasonal: [0, 1, 1], seasonLength: 12 }).fit(load);
 * fitted.name // => 'ARIMA(0,1,1)(0,1,1)[12]'
 * Object.keys(fitted.describe().parameters) // => ['ma1', 'sma1']
 * fitted.forecast(12).mean.length // => 12
 * ```
 */
export function arima(options: ArimaOptions): ArimaForecaster {
  checkOptions(options);
  const structure = structureOf(options);
  const { method = 'css-ml' } = options;
  if (method !== 'css-ml' && method !== 'ml' && method !== 'css') {
    throw invalid(`method must be css-ml, ml or css, not ${String(method)}`, { method });
  }
  return withTimes({
    name: arimaName(structure),
    fit(values, fitOptions: ArimaFitOptions | undefined): FittedArima {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const regressors = checkedRegressors(fitOptions?.regressors, series.length);
      return fitArima(series, regressors, structure, method, check, observedCount(series));
    },
  });
}

function structureOf({
  order,
  seasonal = [0, 0, 0],
  seasonLength = 1,
  constant,
  fourier = [],
}: ArimaOptions): ArimaStructure {
  const checked = checkedStructure({ order, seasonal, seasonLength, constant: 'none', fourier });
  const differences = checked.order[1] + checked.seasonal[1];
  if (constant === true && differences > 1) {
    throw invalid('constant must not be true with two differences: forecasts would follow a parabola', { differences });
  }
  const wanted = constant ?? differences === 0;
  return { ...checked, constant: wanted ? (differences === 0 ? 'mean' : 'drift') : 'none' };
}
