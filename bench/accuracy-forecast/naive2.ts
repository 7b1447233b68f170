/**
 * Naive2, the yardstick of the M competitions: the last value of the seasonally adjusted series, where the test at
 * 90 % finds a season, by the classical multiplicative decomposition. Written apart from the package on purpose.
 */
export function naive2(values: readonly number[], seasonLength: number, horizon: number): number[] {
  const indices = seasonal(values, seasonLength) ? ratios(values, seasonLength) : [1];
  const m = indices.length;
  const last = (values.at(-1) ?? NaN) / (indices[(values.length - 1) % m] ?? NaN);
  return Array.from({ length: horizon }, (_, step) => last * (indices[(values.length + step) % m] ?? NaN));
}

function seasonal(values: readonly number[], m: number): boolean {
  const n = values.length;
  if (m < 2 || n < 3 * m) return false;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centred = values.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0);
  const correlation = (lag: number): number =>
    centred.slice(lag).reduce((sum, value, i) => sum + value * (centred[i] ?? NaN), 0) / variance;
  let squares = 0;
  for (let lag = 1; lag < m; lag++) squares += correlation(lag) ** 2;
  return Math.abs(correlation(m)) > 1.645 * Math.sqrt((1 + 2 * squares) / n);
}

function ratios(values: readonly number[], m: number): number[] {
  const half = Math.floor(m / 2);
  const sums = Array.from({ length: m }, () => ({ sum: 0, count: 0 }));
  for (let i = half; i + half < values.length; i++) {
    const window = values.slice(i - half, i + half + 1);
    let total = window.reduce((sum, value) => sum + value, 0);
    if (m % 2 === 0) total -= ((window[0] ?? NaN) + (window.at(-1) ?? NaN)) / 2;
    const slot = sums[i % m];
    if (slot === undefined) continue;
    slot.sum += ((values[i] ?? NaN) * m) / total;
    slot.count++;
  }
  const raw = sums.map(({ sum, count }) => sum / count);
  const average = raw.reduce((sum, value) => sum + value, 0) / m;
  return raw.map((index) => index / average);
}
