/** What a linear regression found. */
export interface LeastSquares {
  /** One coefficient a column; 0 for a column that the ones before it explain wholly. */
  readonly coefficients: Float64Array;
  /** Sum of squared errors. */
  readonly squares: number;
  /** Variance of each coefficient but for that of the errors. */
  readonly variances: Float64Array;
}

/** Least squares by modified Gram-Schmidt: columns that are almost alike cost half the digits of normal equations. */
export function leastSquares(columns: readonly Float64Array[], right: Float64Array): LeastSquares {
  const size = columns.length;
  const basis = columns.map((column) => column.slice());
  const rest = right.slice();
  const triangle = new Float64Array(size * size);
  const shares = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const column = basis[j] as Float64Array;
    const before = Math.sqrt(dot(columns[j] as Float64Array, columns[j] as Float64Array));
    const length = Math.sqrt(dot(column, column));
    const usable = length > 1e-11 * before;
    triangle[j * size + j] = usable ? length : 0;
    if (!usable) continue;
    for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) / length;
    for (let k = j + 1; k < size; k++) {
      const other = basis[k] as Float64Array;
      const share = dot(column, other);
      triangle[j * size + k] = share;
      subtract(other, share, column);
    }
    shares[j] = dot(column, rest);
    subtract(rest, shares[j] as number, column);
  }
  const variances = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    for (const [i, x] of solveTriangle(triangle, unit, size).entries()) {
      variances[i] = (variances[i] as number) + x * x;
    }
  }
  return { coefficients: solveTriangle(triangle, shares, size), squares: dot(rest, rest), variances };
}

function solveTriangle(triangle: Float64Array, right: Float64Array, size: number): Float64Array {
  const x = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    const pivot = triangle[i * size + i] as number;
    if (pivot === 0) continue;
    let sum = right[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (triangle[i * size + k] as number) * (x[k] as number);
    x[i] = sum / pivot;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function subtract(from: Float64Array, share: number, column: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - share * (column[i] as number);
}
