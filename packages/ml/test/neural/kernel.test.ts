import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { addProduct } from '../../src/neural/matrix-product.ts';
import { hasWasmKernel, multiplyWasm, squash } from '../../src/neural/kernel.ts';

const random = seededRandom(3);
const matrix = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * random() - 1);

/** The definition. */
function product(
  a: Float32Array,
  b: Float32Array,
  [m, k, n]: readonly [number, number, number],
  transposeA: boolean,
  transposeB: boolean,
): number[] {
  return Array.from({ length: m * n }, (_, place) => {
    const [row, column] = [Math.floor(place / n), place % n];
    let total = 0;
    for (let p = 0; p < k; p++) {
      const x = a[transposeA ? p * m + row : row * k + p] as number;
      total += x * (b[transposeB ? column * k + p : p * n + column] as number);
    }
    return total;
  });
}

const sizes = [
  [1, 1, 1],
  [4, 8, 8],
  [5, 3, 7],
  [33, 17, 9],
  [32, 33, 128],
  [64, 64, 64],
  [300, 200, 130],
] as const;

describe.each([
  ['WebAssembly', multiplyWasm],
  ['whatever fits', addProduct],
])('products by %s', (_, multiply) => {
  it.each(sizes)('add to what is there, at %i by %i by %i, transposed or not', (m, k, n) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const [a, b, c] = [matrix(m * k), matrix(k * n), matrix(m * n)];
        const expected = product(a, b, [m, k, n], transposeA, transposeB).map((value, i) => value + (c[i] as number));
        multiply(c, a, b, [m, k, n], transposeA, transposeB);
        for (const [i, value] of expected.entries()) expect(Math.abs((c[i] as number) - value)).toBeLessThan(1e-4);
      }
    }
  });
});

describe('the kernel', () => {
  it('runs here', () => {
    expect(hasWasmKernel()).toBe(true);
  });

  it('takes 64 bits through JavaScript', () => {
    const c = new Float64Array(64 * 64);
    addProduct(c, new Float64Array(64 * 64).fill(0.1), new Float64Array(64 * 64).fill(0.1), [64, 64, 64]);
    expect(c[0]).toBeCloseTo(0.64, 12);
  });
});

describe('squashing', () => {
  const inputs = [
    ...Array.from({ length: 401 }, (_, i) => (i - 200) / 10),
    -1e30,
    -100,
    100,
    1e30,
    -Infinity,
    Infinity,
  ];

  it.each([
    [false, (x: number) => 1 / (1 + Math.exp(-x))],
    [true, Math.tanh],
  ])('with 32 and 64 bits gives the function itself (hyperbolic: %s)', (hyperbolic, exact) => {
    for (const [values, tolerance] of [
      [Float32Array.from(inputs), 3e-7],
      [Float64Array.from(inputs), 1e-15],
    ] as const) {
      squash(values, hyperbolic);
      for (const [i, x] of inputs.entries()) {
        expect(Math.abs((values[i] as number) - exact(x))).toBeLessThan(tolerance);
      }
    }
  });

  it('leaves its neighbours alone', () => {
    const values = new Float32Array(11).fill(1);
    squash(values.subarray(3, 8), true);
    expect([...values.subarray(0, 3), ...values.subarray(8)]).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
