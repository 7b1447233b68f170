/** The largest power of two that is not above the largest magnitude; 1 for zeros. Dividing by it changes no digit. */
export function powerOfTwoNear(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
}
