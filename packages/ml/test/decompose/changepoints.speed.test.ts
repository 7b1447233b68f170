import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { changepoints } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';
import { at } from '../at.ts';

/** Normal noise around levels. */
function steps(levels: readonly (readonly [level: number, length: number])[], seed: number): number[] {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return levels.flatMap(([level, length]) => Array.from({ length }, () => level + normal()));
}
const places = (values: ArrayLike<number>, options = {}): number[] => changepoints(values, options).map((c) => c.index);

describe('changepoints', () => {
  it('looks through hundreds of thousands of values in time, with changes or without', () => {
    const long = Float64Array.from(steps([[0, 120_000], [3, 90_123], [1, 89_877]], 5)); // prettier-ignore
    const startedMs = cpuMs();
    const found = places(long);
    expect(found).toHaveLength(2);
    for (const [k, place] of [120_000, 210_123].entries()) expect(Math.abs(at(found, k) - place)).toBeLessThan(10);
    expect(places(long.subarray(0, 120_000))).toEqual([]);
    expect(cpuMs() - startedMs).toBeLessThan(6_000);
  });
});
