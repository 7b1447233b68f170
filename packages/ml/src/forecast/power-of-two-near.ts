/** The largest power of two that is not above the largest magnitude; 1 for zeros. Dividing by it changes no digit. */
export function powerOfTwoNear(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest) largest = size;
  }
  return largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
}
