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
  const sums = laggedSums(centred, seasonLength);
  let squares = 0;
  for (let lag = 1; lag < seasonLength; lag++) squares += ((sums[lag] as number) / at) ** 2;
  return Math.abs((sums[seasonLength] as number) / at) > 1.645 * Math.sqrt((1 + 2 * squares) / count);
}

/**
 * Sums of products of values 1 to `longest` apart, four distances at a time: each value is then read once for all.
 *
 * @returns that of each distance in its place; what stands at 0 and behind the longest means nothing.
 */
export function laggedSums(values: Float64Array, longest: number): Float64Array {
  const sums = new Float64Array(longest + 4);
  for (let lag = 1; lag <= longest; lag += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    // The value at `lag` has one partner, the next one two, and so on; the others have all four.
    let near = values[0] as number;
    let further = 0;
    let far = 0;
    let furthest = 0;
    for (let i = lag; i < values.length;) {
      const value = values[i] as number;
      a += value * near;
      b += value * further;
      c += value * far;
      d += value * furthest;
      furthest = far;
      far = further;
      further = near;
      i++;
      near = values[i - lag] as number;
    }
    sums[lag] = a;
    sums[lag + 1] = b;
    sums[lag + 2] = c;
    sums[lag + 3] = d;
  }
  return sums;
}
