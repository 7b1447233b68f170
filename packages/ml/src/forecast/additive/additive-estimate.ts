import { solveCholesky } from '../../optimise/cholesky.ts';
import { gramMatrix } from '../../optimise/gram-matrix.ts';

/** How strongly the coefficients are held near 0. */
export interface AdditivePriors {
  /** Scale of the Laplace prior of each change of slope, against the largest value. */
  readonly changepointScale: number;
  /** Standard deviation of the normal prior of each wave and event, against the largest value. */
  readonly seasonScale: number;
  /** How many columns are level and slope, then changes of slope; the rest are waves and events. */
  readonly changepoints: number;
}

const rounds = 40;
const tiny = 1e-6;

/**
 * The most probable coefficients given the values: least squares in which every change of slope weighs by its size.
 * The Laplace prior is met by reweighting (a quadratic that touches it at the last solution), so that a round is one
 * solution of the normal equations, which are made once.
 *
 * @param columns - Each as long as the values.
 * @param values - Scaled to about 1; NaN means missing.
 */
export function estimateAdditive(
  columns: readonly Float64Array[],
  values: Float64Array,
  { changepointScale, seasonScale, changepoints }: AdditivePriors,
  check: () => void,
): Float64Array {
  const size = columns.length;
  const rows: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) rows.push(i);
  const count = rows.length;
  const design = new Float64Array(count * (size + 1));
  const right = new Float64Array(size);
  let total = 0;
  for (const row of rows) total += (values[row] as number) ** 2;
  for (let c = 0; c < size; c++) {
    const column = columns[c] as Float64Array;
    let sum = 0;
    for (let r = 0; r < count; r++) {
      const x = column[rows[r] as number] as number;
      design[c * count + r] = x;
      sum += x * (values[rows[r] as number] as number);
    }
    right[c] = sum;
  }
  const gram = gramMatrix(design, count, size);
  let weights: Float64Array = new Float64Array(size);
  let variance = Math.max(tiny, total / count / 10);
  for (let round = 0; round < rounds; round++) {
    check();
    const held = gram.slice();
    for (let c = 2; c < size; c++) {
      const isChange = c < 2 + changepoints;
      // |δ| / τ is met by δ² / (2 τ |δ|); the first round knows no sizes yet.
      const known = round === 0 ? changepointScale : Math.max(tiny, Math.abs(weights[c] as number));
      const penalty = isChange ? 1 / (changepointScale * known) : 1 / (seasonScale * seasonScale);
      held[c * size + c] = (held[c * size + c] as number) + variance * penalty;
    }
    const next = solveCholesky(held, right, 0);
    let squares = total;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) {
        const entry = j <= i ? (gram[i * size + j] as number) : (gram[j * size + i] as number);
        sum += entry * (next[j] as number);
      }
      squares += (next[i] as number) * (sum - 2 * (right[i] as number));
    }
    const moved = next.reduce((most, x, c) => Math.max(most, Math.abs(x - (weights[c] as number))), 0);
    weights = next;
    variance = Math.max(1e-12, squares / count);
    if (moved < 1e-7) break;
  }
  // A bend that reweighting has driven to nothing is none.
  for (let c = 2; c < 2 + changepoints; c++) if (Math.abs(weights[c] as number) < 10 * tiny) weights[c] = 0;
  return weights;
}
