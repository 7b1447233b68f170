import type { Labels, Sample } from '@novacron/core';
import type { ObservedDisk, ObservedNetworkInterface, ObservedVmStats } from './observed-hypervisor.ts';
import { roundRatio } from '../metric/round-ratio.ts';

interface CpuReading {
  readonly timeMs: number;
  readonly timeSeconds: number;
}

interface DeviceLabels {
  readonly all: Labels;
  readonly in: Labels;
  readonly out: Labels;
}

/** What is kept of one machine between collections: its label objects and its last CPU counter. */
export class VmSeries {
  /** The machine's own labels. */
  readonly labels: Labels;
  readonly #disks = new Map<string, DeviceLabels>();
  readonly #networkInterfaces = new Map<string, DeviceLabels>();
  #cpu: CpuReading | undefined;

  /** @param labels - The machine's own labels. */
  constructor(labels: Labels) {
    this.labels = Object.freeze(labels);
  }

  /** The samples of one measurement of the machine; the next one's CPU utilization counts from it. */
  measure(stats: ObservedVmStats, samples: Sample[]): void {
    const { timeMs, cpu, memory } = stats;
    const add = (metric: string, value: number | undefined, labels: Labels = this.labels): void => {
      if (value !== undefined) samples.push({ metric, labels, timeMs, value });
    };
    if (cpu !== undefined) {
      add('system.cpu.utilization', this.#utilization(timeMs, cpu));
      add('system.cpu.time', cpu.timeSeconds);
      add('system.cpu.logical.count', cpu.vcpus);
    }
    if (memory !== undefined) {
      const { limitBytes, usageBytes, residentBytes } = memory;
      add('system.memory.usage', usageBytes);
      add('system.memory.limit', limitBytes);
      if (usageBytes !== undefined && limitBytes > 0) {
        add('system.memory.utilization', roundRatio(Math.min(1, usageBytes / limitBytes)));
      }
      add('process.memory.usage', residentBytes);
    }
    for (const disk of stats.disks ?? []) this.#disk(disk, add);
    for (const networkInterface of stats.networkInterfaces ?? []) this.#networkInterface(networkInterface, add);
    keepOnly(this.#disks, stats.disks ?? []);
    keepOnly(this.#networkInterfaces, stats.networkInterfaces ?? []);
  }

  /** Forgets the CPU counter: the machine does not run, so the next one starts anew. */
  stopped(): void {
    this.#cpu = undefined;
  }

  /**
   * CPU seconds per second and CPU since the reading before. None at the first reading, after a restart (the counter
   * went back) and when the clock did not move on. Measurement noise above 1 is cut.
   */
  #utilization(timeMs: number, { timeSeconds, vcpus }: { timeSeconds: number; vcpus: number }): number | undefined {
    const before = this.#cpu;
    if (before !== undefined && timeMs === before.timeMs) return undefined;
    this.#cpu = { timeMs, timeSeconds };
    if (before === undefined || timeMs < before.timeMs || timeSeconds < before.timeSeconds || !(vcpus > 0)) {
      return undefined;
    }
    const availableSeconds = ((timeMs - before.timeMs) / 1000) * vcpus;
    return roundRatio(Math.min(1, (timeSeconds - before.timeSeconds) / availableSeconds));
  }

  #disk(disk: ObservedDisk, add: Add): void {
    const labels = deviceLabels(this.#disks, this.labels, disk.device, 'read', 'write');
    add('system.disk.io', disk.readBytes, labels.in);
    add('system.disk.io', disk.writeBytes, labels.out);
    add('system.disk.operations', disk.readOperations, labels.in);
    add('system.disk.operations', disk.writeOperations, labels.out);
  }

  #networkInterface(networkInterface: ObservedNetworkInterface, add: Add): void {
    const labels = deviceLabels(this.#networkInterfaces, this.labels, networkInterface.device, 'receive', 'transmit');
    add('system.network.io', networkInterface.receiveBytes, labels.in);
    add('system.network.io', networkInterface.transmitBytes, labels.out);
    add('system.network.packets', networkInterface.receivePackets, labels.in);
    add('system.network.packets', networkInterface.transmitPackets, labels.out);
    add('system.network.errors', networkInterface.errors, labels.all);
  }
}

type Add = (metric: string, value: number | undefined, labels?: Labels) => void;

function deviceLabels(
  known: Map<string, DeviceLabels>,
  base: Labels,
  device: string,
  inward: string,
  outward: string,
): DeviceLabels {
  let labels = known.get(device);
  if (labels === undefined) {
    const all = { ...base, device };
    labels = {
      all: Object.freeze(all),
      in: Object.freeze({ ...all, direction: inward }),
      out: Object.freeze({ ...all, direction: outward }),
    };
    known.set(device, labels);
  }
  return labels;
}

function keepOnly(known: Map<string, unknown>, devices: readonly { readonly device: string }[]): void {
  if (known.size === devices.length) return;
  const present = new Set(devices.map(({ device }) => device));
  for (const device of known.keys()) if (!present.has(device)) known.delete(device);
}
