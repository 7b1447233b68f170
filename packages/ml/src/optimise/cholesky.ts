/**
 * Solves `(A + damping · diag(A)) x = b` for a symmetric positive semidefinite A by Cholesky's decomposition.
 * Directions in which A says nothing get 0.
 *
 * @param matrix - A row by row; only its lower triangle is read.
 * @param damping - 0 or more; above 0 it also makes a singular A solvable.
 */
export function solveCholesky(matrix: Float64Array, right: ArrayLike<number>, damping: number): Float64Array {
  return choleskySolver(matrix, right.length, damping)(right);
}

/** The same for any number of right sides: A is decomposed once. */
export function choleskySolver(
  matrix: Float64Array,
  size: number,
  damping: number,
): (right: ArrayLike<number>) => Float64Array {
  const factor = matrix.slice();
  const at = (row: number, column: number): number => factor[row * size + column] as number;
  for (let j = 0; j < size; j++) {
    const diagonal = at(j, j) * (1 + damping);
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= at(j, k) ** 2;
    const usable = pivot > diagonal * 1e-14;
    const root = usable ? Math.sqrt(pivot) : 0;
    factor[j * size + j] = root;
    for (let i = j + 1; i < size; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      factor[i * size + j] = usable ? sum / root : 0;
    }
  }
  return (right) => {
    const x = Float64Array.from(right);
    for (let i = 0; i < size; i++) {
      let sum = x[i] as number;
      for (let k = 0; k < i; k++) sum -= at(i, k) * (x[k] as number);
      x[i] = at(i, i) > 0 ? sum / at(i, i) : 0;
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = x[i] as number;
      for (let k = i + 1; k < size; k++) sum -= at(k, i) * (x[k] as number);
      x[i] = at(i, i) > 0 ? sum / at(i, i) : 0;
    }
    return x;
  };
}
