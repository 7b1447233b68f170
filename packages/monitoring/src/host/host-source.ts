import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import {
  seriesKey,
  systemClock,
  validateLabels,
  withDeadline,
  type Clock,
  type Labels,
  type NovaError,
} from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { MetricSource } from '../source/metric-source.ts';
import { cpuTime, cpuUtilization, parseCpu, parseLoad, type CpuTimes } from './cpu.ts';
import { parseDisks } from './disk.ts';
import { filesystemUsage, parseMounts } from './filesystem.ts';
import { hostDescriptors } from './host-descriptors.ts';
import type { Measurement } from './measurement.ts';
import { parseMemory } from './memory.ts';
import { parseNetwork } from './network.ts';

/** How a host is measured. */
export interface HostSourceOptions {
  /** What the source is called in errors. @default 'host' */
  readonly name?: string | undefined;
  /** Where the kernel's proc file system is mounted. @default '/proc' */
  readonly procPath?: string | undefined;
  /** Labels that every series gets: `{ host: 'kvm-1' }`. @default none */
  readonly labels?: Labels | undefined;
  /** Ask each mounted disk's file system for its room. @default true */
  readonly filesystems?: boolean | undefined;
  /** Gives the time when the caller does not. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** A dead network file system must not hold the rest up. */
const filesystemTimeoutMs = 2_000;

/**
 * Measures the Linux host that it runs on: CPU, load, memory, swap, disks, network devices and file systems. See
 * {@link hostDescriptors}. A file that can't be read is an error entry; what the others say is delivered. CPU
 * utilization is derived from two collections, so the first has none.
 *
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when it is not run on Linux and no `procPath` is given.
 * @throws {NovaError} NOVA_CORE_INVALID when a label does not fit.
 *
 * @example
 * ```ts
 * import { hostDescriptors } from '@novacron/monitoring/host';
 *
 * hostDescriptors.find(({ name }) => name === 'system.cpu.utilization')?.unit // => '1'
 * ```
 *
 * @example
 * ```ts no-run
 * import { collect } from '@novacron/monitoring';
 * import { hostSource } from '@novacron/monitoring/host';
 *
 * const { samples } = await collect([hostSource()]);
 * console.log(samples.find(({ metric }) => metric === 'system.cpu.load_average.1m')?.value);
 * ```
 */
export function hostSource(options: HostSourceOptions = {}): MetricSource {
  const { name = 'host', procPath, labels: baseLabels = {}, filesystems = true, clock = systemClock } = options;
  if (procPath === undefined && platform !== 'linux') {
    throw new MonitoringError({
      kind: 'unsupported',
      message: `hostSource reads Linux' /proc; it can't measure a host on ${platform}`,
      details: { platform },
    });
  }
  validateLabels(baseLabels);
  const root = procPath ?? '/proc';
  let known = new Map<string, Labels>();
  let cpuBefore: CpuTimes | undefined;

  const measureCpu = (stat: string): Measurement[] => {
    const reading = parseCpu(stat);
    if (reading === undefined) return [];
    const utilization = cpuUtilization(cpuBefore, reading.times);
    cpuBefore = reading.times;
    return [...utilization, ...cpuTime(reading)];
  };
  const parsers: readonly (readonly [string, (text: string) => Measurement[]])[] = [
    ['stat', measureCpu],
    ['loadavg', parseLoad],
    ['meminfo', parseMemory],
    ['diskstats', parseDisks],
    ['net/dev', parseNetwork],
  ];

  return {
    name,
    descriptors: hostDescriptors,
    collect(callOptions = {}) {
      const { timeMs = clock.now() } = callOptions;
      return withDeadline(callOptions, async (signal) => {
        const errors: NovaError[] = [];
        const read = async (file: string, parse: (text: string) => Measurement[] | Promise<Measurement[]>) => {
          try {
            const measurements = await parse(await readFile(join(root, file), { encoding: 'utf8', signal }));
            if (measurements.length > 0 || file === 'diskstats' || file === 'mounts') return measurements;
            throw new Error('It holds nothing that is known');
          } catch (reason) {
            errors.push(readError(join(root, file), reason));
            return [];
          }
        };
        const groups = await Promise.all([
          ...parsers.map(([file, parse]) => read(file, parse)),
          ...(filesystems ? [read('mounts', (text) => measureFilesystems(text, errors))] : []),
        ]);
        const present = new Map<string, Labels>();
        const samples = groups.flat().flatMap(({ metric, labels, value }) => {
          if (value === undefined) return [];
          const key = seriesKey(metric, labels ?? {});
          const own = known.get(key) ?? Object.freeze({ ...baseLabels, ...labels });
          present.set(key, own);
          return [{ metric, labels: own, timeMs, value }];
        });
        known = present;
        return { samples, errors };
      });
    },
  };
}

async function measureFilesystems(mounts: string, errors: NovaError[]): Promise<Measurement[]> {
  const measured = await Promise.all(
    parseMounts(mounts).map(async (mount) => {
      try {
        const stats = await withDeadline({ timeoutMs: filesystemTimeoutMs }, () => statfs(mount.mountpoint));
        return filesystemUsage(mount, stats);
      } catch (reason) {
        errors.push(readError(mount.mountpoint, reason));
        return [];
      }
    }),
  );
  return measured.flat();
}

function readError(path: string, cause: unknown): MonitoringError {
  return new MonitoringError({
    kind: 'unavailable',
    message: `${path} could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    details: { path },
    cause,
  });
}
