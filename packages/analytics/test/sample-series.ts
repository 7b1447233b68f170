import { createSeries, seededRandom, type Series } from '@novacron/core';

export const hourMs = 3_600_000;

/** Hourly utilisation of a machine with a daily pattern, as a ratio. */
export function machineSeries(vm: string, hours: number, seed = 1): Series {
  const random = seededRandom(seed);
  const startMs = Date.UTC(2026, 0, 1);
  const times = Array.from({ length: hours }, (_, hour) => startMs + hour * hourMs);
  const values = times.map((_, hour) => 0.4 + 0.2 * Math.sin((hour * Math.PI) / 12) + 0.05 * (random() - 0.5));
  return createSeries('system.cpu.utilization', { vm }, times, values);
}
