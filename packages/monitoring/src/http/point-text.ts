import { formatSample } from '../promql/result/format-float.ts';
import { kernelWasm } from './kernel-wasm.gen.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  usePowers(at: number): void;
  writePoints(times: number, values: number, count: number, out: number, comma: boolean): number;
}

const pageBytes = 65_536;
/** What the kernel keeps for itself. */
const reservedBytes = 4_096;
const [firstPower, lastPower] = [-292, 324];
/** Points that are written at a time, and the most bytes that one takes. */
const blockPoints = 1_024;
const pointBytes = 64;

const timesAt = reservedBytes + (lastPower - firstPower + 1) * 16;
const valuesAt = timesAt + blockPoints * 8;
const outAt = valuesAt + blockPoints * 8;

let kernel: Kernel | undefined;
let tried = false;
let numbers = new Float64Array(0);
let bytes = new Uint8Array(0);

/** Whether this engine has the kernel that writes points; without it plain JavaScript does. */
export function hasPointKernel(): boolean {
  if (tried) return kernel !== undefined;
  tried = true;
  try {
    const module = new WebAssembly.Module(Uint8Array.from(atob(kernelWasm), (letter) => letter.charCodeAt(0)));
    const made = new WebAssembly.Instance(module).exports as unknown as Kernel;
    made.memory.grow(Math.ceil((outAt + (blockPoints + 1) * pointBytes - made.memory.buffer.byteLength) / pageBytes));
    new BigUint64Array(made.memory.buffer, reservedBytes).set(powersOfTen());
    made.usePowers(reservedBytes);
    numbers = new Float64Array(made.memory.buffer);
    bytes = new Uint8Array(made.memory.buffer);
    kernel = made;
  } catch {
    // An engine without WebAssembly, or a page that forbids it.
  }
  return kernel !== undefined;
}

/**
 * Writes points as Prometheus' HTTP API does: `[1.5,"2"],[3,"+Inf"]`. Numbers have the fewest digits that tell them from all
 * others, as {@link formatSample} writes them.
 *
 * @param timesMs - Their times; seconds are written.
 * @param values - Their values.
 * @param write - Takes the bytes, some hundred kilobytes at most at a time; they are good until it returns.
 */
export function writePoints(timesMs: Float64Array, values: Float64Array, write: (text: Uint8Array) => void): void {
  for (let from = 0; from < values.length; from += blockPoints) {
    const to = Math.min(values.length, from + blockPoints);
    if (!hasPointKernel() || kernel === undefined) {
      write(new TextEncoder().encode(plainText(timesMs, values, from, to)));
      continue;
    }
    numbers.set(timesMs.subarray(from, to), timesAt / 8);
    numbers.set(values.subarray(from, to), valuesAt / 8);
    const length = kernel.writePoints(timesAt, valuesAt, to - from, outAt, from > 0);
    write(bytes.subarray(outAt, outAt + length));
  }
}

function plainText(timesMs: Float64Array, values: Float64Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    text += `${i === 0 ? '' : ','}[${(timesMs[i] as number) / 1000},"${formatSample(values[i] as number)}"]`;
  }
  return text;
}

/** The first 128 bits of each power of ten, rounded up, the low 64 of them first. */
function powersOfTen(): BigUint64Array {
  const words = new BigUint64Array((lastPower - firstPower + 1) * 2);
  const put = (power: number, above: bigint, below: bigint): void => {
    const first = (above + below - 1n) / below;
    const place = (power - firstPower) * 2;
    words[place] = BigInt.asUintN(64, first);
    words[place + 1] = first >> 64n;
  };
  for (let power = 0, ten = 1n; power <= lastPower; power++, ten *= 10n) {
    const length = BigInt(Math.floor(power * Math.log2(10)) + 1);
    put(power, ten << 128n, 1n << length);
    if (power > 0 && -power >= firstPower) put(-power, 1n << (length + 127n), ten);
  }
  return words;
}
