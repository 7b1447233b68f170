import { powerOfTwoNear } from './power-of-two-near.ts';

/** The root mean square of numbers of any size; NaN is left out, and nothing is 0. */
export function rootMeanSquare(values: Float64Array): number {
  const unit = powerOfTwoNear(values);
  let squares = 0;
  let count = 0;
  for (const value of values) {
    if (value !== value) continue;
    squares += (value / unit) ** 2;
    count++;
  }
  return Math.sqrt(squares / Math.max(1, count)) * unit;
}
