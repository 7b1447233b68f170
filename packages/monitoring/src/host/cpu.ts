import type { Measurement } from './measurement.ts';
import { fieldsOf, numberOf } from './proc-text.ts';
import { roundRatio } from '../metric/round-ratio.ts';

/** The columns of a cpu line, proc_stat(5), under OpenTelemetry's names of `cpu.mode`. */
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'softirq', 'steal'] as const;

/** Seconds by mode since the boot, all CPUs together. */
export type CpuTimes = ReadonlyMap<string, number>;

/** CPU seconds of /proc/stat. */
export interface CpuReading {
  /** Seconds by mode. */
  readonly times: CpuTimes;
  /** CPUs that are online. */
  readonly count: number;
}

/** Linux counts CPU time for programs in hundredths of a second on every architecture: time(7), USER_HZ. */
const ticksPerSecond = 100;

/** Reads the text of /proc/stat. `user` and `nice` hold guests' time, as the kernel counts it. */
export function parseCpu(stat: string): CpuReading | undefined {
  const lines = fieldsOf(stat);
  const total = lines.find(([name]) => name === 'cpu');
  if (total === undefined) return undefined;
  const times = new Map<string, number>();
  modes.forEach((mode, index) => {
    const ticks = numberOf(total[index + 1]);
    if (ticks !== undefined) times.set(mode, ticks / ticksPerSecond);
  });
  return { times, count: lines.filter(([name = '']) => /^cpu\d+$/.test(name)).length };
}

/** What the CPUs did since the reading before, as parts of all their time, 0 to 1. Nothing when no time passed. */
export function cpuUtilization(before: CpuTimes | undefined, now: CpuTimes): Measurement[] {
  if (before === undefined) return [];
  // The kernel's idle and iowait may step back by a tick; the rest never does.
  const passed = [...now].map(([mode, seconds]) => [mode, Math.max(0, seconds - (before.get(mode) ?? 0))] as const);
  const total = passed.reduce((sum, [, seconds]) => sum + seconds, 0);
  if (!(total > 0)) return [];
  return passed.map(([mode, seconds]) => ({
    metric: 'system.cpu.utilization',
    labels: { mode },
    value: roundRatio(seconds / total),
  }));
}

/** The counters of a reading. */
export function cpuTime({ times, count }: CpuReading): Measurement[] {
  return [
    ...Array.from(times, ([mode, value]) => ({ metric: 'system.cpu.time', labels: { mode }, value })),
    { metric: 'system.cpu.logical.count', value: count > 0 ? count : undefined },
  ];
}

/** Reads the text of /proc/loadavg. */
export function parseLoad(loadavg: string): Measurement[] {
  const [fields = []] = fieldsOf(loadavg);
  return ['1m', '5m', '15m'].map((period, index) => ({
    metric: `system.cpu.load_average.${period}`,
    value: numberOf(fields[index]),
  }));
}
