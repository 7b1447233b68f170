import fc from 'fast-check';

/** The bits of values, to compare what `===` would take for equal or different. */
export function bitsOf(values: Float64Array): bigint[] {
  return [...new BigUint64Array(values.buffer, values.byteOffset, values.length)];
}

/** Values of any 64 bits: NaNs with payloads, infinities, subnormals. */
export const anyBits: fc.Arbitrary<Float64Array> = fc
  .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 300 })
  .map((bits) => new Float64Array(BigUint64Array.from(bits).buffer));

/** Values as metrics have them: decimals of up to so many digits after the point, near each other. */
export const decimals: fc.Arbitrary<Float64Array> = fc
  .record({
    digits: fc.nat({ max: 6 }),
    start: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
    steps: fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 300 }),
  })
  .map(({ digits, start, steps }) => {
    let integer = start;
    return Float64Array.from(steps, (step) => (integer += step) / 10 ** digits);
  });

/** Values of all kinds one after the other: decimals, true fractions, any bits, repeats. */
export const mixed: fc.Arbitrary<Float64Array> = fc
  .array(
    fc.oneof(
      fc.integer().map(Number),
      fc.double(),
      fc.constantFrom(0, -0, 1, Number.NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER, 2 ** 52, 1e300, 5e-324),
      fc.double({ min: 0, max: 1 }),
    ),
    { minLength: 1, maxLength: 300 },
  )
  .map((values) => Float64Array.from(values));
