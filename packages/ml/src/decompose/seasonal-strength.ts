import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';

/** What rounding leaves of a constant is no season. */
const rounding = 1e-12;

/**
 * How much of the movement around the trend is season, 0 to 1: `1 - var(remainder) / var(season + remainder)`, not
 * below 0 (Wang, Smith, Hyndman 2006). Missing values (NaN) are left out. With the trend given, a season below a
 * millionth of a millionth of it counts as rounding.
 *
 * @example
 * ```ts
 * import { seasonalStrength, stl } from '@novacron/ml';
 *
 * const load = Array.from({ length: 96 }, (_, hour) => 5 * Math.sin((hour * Math.PI) / 12) + (hour % 5) / 10);
 * seasonalStrength(stl(load, { seasonLength: 24 })) > 0.9 // => true
 * ```
 */
export function seasonalStrength(parts: {
  readonly season: Float64Array;
  readonly remainder: Float64Array;
  readonly trend?: Float64Array | undefined;
}): number {
  const { season, remainder, trend } = parts;
  const both = remainder.map((rest, i) => rest / 2 + (season[i] as number) / 2);
  const size = largest(season);
  if (!(size > 0) || size <= rounding * largest(trend ?? season)) return 0;
  // Divided by their size, squares stay in the range of numbers.
  const unit = powerOfTwoNear(both);
  const whole = variance(both.map((value) => value / unit));
  return whole > 0 ? Math.max(0, 1 - variance(remainder.map((value) => value / unit / 2)) / whole) : 0;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
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
