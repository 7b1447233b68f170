import { choleskySolver } from '../optimise/cholesky.ts';
import type { Hierarchy } from './hierarchy.ts';

/** A total, and what it should be the sum of. */
export interface Constraint {
  /** The total's place among all series. */
  readonly total: number;
  /** Places of the bottom series that it is the sum of. */
  readonly parts: Int32Array;
  /** How often each of them counts. */
  readonly counts: Float64Array;
}

/** What has to add up: each total. */
export function constraintsOf({ sums, places }: Hierarchy): readonly Constraint[] {
  const bottom = new Set(places);
  return [...sums.entries()]
    .filter(([total]) => !bottom.has(total))
    .map(([total, row]) => {
      const counted = [...row.keys()].filter((i) => row[i] !== 0);
      return {
        total,
        parts: Int32Array.from(counted, (i) => places[i] as number),
        counts: Float64Array.from(counted, (i) => row[i] as number),
      };
    });
}

/** How far a total is from the sum of its parts. */
export function gapOf({ total, parts, counts }: Constraint, values: Float64Array): number {
  let gap = values[total] as number;
  for (let i = 0; i < parts.length; i++) gap -= (counts[i] as number) * (values[parts[i] as number] as number);
  return gap;
}

/** Totals follow their parts, which stay: what sums from the bottom do. */
export function bottomUpAdjustment(constraints: readonly Constraint[], count: number): Float64Array {
  const adjustment = new Float64Array(count * constraints.length);
  for (const [a, { total }] of constraints.entries()) adjustment[total * constraints.length + a] = 1;
  return adjustment;
}

/**
 * How much each series gives way for each gap, so that nothing moves further than its errors say: `W C' (C W C')⁻¹`, where
 * the rows of C are the constraints and W is the covariance of the errors. It is the projection of generalised least
 * squares in the form that solves for the totals only, of which there are few (Wickramasuriya, Athanasopoulos, Hyndman 2019,
 * section 2.3; Di Fonzo and Girolimetto 2023).
 *
 * @param count - How many series there are.
 * @param covariance - Of the errors of the forecasts, row by row; without it all count alike.
 * @returns a row a series, a column a constraint.
 */
export function leastAdjustment(
  constraints: readonly Constraint[],
  count: number,
  covariance: Float64Array | undefined,
): Float64Array {
  const width = constraints.length;
  const adjustment = new Float64Array(count * width); // W C' first
  const variance = (row: number, column: number): number => {
    if (covariance === undefined) return row === column ? 1 : 0;
    return (covariance[row * count + column] as number) * (row === column ? 1 + 1e-9 : 1);
  };
  const row = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < count; j++) row[j] = variance(k, j);
    for (const [a, constraint] of constraints.entries()) adjustment[k * width + a] = gapOf(constraint, row);
  }
  const together = new Float64Array(width * width);
  const column = new Float64Array(count);
  for (let a = 0; a < width; a++) {
    for (let k = 0; k < count; k++) column[k] = adjustment[k * width + a] as number;
    for (const [b, constraint] of constraints.entries()) together[b * width + a] = gapOf(constraint, column);
  }
  const solve = choleskySolver(together, width, 0);
  for (let k = 0; k < count; k++) {
    const place = k * width;
    adjustment.set(solve(adjustment.subarray(place, place + width)), place);
  }
  return adjustment;
}
