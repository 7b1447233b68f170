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
  const centred = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const distance = (values[i] as number) - mean;
    centred[i] = distance;
    at += distance * distance;
  }
  let squares = 0;
  for (let lag = 1; lag < seasonLength; lag++) squares += (laggedSum(centred, lag) / at) ** 2;
  return Math.abs(laggedSum(centred, seasonLength) / at) > 1.645 * Math.sqrt((1 + 2 * squares) / count);
}

/** Sum of products of values `lag` apart, in four parts that the processor adds side by side. */
function laggedSum(values: Float64Array, lag: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = lag;
  for (; i + 3 < values.length; i += 4) {
    a += (values[i] as number) * (values[i - lag] as number);
    b += (values[i + 1] as number) * (values[i + 1 - lag] as number);
    c += (values[i + 2] as number) * (values[i + 2 - lag] as number);
    d += (values[i + 3] as number) * (values[i + 3 - lag] as number);
  }
  for (; i < values.length; i++) a += (values[i] as number) * (values[i - lag] as number);
  return a + b + c + d;
}
