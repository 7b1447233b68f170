import { describe, expect, it } from 'vitest';
import { detectSeasons } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

const wave = (i: number, period: number): number => Math.sin((2 * Math.PI * i) / period);

describe('detectSeasons', () => {
  it('looks through a million values in well under two seconds', () => {
    const started = cpuMs();
    const long = Float64Array.from({ length: 1_000_000 }, (_, i) => wave(i, 288));
    expect(detectSeasons(long)[0]?.length).toBe(288);
    expect(cpuMs() - started).toBeLessThan(2_000);
  });
});
