import { multiplyWasm } from './kernel.ts';
import type { Floats } from './tensor.ts';

/** Products of fewer multiplications are not worth the way into WebAssembly's memory. */
const worthCopying = 8_192;

/**
 * Adds the product of two matrices to a third one, all row by row: `c += a b`, `m` by `k` times `k` by `n`. Big products
 * of 32-bit numbers go through four lanes of WebAssembly where there are any.
 *
 * @param transposeA - Whether `a` is given as `k` by `m`.
 * @param transposeB - Whether `b` is given as `n` by `k`.
 */
export function addProduct(
  c: Floats,
  a: Floats,
  b: Floats,
  [m, k, n]: readonly [m: number, k: number, n: number],
  transposeA = false,
  transposeB = false,
): void {
  if (
    m * k * n >= worthCopying &&
    c instanceof Float32Array &&
    a instanceof Float32Array &&
    b instanceof Float32Array
  ) {
    if (multiplyWasm(c, a, b, [m, k, n], transposeA, transposeB)) return;
  }
  const [rowA, columnA] = transposeA ? [1, m] : [k, 1];
  for (let i = 0; i < m; i++) {
    const into = i * n;
    if (transposeB) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let p = 0; p < k; p++) total += (a[i * rowA + p * columnA] as number) * (b[j * k + p] as number);
        (c[into + j] as number) += total;
      }
      continue;
    }
    for (let p = 0; p < k; p++) {
      const factor = a[i * rowA + p * columnA] as number;
      const row = p * n;
      for (let j = 0; j < n; j++) (c[into + j] as number) += factor * (b[row + j] as number);
    }
  }
}
