import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveCholesky } from '../../src/optimise/cholesky.ts';
import { gramMatrix } from '../../src/optimise/gram-matrix.ts';
import { at } from '../at.ts';

/** Columns one after the other, with room for one more, as gramMatrix takes them. */
function columnsOf(rows: readonly (readonly number[])[], size: number): Float64Array {
  const columns = new Float64Array((size + 1) * rows.length);
  rows.forEach((row, i) => row.forEach((value, j) => (columns[j * rows.length + i] = value)));
  return columns;
}

const matrix = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc.array(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: size, maxLength: size }), {
    minLength: size,
    maxLength: 12,
  }),
);

describe('gramMatrix', () => {
  it('holds the product of every pair of columns', () => {
    fc.assert(
      fc.property(matrix, (rows) => {
        const size = at(rows, 0).length;
        const gram = gramMatrix(columnsOf(rows, size), rows.length, size);
        expect(gram).toHaveLength(size * size);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j <= i; j++) {
            const product = rows.reduce((sum, row) => sum + at(row, i) * at(row, j), 0);
            expect(gram[i * size + j]).toBeCloseTo(product, 8);
          }
        }
      }),
    );
  });
});

describe('solveCholesky', () => {
  it('solves A x = b for any positive definite A', () => {
    fc.assert(
      fc.property(matrix, (rows) => {
        const size = at(rows, 0).length;
        const gram = gramMatrix(columnsOf(rows, size), rows.length, size);
        for (let i = 0; i < size; i++) gram[i * size + i] = at(gram, i * size + i) + 1;
        const right = Array.from({ length: size }, (_, i) => i - 2);
        const x = solveCholesky(gram, right, 0);
        for (let i = 0; i < size; i++) {
          let sum = 0;
          for (let j = 0; j < size; j++) sum += at(gram, Math.max(i, j) * size + Math.min(i, j)) * at(x, j);
          expect(sum).toBeCloseTo(at(right, i), 6);
        }
      }),
    );
  });

  it('gives 0 in a direction about which A says nothing', () => {
    expect([...solveCholesky(Float64Array.of(4, 0, 0, 0), [8, 0], 0)]).toEqual([2, 0]);
    expect([...solveCholesky(Float64Array.of(1, 0, 1, 1), [3, 3], 0)]).toEqual([3, 0]);
  });

  it('moves less the more it is damped', () => {
    const [free] = solveCholesky(Float64Array.of(2), [2], 0);
    const [damped] = solveCholesky(Float64Array.of(2), [2], 1);
    expect(free).toBeCloseTo(1, 14);
    expect(damped).toBeCloseTo(0.5, 14);
  });
});
