import { describe, expect, it } from 'vitest';
import { arima, autoEts, ets, type FittedEts } from '@novacron/ml';

const load = Array.from({ length: 60 }, (_, i) => 50 + 10 * Math.sin((i * Math.PI) / 6) + ((i * 7) % 5));
const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });

describe.each([
  ['ets', autoEts({ seasonLength: 12 }).fit(load)],
  ['arima', arima({ order: [1, 0, 1] }).fit(load)],
])('simulate of %s', (_, fitted) => {
  it('makes fewer paths of so many steps that a thousand do not fit', () => {
    expect(fitted.simulate(500_000, { paths: 1 })[0]).toHaveLength(500_000);
    expect(() => fitted.simulate(100_000, { paths: 501 })).toThrow(invalid);
  });
});

it('says that a future leaves the range of numbers', () => {
  const overflow: unknown = expect.objectContaining({ code: 'NOVA_ML_OVERFLOW', kind: 'invalid' });
  const huge = load.map((value) => (value - 40) * 1.2e298);
  expect(() =>
    arima({ order: [0, 1, 0] })
      .fit(huge)
      .simulate(20_000, { paths: 50 }),
  ).toThrow(overflow);
  const growing = ets({ error: 'multiplicative', parameters: { alpha: 0.9, beta: 0.9 } }).fit(load) as FittedEts;
  expect(() => growing.simulate(100_000, { paths: 20 })).toThrow(overflow);
});
