import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { constraintsOf, gapOf, leastAdjustment } from '../../src/combine/adjustment.ts';
import { hierarchyOf } from '../../src/combine/hierarchy.ts';
import { choleskySolver } from '../../src/optimise/cholesky.ts';
import { at } from '../at.ts';

const names = ['cluster', 'a', 'host1', 'b', 'c', 'host2', 'd'];
const hierarchy = hierarchyOf(names, [
  { name: 'cluster', parts: ['host1', 'host2'] },
  { name: 'host1', parts: ['a', 'b', 'b'] },
  { name: 'host2', parts: ['c', 'd'] },
]);
const n = names.length;
const random = seededRandom(6);
const errors = Array.from({ length: n }, () => Float64Array.from({ length: 12 }, () => random() - 0.5));
const covariance = Float64Array.from({ length: n * n }, (_, place) => {
  const [row, column] = [at(errors, Math.floor(place / n)), at(errors, place % n)];
  return row.reduce((sum, value, i) => sum + value * at(column, i), 0);
});
const forecasts = Float64Array.from({ length: n }, () => 10 * random());

/** What is left of the forecasts when every series has given way. */
function moved(adjustment: Float64Array): Float64Array {
  const constraints = constraintsOf(hierarchy);
  const gaps = constraints.map((constraint) => gapOf(constraint, forecasts));
  return forecasts.map((value, k) =>
    gaps.reduce((sum, gap, a) => sum - at(adjustment, k * gaps.length + a) * gap, value),
  );
}

/** The textbook's form, `S (S' W⁻¹ S)⁻¹ S' W⁻¹ y`, which solves for all bottom series. */
function textbook(weights: (column: Float64Array) => Float64Array): Float64Array {
  const b = hierarchy.bottom.length;
  const columns = hierarchy.bottom.map((_, i) => Float64Array.from(hierarchy.sums, (row) => at(row, i)));
  const product = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, k) => sum + value * at(y, k), 0);
  const weighted = columns.map(weights);
  const left = Float64Array.from({ length: b * b }, (_, place) =>
    product(at(weighted, Math.floor(place / b)), at(columns, place % b)),
  );
  const bottom = choleskySolver(left, b, 0)(weighted.map((column) => product(column, forecasts)));
  return Float64Array.from(hierarchy.sums, (row) => product(row, bottom));
}

describe('leastAdjustment', () => {
  it('is generalised least squares, though it solves for the totals only', () => {
    const solve = choleskySolver(covariance, n, 0);
    const expected = textbook((column) => solve(column));
    const ours = moved(leastAdjustment(constraintsOf(hierarchy), n, covariance));
    for (let k = 0; k < n; k++) expect(at(ours, k)).toBeCloseTo(at(expected, k), 6);
  });

  it('is plain least squares where nothing is known of the errors', () => {
    const expected = textbook((column) => column);
    const ours = moved(leastAdjustment(constraintsOf(hierarchy), n, undefined));
    for (let k = 0; k < n; k++) expect(at(ours, k)).toBeCloseTo(at(expected, k), 9);
  });

  it('closes every gap, also those of totals that say the same twice', () => {
    const twice = hierarchyOf(
      ['x', 'y', 'sum', 'again'],
      [
        { name: 'sum', parts: ['x', 'y'] },
        { name: 'again', parts: ['sum'] },
      ],
    );
    const constraints = constraintsOf(twice);
    const values = Float64Array.of(1, 2, 5, 4);
    const adjustment = leastAdjustment(constraints, 4, undefined);
    const gaps = constraints.map((constraint) => gapOf(constraint, values));
    const closed = values.map((value, k) => gaps.reduce((sum, gap, a) => sum - at(adjustment, 2 * k + a) * gap, value));
    for (const constraint of constraints) expect(gapOf(constraint, closed)).toBeCloseTo(0, 12);
  });
});
