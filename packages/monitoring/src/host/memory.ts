import type { Measurement } from './measurement.ts';
import { fieldsOf, numberOf } from './proc-text.ts';
import { roundRatio } from '../metric/round-ratio.ts';

/**
 * Reads the text of /proc/meminfo. `used` is what is neither free, nor buffers, nor cache, nor reclaimable slab, as
 * in OpenTelemetry's host metrics and free(1); the four states add up to the limit.
 */
export function parseMemory(meminfo: string): Measurement[] {
  const bytes = new Map<string, number>();
  for (const [name = '', amount, unit] of fieldsOf(meminfo)) {
    const number = numberOf(amount);
    if (number !== undefined) bytes.set(name.replace(':', ''), number * (unit === 'kB' ? 1024 : 1));
  }
  const total = bytes.get('MemTotal');
  const free = bytes.get('MemFree');
  const buffered = bytes.get('Buffers');
  const cached = sum(bytes.get('Cached'), bytes.get('SReclaimable') ?? 0);
  const notUsed = sum(free, buffered, cached);
  const used = total === undefined || notUsed === undefined ? undefined : Math.max(0, total - notUsed);
  const swapTotal = bytes.get('SwapTotal');
  const swapFree = bytes.get('SwapFree');
  const swapUsed = swapTotal === undefined || swapFree === undefined ? undefined : swapTotal - swapFree;
  return [
    { metric: 'system.memory.limit', value: total },
    ...states('system.memory.usage', { used, free, buffered, cached }),
    { metric: 'system.memory.utilization', value: ratio(used, total) },
    { metric: 'system.memory.linux.available', value: bytes.get('MemAvailable') },
    ...states('system.paging.usage', { used: swapUsed, free: swapFree }),
    { metric: 'system.paging.utilization', value: ratio(swapUsed, swapTotal) },
  ];
}

function states(metric: string, values: Readonly<Record<string, number | undefined>>): Measurement[] {
  return Object.entries(values).map(([state, value]) => ({ metric, labels: { state }, value }));
}

function sum(...values: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}

/** None without swap: 0 of 0 is no ratio. */
function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole === 0 ? undefined : roundRatio(part / whole);
}
