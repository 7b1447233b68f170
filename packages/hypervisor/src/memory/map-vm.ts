import type { VmStats } from '../spec/vm-stats.ts';
import type { Vm } from '../spec/vm.ts';
import type { LoadFunction } from './load.ts';
import type { Machine } from './machine.ts';

/** The machine in the common model. */
export function mapVm(machine: Machine): Vm {
  const { id, spec, vcpus, memoryBytes, createdMs, state, reason } = machine;
  return {
    id,
    name: spec.name,
    state,
    vcpus,
    memoryBytes,
    tags: { ...spec.tags },
    ...(spec.description === undefined || spec.description === '' ? {} : { description: spec.description }),
    ...(spec.owner ? { owner: spec.owner } : {}),
    ...(spec.category ? { category: spec.category } : {}),
    ...(machine.notes === '' ? {} : { notes: machine.notes }),
    createdMs,
    native: { state, reason },
  };
}

const sectorBytes = 4096;
const packetBytes = 1000;

/** The machine's use in the common model; it must be counted up to `timeMs` before. */
export function mapStats(machine: Machine, load: LoadFunction, timeMs: number): VmStats {
  const { id, spec, state, usage, vcpus, memoryBytes } = machine;
  const on = state === 'running' || state === 'paused';
  if (!on) return { vmId: id, name: spec.name, state, timeMs };
  const now = load(spec.name, timeMs);
  const usageBytes = Math.round((now.memoryRatio ?? 0.2 + 0.5 * now.cpuRatio) * memoryBytes);
  const halfDisk = Math.floor(usage.diskBytes / 2);
  const halfNetwork = Math.floor(usage.networkBytes / 2);
  return {
    vmId: id,
    name: spec.name,
    state,
    timeMs,
    cpu: { timeSeconds: usage.cpuSeconds, vcpus },
    memory: { limitBytes: memoryBytes, usageBytes, residentBytes: usageBytes },
    disks: (spec.disks ?? []).map(({ target }, _, all) => ({
      device: target,
      readBytes: Math.floor(halfDisk / all.length),
      writeBytes: Math.floor(halfDisk / all.length),
      readOperations: Math.floor(halfDisk / all.length / sectorBytes),
      writeOperations: Math.floor(halfDisk / all.length / sectorBytes),
    })),
    networkInterfaces: (spec.networks ?? []).map((_, index, all) => ({
      device: `vnet${index}`,
      receiveBytes: Math.floor(halfNetwork / all.length),
      transmitBytes: Math.floor(halfNetwork / all.length),
      receivePackets: Math.floor(halfNetwork / all.length / packetBytes),
      transmitPackets: Math.floor(halfNetwork / all.length / packetBytes),
      errors: 0,
    })),
  };
}
