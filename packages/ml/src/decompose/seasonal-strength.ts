/**
 * How much of the movement around the trend is season, 0 to 1: `1 - var(remainder) / var(season + remainder)`, not
 * below 0 (Wang, Smith, Hyndman 2006). Missing values (NaN) are left out.
 *
 * @example
 * ```ts
 * import { seasonalStrength, stl } from '@novacron/ml';
 *
 * const load = Array.from({ length: 96 }, (_, hour) => 5 * Math.sin((hour * Math.PI) / 12) + (hour % 5) / 10);
 * seasonalStrength(stl(load, { seasonLength: 24 })) > 0.9 // => true
 * ```
 */
export function seasonalStrength(parts: { readonly season: Float64Array; readonly remainder: Float64Array }): number {
  const { season, remainder } = parts;
  const both = remainder.map((rest, i) => rest + (season[i] as number));
  const whole = variance(both);
  let largest = 0;
  for (const value of season) largest = Math.max(largest, Math.abs(value));
  // What rounding leaves of a constant is no season.
  return whole > 0 && largest > 1e-12 ? Math.max(0, 1 - variance(remainder) / whole) : 0;
}

function variance(values: Float64Array): number {
  let mean = 0;
  let squares = 0;
  let count = 0;
  for (const value of values) {
    if (value !== value) continue;
    count++;
    const distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
  }
  return count > 0 ? squares / count : 0;
}
