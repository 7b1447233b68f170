import type { DiskSpec, VolumeReference } from '../spec/definition/disk-spec.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';
import type { VmJob } from '../spec/operations/vm-details.ts';
import type { Checkpoint } from '../spec/operations/backups.ts';
import type { Snapshot } from '../spec/operations/snapshots.ts';
import type { VmSize } from '../spec/operations/vm-devices.ts';
import type { VmState } from '../spec/vm-state.ts';
import type { LoadFunction } from './load.ts';
import type { MemoryVolume } from './storage/memory-pool.ts';

/** A simulated machine. */
export interface Machine {
  readonly id: string;
  /** Its name changes with {@link Machines.rename} alone. */
  spec: MachineSpec;
  /** It and the memory change with {@link Machines.resize} alone. */
  readonly vcpus: number;
  readonly memoryBytes: number;
  readonly createdMs: number;
  readonly clientToken: string | undefined;
  state: VmState;
  reason: string;
  notes: string;
  autostart: boolean;
  /** What it has from its next start. */
  nextSize?: VmSize | undefined;
  /** The volumes that were made with it, as `pool/name`. */
  volumes: string[];
  readonly snapshots: Map<string, MachineSnapshot>;
  /** The snapshot that its state descends from. */
  currentSnapshot: string | undefined;
  /** From where on its changes are known, the oldest first. */
  readonly checkpoints: Map<string, Checkpoint>;
  /** The guest's files. */
  readonly files: Map<string, Uint8Array>;
  /** How often its state changed: who waits sees by it whether something else happened meanwhile. */
  changes: number;
  /** Since when it is on, epoch milliseconds. */
  startedMs?: number | undefined;
  /** Who has its console open. */
  console?: { end(): void } | undefined;
  /** Counted since it started. */
  usage: Usage;
  /** Until when the usage is counted, epoch milliseconds. */
  countedMs: number;
  /** What is being done to it. */
  job?: VmJob | undefined;
}

/** What a machine is, with the disks that it has. */
export interface MachineSpec extends Omit<VmSpec, 'disks'> {
  readonly disks?: readonly MachineDisk[] | undefined;
}

/** A disk of a machine. What it is called and where its bytes are stays, whatever becomes of its machine's name and other disks. */
export interface MachineDisk extends Omit<DiskSpec, 'create'> {
  /** As the guest sees it: `vda`. */
  readonly target: string;
}

/** A snapshot of a machine, and what it goes back to. */
export interface MachineSnapshot extends Omit<Snapshot, 'current'> {
  readonly saved: Pick<Machine, 'spec' | 'vcpus' | 'memoryBytes' | 'state' | 'files'> & {
    /** What stood in the volumes of its disks. Contents are never written into, so that they can be shared. */
    readonly disks: readonly (VolumeReference & Pick<MemoryVolume, 'content' | 'sizeBytes'>)[];
  };
}

/** What a machine has used since it started. */
export interface Usage {
  cpuSeconds: number;
  diskBytes: number;
  networkBytes: number;
}

/** Nothing used yet. */
export const noUsage = (): Usage => ({ cpuSeconds: 0, diskBytes: 0, networkBytes: 0 });

const mebibyte = 1024 ** 2;
const longestStepMs = 60_000;
const mostSteps = 10_000;

/**
 * Counts a machine's usage up to a time: the load is added up by the midpoint rule in steps of at most a minute
 * (longer ones when more than 10,000 would be needed). Nothing is used while it does not run.
 */
export function count(machine: Machine, load: LoadFunction, nowMs: number): void {
  const elapsedMs = nowMs - machine.countedMs;
  if (elapsedMs <= 0) return;
  if (machine.state === 'running') {
    const steps = Math.min(mostSteps, Math.ceil(elapsedMs / longestStepMs));
    const stepMs = elapsedMs / steps;
    const seconds = stepMs / 1000;
    for (let step = 0; step < steps; step++) {
      const now = load(machine.spec.name, machine.countedMs + (step + 0.5) * stepMs);
      machine.usage.cpuSeconds += now.cpuRatio * machine.vcpus * seconds;
      machine.usage.diskBytes += (now.diskBytesPerSecond ?? 2 * mebibyte * now.cpuRatio) * seconds;
      machine.usage.networkBytes += (now.networkBytesPerSecond ?? mebibyte * now.cpuRatio) * seconds;
    }
  }
  machine.countedMs = nowMs;
}
