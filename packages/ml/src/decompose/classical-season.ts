/**
 * Seasonal indices by the ratios (or differences) of values to their centred moving average (Macaulay 1931; R's
 * `decompose`). Indices average 1, or 0 when additive.
 *
 * @param values - At least two seasons, without gaps.
 * @param relative - Whether the season multiplies; needs positive values.
 * @returns one index for each phase, that of the first value first.
 */
export function classicalSeason(values: Float64Array, seasonLength: number, relative: boolean): Float64Array {
  const m = seasonLength;
  const half = m >> 1;
  const even = m % 2 === 0;
  const totals = new Float64Array(m);
  const counts = new Float64Array(m);
  let sum = 0;
  for (let i = 0; i < m; i++) sum += values[i] as number;
  let phase = half;
  for (let i = half; i + half < values.length && i - half + m <= values.length; i++) {
    const first = i - half;
    let average = sum;
    if (even) average += ((values[first + m] as number) - (values[first] as number)) / 2;
    average /= m;
    const value = values[i] as number;
    const part = relative ? value / average : value - average;
    totals[phase] = (totals[phase] as number) + part;
    counts[phase] = (counts[phase] as number) + 1;
    if (++phase === m) phase = 0;
    sum += (values[first + m] as number) - (values[first] as number);
  }
  let centre = 0;
  for (let phase = 0; phase < m; phase++) {
    const count = counts[phase] as number;
    totals[phase] = count > 0 ? (totals[phase] as number) / count : relative ? 1 : 0;
    centre += (totals[phase] as number) / m;
  }
  return totals.map((index) => (relative ? index / centre : index - centre));
}
