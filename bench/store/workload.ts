import { seededRandom } from '@novacron/core';
import type { SeriesId } from '@novacron/monitoring';

/** Metrics of a virtual machine: what kind of numbers they are decides how well they compress. */
const kinds = ['bytes', 'seconds', 'memory', 'percent', 'constant'] as const;

/** Time between rounds. */
export const intervalMs = 15_000;

/** When the first round is. */
export const startMs = 1_760_000_000_000;

/** So many series: machines with 20 metrics each. */
export function seriesOf(count: number): SeriesId[] {
  return Array.from({ length: count }, (_, i) => ({
    metric: `vm.${kinds[i % kinds.length]}.${Math.floor(i / kinds.length) % 4}`,
    labels: { vm: `vm-${Math.floor(i / 20)}`, host: `host-${Math.floor(i / 1_000)}`, zone: 'eu-1a' },
  }));
}

/** Moves the values of all series on by one round. The same seed gives the same values to everyone. */
export function workload(count: number, seed: number): (values: Float64Array) => void {
  const random = seededRandom(seed);
  const state = Float64Array.from({ length: count }, (_, i) => (i % 5 === 2 ? 200_000 : Math.floor(random() * 1_000)));
  return (values) => {
    for (let i = 0; i < count; i++) {
      const before = state[i] as number;
      switch (kinds[i % kinds.length]) {
        case 'bytes':
          values[i] = state[i] = before + Math.floor(random() * 1_000_000);
          break;
        case 'seconds':
          state[i] = before + Math.floor(random() * 1_500);
          values[i] = (state[i] as number) / 100;
          break;
        case 'memory':
          state[i] = Math.max(10_000, before + Math.floor((random() - 0.5) * 2_000));
          values[i] = (state[i] as number) * 4_096;
          break;
        case 'percent':
          state[i] = Math.min(1_000, Math.max(0, before + Math.floor((random() - 0.5) * 60)));
          values[i] = (state[i] as number) / 10;
          break;
        default:
          values[i] = before;
      }
    }
  };
}
