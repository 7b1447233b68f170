/** Random numbers of the usual distributions, all from one source. */
export interface RandomDraws {
  /** A number in [0, 1). */
  readonly uniform: () => number;
  /** A standard normal number. */
  readonly normal: () => number;
  /** A gamma number of scale 1. */
  readonly gamma: (shape: number) => number;
}

/**
 * Draws from distributions: normal numbers by the polar method (Marsaglia and Bray 1964), gamma numbers by Marsaglia
 * and Tsang (2000).
 *
 * @param uniform - Gives numbers in [0, 1), as a seeded source does.
 */
export function randomDraws(uniform: () => number): RandomDraws {
  let spare = NaN;
  const normal = (): number => {
    if (spare === spare) {
      const kept = spare;
      spare = NaN;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
  const gamma = (shape: number): number => {
    // Below 1 a gamma number of one more is drawn and shrunk.
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  };
  return { uniform, normal, gamma };
}
