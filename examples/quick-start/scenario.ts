/** What the quick start runs on: a simulation that replays recorded days, or real guests of a libvirt host. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceleratedClock, systemClock, type Clock } from '@novacron/core';
import type { Hypervisor, VmSpec } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor, traceLoad, type LoadFunction } from '@novacron/hypervisor/memory';

export interface Scenario {
  readonly hypervisor: Hypervisor;
  readonly clock: Clock;
  readonly specs: readonly VmSpec[];
  /** Time between two measurements, and how many there are. */
  readonly intervalMs: number;
  readonly rounds: number;
  /** Step of the analysis, and steps in a season. */
  readonly stepMs: number;
  readonly seasonLength: number;
  /** Where the numbers come from. */
  readonly about: string;
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const mebibyte = 1024 ** 2;

/**
 * Twelve machines that replay five days of CPU traces, one measurement every 15 minutes. Such a quarter of an hour lasts
 * 20 ms, and the days go on after what the store holds already.
 */
export function simulate(newestMs: number): Scenario {
  const startMs = Date.UTC(2026, 0, 5);
  const intervalMs = 15 * minuteMs;
  const fromMs = Math.max(startMs, Math.ceil((newestMs + 1) / dayMs) * dayMs);
  const clock = acceleratedClock(intervalMs / 20, fromMs);
  const traces = readTraces(startMs);
  return {
    hypervisor: createMemoryHypervisor({
      clock,
      load: (name, timeMs) => traces.get(name)?.(name, timeMs) ?? { cpuRatio: 0 },
    }),
    clock,
    specs: Array.from(traces.keys(), (name) => ({
      name,
      vcpus: 2,
      memoryBytes: 4096 * mebibyte,
      disks: [{ source: `${name}.qcow2` }],
      networks: [{ network: 'default' }],
    })),
    intervalMs,
    rounds: (5 * dayMs) / intervalMs,
    stepMs: 60 * minuteMs,
    seasonLength: 24,
    about:
      'Simulated machines that replay an excerpt of the Azure public dataset (Cortez et al., SOSP 2017), CC BY 4.0.',
  };
}

/** Three small guests on a libvirt host, measured every second. Without `guest` they have nothing to boot from. */
export async function connect(uri: string, guest: string | undefined): Promise<Scenario> {
  const boot = { commandLine: 'console=ttyS0 quiet busy' };
  const directBoot = guest && { ...boot, kernel: join(guest, 'vmlinuz'), initrd: join(guest, 'initrd.gz') };
  return {
    hypervisor: await connectLibvirt(uri, { timeoutMs: 10_000 }),
    clock: systemClock,
    specs: ['web', 'database', 'batch'].map((name) => ({
      name: `novacron-${name}-${process.pid}`,
      memoryBytes: 128 * mebibyte,
      tags: { 'created-by': 'novacron-quick-start' },
      ...(directBoot ? { directBoot } : {}),
    })),
    intervalMs: 500,
    rounds: 24,
    stepMs: 500,
    seasonLength: 4,
    about: `Measured on ${uri}.`,
  };
}

/** Stops the last machine half-way and starts it again later; to be told how far it is, from 0 to 1. */
export function scenarioOutage({ hypervisor: { vms }, specs }: Scenario): (done: number) => Promise<void> {
  const vm = specs.at(-1)?.name ?? '';
  const steps = [
    { at: 0.5, act: () => vms.stop(vm, { force: true }) },
    { at: 0.7, act: () => vms.start(vm) },
  ];
  return async (done) => {
    if (done >= (steps[0]?.at ?? Infinity)) await steps.shift()?.act();
  };
}

/** Each machine's share of its CPUs, 5 minutes a step; see data/README.md for where they come from. */
function readTraces(startMs: number): ReadonlyMap<string, LoadFunction> {
  const file = join(import.meta.dirname, 'data/azure-vm-cpu.csv');
  const [head = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const cells = rows.map((row) => row.split(','));
  return new Map(
    head.split(',').map((name, column) => {
      const ratios = cells.map((row) => Number(row[column]) / 100);
      return [name, traceLoad(ratios, { stepMs: 5 * minuteMs, startMs })];
    }),
  );
}
