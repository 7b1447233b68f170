import { describe, expect, it } from 'vitest';
import { arima, autoEts } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

const load = Array.from({ length: 60 }, (_, i) => 50 + 10 * Math.sin((i * Math.PI) / 6) + ((i * 7) % 5));
const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });

describe.each([
  ['ets', autoEts({ seasonLength: 12 }).fit(load)],
  ['arima', arima({ order: [1, 0, 1] }).fit(load)],
])('simulate of %s', (_, fitted) => {
  it.each([
    ['more numbers than memory has', 1_000_000, { paths: 100_000 }],
    ['a horizon that is none', 0, {}],
    ['no paths', 3, { paths: 0 }],
    ['a seed that is no number', 3, { seed: NaN }],
    ['a seed below 0', 3, { seed: -1 }],
  ])('refuses %s at once', (_what, horizon, options) => {
    const startedMs = cpuMs();
    expect(() => fitted.simulate(horizon, options)).toThrow(invalid);
    expect(cpuMs() - startedMs).toBeLessThan(200);
  });
});
