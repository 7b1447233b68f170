import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { checkedInteger, observedCount, toValues } from '../values.ts';
import { tooShort } from './test-input.ts';

/**
 * How much values resemble those some steps before: the autocorrelations at lags 0 to `lags`, 1 first, by the usual
 * biased estimate (Box and Jenkins 1970; R's `acf`). Pairs with a missing value (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite or `lags` is not from 0 to one less than the length.
 * @throws {MlError} NOVA_ML_TOO_SHORT below two observed values.
 *
 * @example
 * ```ts
 * import { autocorrelation } from '@novacron/ml';
 *
 * autocorrelation([1, 2, 1, 2, 1, 2, 1, 2], 2)[2]! // => 0.75
 * ```
 */
export function autocorrelation(values: ArrayLike<number>, lags: number): Float64Array {
  const given = toValues(values);
  const unit = powerOfTwoNear(given); // products of any numbers stay in range, and lose no digit
  const series = given.map((value) => value / unit);
  const observed = observedCount(series);
  if (observed < 2) throw tooShort('Autocorrelations', 2, observed);
  checkedInteger(lags, 'lags', 0, series.length - 1);
  let mean = 0;
  for (const value of series) if (value === value) mean += value / observed;
  const products = new Float64Array(lags + 1);
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let i = lag; i < series.length; i++) {
      const product = ((series[i] as number) - mean) * ((series[i - lag] as number) - mean);
      if (product === product) sum += product;
    }
    products[lag] = sum;
  }
  const variance = products[0] as number;
  return products.map((product, lag) => (lag === 0 ? 1 : variance > 0 ? product / variance : 0));
}

/**
 * The partial autocorrelations at lags 1 to `lags`: what a lag says that shorter ones do not, by the recursion of
 * Levinson and Durbin on {@link autocorrelation} (R's `pacf`).
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite or `lags` is not from 0 to one less than the length.
 * @throws {MlError} NOVA_ML_TOO_SHORT below two observed values.
 *
 * @example
 * ```ts
 * import { partialAutocorrelation } from '@novacron/ml';
 *
 * partialAutocorrelation([1, 2, 1, 2, 1, 2, 1, 2], 1)[0]! // => -0.875
 * ```
 */
export function partialAutocorrelation(values: ArrayLike<number>, lags: number): Float64Array {
  const correlations = autocorrelation(values, lags);
  const partials = new Float64Array(lags);
  let row = new Float64Array(lags);
  let variance = 1;
  for (let lag = 1; lag <= lags; lag++) {
    let sum = correlations[lag] as number;
    for (let k = 0; k < lag - 1; k++) sum -= (row[k] as number) * (correlations[lag - 1 - k] as number);
    const partial = variance > 0 ? sum / variance : 0;
    const before = row;
    row = before.map((x, k) => (k < lag - 1 ? x - partial * (before[lag - 2 - k] as number) : x));
    row[lag - 1] = partial;
    partials[lag - 1] = partial;
    variance *= 1 - partial * partial;
  }
  return partials;
}
