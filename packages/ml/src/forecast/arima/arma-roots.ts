import { fromPartials } from './arma-model.ts';
import type { ArimaStructure } from './arima-structure.ts';

/** Roots nearer to the unit circle than this make forecasts and standard errors unreliable. */
const closest = 1.01;

/** Whether a root of any of the four polynomials lies within 1 % of the unit circle; those of the seasonal ones in B. */
export function isCloseToUnitRoot({ order, seasonal, seasonLength }: ArimaStructure, point: Float64Array): boolean {
  let from = 0;
  const parts = [
    [order[0], closest],
    [order[2], closest],
    [seasonal[0], closest ** seasonLength],
    [seasonal[2], closest ** seasonLength],
  ] as const;
  for (const [count, radius] of parts) {
    const coefficients = fromPartials(point.subarray(from, from + count));
    from += count;
    if (!isStationary(coefficients.map((x, i) => x * radius ** (i + 1)))) return true;
  }
  return false;
}

/** Whether all partial autocorrelations are within -1 to 1, by the step-down recursion. */
function isStationary(coefficients: Float64Array): boolean {
  let row = coefficients;
  for (let j = row.length; j >= 1; j--) {
    const partial = row[j - 1] as number;
    if (!(Math.abs(partial) < 1)) return false;
    const before = row;
    row = Float64Array.from({ length: j - 1 }, (_, i) => {
      return ((before[i] as number) + partial * (before[j - 2 - i] as number)) / (1 - partial * partial);
    });
  }
  return true;
}
