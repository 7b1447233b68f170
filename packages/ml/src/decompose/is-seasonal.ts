/**
 * The test for a season of the M competitions: the autocorrelation at the season is beyond 1.645 of its standard
 * errors, given those at shorter lags (Assimakopoulos and Nikolopoulos 2000; Bartlett 1946).
 *
 * @param values - Without gaps.
 * @returns false below three seasons.
 */
export function isSeasonal(values: Float64Array, seasonLength: number): boolean {
  const count = values.length;
  if (seasonLength < 2 || count < 3 * seasonLength) return false;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += (values[i] as number) / count;
  let squares = 0;
  let at = 0;
  for (let lag = 0; lag <= seasonLength; lag++) {
    let sum = 0;
    for (let i = lag; i < count; i++) sum += ((values[i] as number) - mean) * ((values[i - lag] as number) - mean);
    if (lag === 0) at = sum;
    else if (lag < seasonLength) squares += (sum / at) ** 2;
    else return Math.abs(sum / at) > 1.645 * Math.sqrt((1 + 2 * squares) / count);
  }
  return false;
}
