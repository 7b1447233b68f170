/**
 * The variance of the mean of autocorrelated values, times their number: autocovariances up to a lag under Bartlett's
 * falling weights (Newey and West 1987).
 *
 * @param values - With mean 0.
 */
export function longRunVariance(values: Float64Array, lags: number): number {
  const count = values.length;
  let sum = 0;
  for (let lag = 0; lag <= Math.min(lags, count - 1); lag++) {
    let products = 0;
    for (let i = lag; i < count; i++) products += (values[i] as number) * (values[i - lag] as number);
    sum += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * products;
  }
  return sum / count;
}
