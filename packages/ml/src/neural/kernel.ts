import { kernelWasm } from './kernel-wasm.gen.ts';
import type { Floats } from './tensor.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  squash(at: number, count: number, hyperbolic: boolean): void;
  multiply(a: number, b: number, c: number, m: number, k: number, n: number): void;
}

const pageBytes = 65_536;
/** What the kernel keeps for itself. */
const reservedBytes = 4_096;

let kernel: Kernel | undefined;
let tried = false;
let floats = new Float32Array(0);

/** Whether this engine has the kernel that uses four lanes; without it products are computed in plain JavaScript. */
export function hasWasmKernel(): boolean {
  if (!tried) {
    tried = true;
    try {
      const module = new WebAssembly.Module(Uint8Array.from(atob(kernelWasm), (letter) => letter.charCodeAt(0)));
      kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
    } catch {
      // An engine without WebAssembly or without its vectors, or a page that forbids it.
    }
  }
  return kernel !== undefined;
}

/** `c += a b` in WebAssembly. @returns false where there is none, and nothing has happened */
export function multiplyWasm(
  c: Float32Array,
  a: Float32Array,
  b: Float32Array,
  [m, k, n]: readonly [m: number, k: number, n: number],
  transposeA: boolean,
  transposeB: boolean,
): boolean {
  if (!hasWasmKernel() || kernel === undefined) return false;
  const rows = (m + 3) & ~3;
  const columns = (n + 7) & ~7;
  const startA = reservedBytes / 4;
  const startB = startA + rows * k;
  const startC = startB + k * columns;
  reserve(kernel, (startC + rows * columns) * 4);
  if (transposeA) copyTransposed(a, startA, k, m, k);
  else floats.set(a, startA);
  floats.fill(0, startA + m * k, startB);
  if (transposeB) {
    if (columns !== n) floats.fill(0, startB, startC);
    copyTransposed(b, startB, n, k, columns);
  } else copyRows(b, startB, k, n, columns);
  copyRows(c, startC, m, n, columns);
  kernel.multiply(startA * 4, startB * 4, startC * 4, rows, k, columns);
  if (columns === n) c.set(floats.subarray(startC, startC + m * n));
  else {
    for (let i = 0; i < m; i++) c.set(floats.subarray(startC + i * columns, startC + i * columns + n), i * n);
  }
  return true;
}

/**
 * The logistic function of numbers, or the hyperbolic tangent, in place: four at a time in WebAssembly where there is any and
 * the numbers have 32 bits, else one by one. Off by 2e-7 at most with 32 bits.
 */
export function squash(values: Floats, hyperbolic: boolean): void {
  if (values instanceof Float32Array && hasWasmKernel() && kernel !== undefined) {
    const start = reservedBytes / 4;
    reserve(kernel, (start + values.length + 4) * 4);
    floats.set(values, start);
    kernel.squash(start * 4, (values.length + 3) & ~3, hyperbolic);
    values.set(floats.subarray(start, start + values.length));
    return;
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    values[i] = hyperbolic ? 1 - 2 / (1 + Math.exp(2 * value)) : 1 / (1 + Math.exp(-value));
  }
}

function reserve({ memory }: Kernel, bytes: number): void {
  if (memory.buffer.byteLength < bytes) {
    memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / pageBytes));
  }
  if (floats.buffer !== memory.buffer) floats = new Float32Array(memory.buffer);
}

function copyRows(from: Float32Array, to: number, rows: number, columns: number, width: number): void {
  if (columns === width) {
    floats.set(from, to);
    return;
  }
  for (let row = 0; row < rows; row++) {
    floats.set(from.subarray(row * columns, (row + 1) * columns), to + row * width);
    floats.fill(0, to + row * width + columns, to + (row + 1) * width);
  }
}

/** Copies a matrix of `rows` by `columns` as its transpose, whose rows are `width` apart. */
function copyTransposed(from: Float32Array, to: number, rows: number, columns: number, width: number): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      floats[to + column * width + row] = from[row * columns + column] as number;
    }
  }
}
