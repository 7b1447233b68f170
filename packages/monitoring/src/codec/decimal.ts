const maxExponent = 6;
/** Differences of whole numbers up to this have exact differences and zigzag forms. */
const maxMagnitude = 2 ** 51;
const powersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;

/**
 * Turns values into whole numbers by a power of ten, if every one of them comes back bit by bit.
 *
 * Metrics are decimals more often than not: bytes, ticks of 10 ms, tenths of a percent. As whole numbers they have
 * small differences, where the bits of their doubles look random. (The idea of VictoriaMetrics' decimal conversion and
 * of Afroozeh, Kuffo, Boncz: "ALP: Adaptive Lossless floating-Point compression", SIGMOD 2024.)
 *
 * @param integers - Takes the whole numbers; at least as long as `values`.
 * @returns The exponent, 0 to 6, or none when a value does not come back.
 */
export function toDecimal(values: Float64Array, integers: Float64Array): number | undefined {
  let exponent = 0;
  for (let i = 0; i < values.length;) {
    const value = values[i] as number;
    const power = powersOfTen[exponent] as number;
    const integer = Math.round(value * power);
    // The whole number must give the same value again; -0, NaN and infinities never do.
    const isSame = integer / power === value && (integer !== 0 || !Object.is(value, -0));
    if (isSame && integer <= maxMagnitude && integer >= -maxMagnitude) integers[i++] = integer;
    else if (++exponent > maxExponent) return undefined;
    else i = 0; // what fitted a lower power may not fit this one
  }
  return exponent;
}

/** The value of a whole number of {@link toDecimal}. */
export function fromDecimal(integer: number, exponent: number): number {
  return integer / (powersOfTen[exponent] as number);
}
