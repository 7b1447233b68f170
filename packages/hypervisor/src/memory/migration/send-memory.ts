import { conflictError } from '../../error.ts';
import type { MigrateVmOptions, MigrationResult } from '../../spec/operations/migrations.ts';
import { tell } from '../../trail.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';

const mebibyte = 1024 ** 2;
const defaultBandwidth = 8192 * mebibyte;
const defaultDowntimeMs = 300;
/** How much of its memory a guest whose CPUs are busy writes to in a second. */
const dirtyBytesPerSecond = 256 * mebibyte;
const stepMs = 50;
const throttleStep = 0.2;

/**
 * Sends a machine's memory as QEMU does it: all of it, then what the guest wrote to meanwhile, until the rest can be sent
 * within the downtime. A guest that writes faster than can be sent never arrives, unless it is slowed down, stands still,
 * or is switched over to post-copy.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when something else happens to the machine meanwhile.
 * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires: the machine goes on where it was.
 */
export async function sendMemory(
  host: MemoryHost,
  machine: Machine,
  options: MigrateVmOptions,
  way: Way,
): Promise<Pick<MigrationResult, 'downtimeMs' | 'transferredBytes'>> {
  try {
    return await send(host, machine, options, way);
  } finally {
    machine.job = undefined;
  }
}

interface Way {
  readonly mode: MigrationResult['mode'];
  readonly changes: number;
  readonly signal: AbortSignal;
}

async function send(
  host: MemoryHost,
  machine: Machine,
  options: MigrateVmOptions,
  { mode, changes, signal }: Way,
): Promise<Pick<MigrationResult, 'downtimeMs' | 'transferredBytes'>> {
  const { clock } = host;
  const bandwidth = options.bandwidthBytesPerSecond ?? defaultBandwidth;
  const maxDowntimeMs = options.maxDowntimeMs ?? defaultDowntimeMs;
  const { memoryBytes } = machine;
  const startMs = clock.monotonic();
  const isStill = mode === 'paused' || machine.state === 'paused';
  let throttleRatio = 0;
  let transferredBytes = 0;
  for (let iteration = 0, round = memoryBytes; ; iteration++) {
    for (let left = round; left > 0;) {
      const piece = Math.min(left, (bandwidth * stepMs) / 1000);
      await host.sleep((piece / bandwidth) * 1000, { signal });
      if (machine.changes !== changes) throw conflictError('migrate', machine.spec.name, machine.state, ['running']);
      left -= piece;
      transferredBytes += piece;
      const elapsedMs = clock.monotonic() - startMs;
      const done = { elapsedMs, totalBytes: transferredBytes + left, processedBytes: transferredBytes };
      machine.job = { operation: 'migration-out', ...done };
      tell(options.onProgress, {
        phase: 'memory',
        ...done,
        remainingBytes: left,
        bytesPerSecond: bandwidth,
        iteration,
        throttleRatio,
      });
    }
    const { cpuRatio } = host.load(machine.spec.name, clock.now());
    const dirtyRate = isStill ? 0 : dirtyBytesPerSecond * cpuRatio * (1 - throttleRatio);
    const dirtyBytes = Math.min(memoryBytes, (dirtyRate * round) / bandwidth);
    const downtimeMs = (dirtyBytes / bandwidth) * 1000;
    if (downtimeMs <= maxDowntimeMs || options.postCopy) {
      const totalBytes = Math.round(transferredBytes + dirtyBytes);
      const elapsedMs = clock.monotonic() - startMs;
      tell(options.onProgress, { phase: 'done', elapsedMs, totalBytes, processedBytes: totalBytes, remainingBytes: 0 });
      return { downtimeMs: Math.min(downtimeMs, maxDowntimeMs), transferredBytes: totalBytes };
    }
    if (options.autoConverge) throttleRatio = Math.min(0.99, throttleRatio + throttleStep);
    round = dirtyBytes;
  }
}
