import { seededRandom } from '@novacron/core';
import { HypervisorError } from '../error.ts';

/** How busy a machine is. Rates are per second of the clock. */
export interface VmLoad {
  /** Part of its CPUs that it uses, 0 to 1. */
  readonly cpuRatio: number;
  /** Part of its memory that it uses, 0 to 1. @default 0.2 + 0.5 × cpuRatio */
  readonly memoryRatio?: number | undefined;
  /** Bytes a second read and written on its disks, half each. @default 2 MiB × cpuRatio */
  readonly diskBytesPerSecond?: number | undefined;
  /** Bytes a second sent and received, half each. @default 1 MiB × cpuRatio */
  readonly networkBytesPerSecond?: number | undefined;
}

/** How busy a machine of this name is at this time (epoch milliseconds). Must give the same answer every time. */
export type LoadFunction = (name: string, timeMs: number) => VmLoad;

/**
 * Load that replays a recorded trace, from the beginning again when it ends.
 *
 * @param values - Part of the CPUs used in each step, 0 to 1; values outside are brought in, NaN counts as 0.
 * @param options - `stepMs` is the length of a step and `startMs` when the first began, epoch milliseconds.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are no values or `stepMs` is not above 0.
 *
 * @example
 * ```ts
 * import { traceLoad } from '@novacron/hypervisor/memory';
 *
 * const load = traceLoad([0.1, 0.9], { stepMs: 1000, startMs: 0 });
 * load('web-1', 1500).cpuRatio // => 0.9
 * load('web-1', 2000).cpuRatio // => 0.1
 * ```
 */
export function traceLoad(
  values: ArrayLike<number>,
  options: { readonly stepMs: number; readonly startMs: number },
): LoadFunction {
  const { stepMs, startMs } = options;
  if (values.length === 0 || !(stepMs > 0)) {
    throw new HypervisorError({
      kind: 'invalid',
      message: `A trace needs values and a stepMs above 0, not ${values.length} values and ${String(stepMs)}`,
      details: { values: values.length, stepMs },
    });
  }
  return (_name, timeMs) => {
    const step = Math.floor((timeMs - startMs) / stepMs) % values.length;
    const value = values[step < 0 ? step + values.length : step] ?? 0;
    return { cpuRatio: Math.min(1, Math.max(0, Number.isNaN(value) ? 0 : value)) };
  };
}

const dayMs = 86_400_000;
const noiseStepMs = 60_000;

/** A wave over the day with its own height and hour for each name, and noise that changes every minute. */
export function dailyLoad(seed: number): LoadFunction {
  return (name, timeMs) => {
    const own = seededRandom(hash(name) ^ seed);
    const base = 0.05 + 0.2 * own();
    const height = 0.1 + 0.4 * own();
    const hour = own();
    const wave = 0.5 - 0.5 * Math.cos(2 * Math.PI * (timeMs / dayMs - hour));
    const noise = seededRandom(hash(name) ^ seed ^ Math.floor(timeMs / noiseStepMs))() - 0.5;
    return { cpuRatio: Math.min(1, Math.max(0, base + height * wave + 0.1 * noise)) };
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
