import { describe, expect, it } from 'vitest';
import { autoArima } from '@novacron/ml';
import { at } from '../../at.ts';
import { classic, readFixture } from '../../fixtures/read-fixture.ts';

interface GoldenChoice {
  readonly id: string;
  readonly frequency: number;
  readonly arima: string;
  readonly arima_aicc: number;
}

const golden = readFixture<readonly GoldenChoice[]>('orders.json');
const series: Readonly<Record<string, readonly number[]>> = { ...classic, 'sunspot.year': classic.sunspotYear };

/** Where exact likelihoods, or an optimum that R misses, make another choice. */
const differing: Readonly<Record<string, string>> = {
  nottem: 'ARIMA(1,0,1)(1,1,2)[12]', // AICc 1046.9, where R stays at 1049.6
};

describe('autoArima', () => {
  it.each(golden.map((choice) => [choice.id, choice] as const))('chooses for %s as R does, or better', (id, theirs) => {
    const fitted = autoArima({ seasonLength: theirs.frequency }).fit(at(series, id));
    const { aicc } = fitted.describe();
    expect(fitted.name).toBe(differing[id] ?? theirs.arima.replace('non-zero ', ''));
    expect(aicc).toBeLessThan(theirs.arima_aicc + 0.01);
  });

  it('turns a day of 5-minute steps into Fourier terms', () => {
    const load = Array.from({ length: 2_016 }, (_, i) => {
      const day = (2 * Math.PI * i) / 288;
      return 40 + 12 * Math.sin(day) + 5 * Math.cos(2 * day) + ((i * 17) % 11) / 5;
    });
    const fitted = autoArima({ seasonLength: 288 }).fit(load);
    expect(fitted.name).toContain('Fourier');
    const { mean } = fitted.forecast(288);
    for (const [step, expected] of mean.entries()) {
      const day = (2 * Math.PI * step) / 288;
      expect(Math.abs(expected - (41 + 12 * Math.sin(day) + 5 * Math.cos(2 * day)))).toBeLessThan(1.5);
    }
  });

  it('takes several seasons, the short one as lags', () => {
    const load = Array.from({ length: 1_000 }, (_, i) => {
      return 50 + 9 * Math.sin((2 * Math.PI * i) / 24) + 6 * Math.sin((2 * Math.PI * i) / 168) + ((i * 29) % 13) / 4;
    });
    const fitted = autoArima({ seasonLength: [168, 24] }).fit(load);
    expect(fitted.describe().seasonLength).toBe(24);
    expect(fitted.name).toContain('[168]');
  });

  it('finds a line in a line and a level in a constant', () => {
    const line = Array.from({ length: 40 }, (_, i) => 3 * i);
    expect(autoArima().fit(line).forecast(3).mean[2]).toBeCloseTo(126, 6);
    expect([
      ...autoArima({ seasonLength: 12 })
        .fit(Array.from({ length: 50 }, () => 7))
        .forecast(2).mean,
    ]).toEqual([7, 7].map((level) => expect.closeTo(level, 9)));
  });

  it('uses regressors in every model it tries', () => {
    const sale = Array.from({ length: 90 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    const load = sale.map((on, i) => 20 + 15 * on + ((i * 7) % 5));
    const { parameters } = autoArima()
      .fit(load, { regressors: [sale] })
      .describe();
    expect(at(parameters, 'xreg1')).toBeGreaterThan(13);
    expect(at(parameters, 'xreg1')).toBeLessThan(17);
  });

  it('keeps to the limits given', () => {
    const { order, seasonal } = autoArima({ seasonLength: 12, maxOrder: 1, maxSeasonalOrder: 0, maxModels: 5 })
      .fit(classic.nottem)
      .describe();
    expect(Math.max(order[0], order[2])).toBeLessThan(2);
    expect([seasonal[0], seasonal[2]]).toEqual([0, 0]);
    expect(() => autoArima({ maxOrder: 6 })).toThrow('maxOrder');
  });

  it('gives up when its time is over', () => {
    let now = 0;
    const clock = { monotonic: () => (now += 5), now: () => now } as never;
    expect(() => autoArima({ seasonLength: 12 }).fit(classic.co2, { timeoutMs: 100, clock })).toThrow('100 ms');
  });
});
