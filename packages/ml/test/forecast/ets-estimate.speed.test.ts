import { describe, expect, it } from 'vitest';
import { estimateEts } from '../../src/forecast/ets-estimate.ts';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

const unlimited = (): void => {};

describe('estimateEts', () => {
  it('leaves the season as read off the data when it is too long to estimate in time', () => {
    const values = Float64Array.from(
      { length: 8_640 },
      (_, i) => Math.sin((2 * Math.PI * i) / 2_880) + ((i * 7919) % 97) / 200,
    );
    const startedMs = cpuMs();
    const { parameters } = estimateEts(values, { trend: 'none', seasonLength: 2_880 }, { parameters: {} }, unlimited);
    expect(cpuMs() - startedMs).toBeLessThan(2_000);
    expect(parameters.alpha).toBeLessThan(0.2);
  });
});
