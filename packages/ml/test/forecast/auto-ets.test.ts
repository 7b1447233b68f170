import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { autoEts, ets } from '@novacron/ml';
import { classic, readFixture } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

const golden = readFixture<Record<string, { aicc: number }>>('ets.json');

function noise(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('autoEts', () => {
  it.each([
    ['AirPassengers', 12, 'AirPassengers_MAdM', 0.01],
    ['UKgas', 4, 'UKgas_MAM', 0.01],
    ['JohnsonJohnson', 4, 'JohnsonJohnson_MAM', 0.01],
    ['USAccDeaths', 12, 'USAccDeaths_ANA', 0.01],
    ['Nile', 1, 'Nile_ANN', 0.01],
  ] as const)('reaches the AICc of R for %s', (series, seasonLength, name, slack) => {
    const { aicc } = autoEts({ seasonLength }).fit(classic[series]).describe();
    expect(aicc).toBeLessThan(at(golden, name).aicc + slack);
  });

  it('is no worse by AICc than any model of its set', () => {
    const chosen = at({ aicc: autoEts({ seasonLength: 4 }).fit(classic.UKgas).describe().aicc ?? NaN }, 'aicc');
    for (const trend of ['none', 'additive', 'damped'] as const) {
      for (const kinds of [{}, { error: 'multiplicative' }, { season: 'multiplicative' }] as const) {
        const { aicc } = ets({ ...kinds, trend, seasonLength: 4 })
          .fit(classic.UKgas)
          .describe();
        expect(aicc).toBeGreaterThan(chosen - 2);
      }
    }
  });

  it('takes a season that grows with the level as a multiplicative one', () => {
    const random = noise(3);
    const values = Array.from({ length: 120 }, (_, i) => (20 + i) * (1 + 0.4 * Math.sin(i)) ** 2 * (1 + random() / 50));
    const shaped = values.map((_, i) => (20 + i) * at([0.5, 0.8, 1.5, 1.2], i % 4) * (1 + random() / 50));
    expect(autoEts({ seasonLength: 4 }).fit(shaped).name).toMatch(/ETS\(M,A,M\)|ETS\(M,Ad,M\)/);
    expect(values).toHaveLength(120);
  });

  it('leaves multiplicative parts out where a value is not positive, and the trend when told so', () => {
    const random = noise(4);
    const values = Array.from({ length: 60 }, (_, i) => (i === 7 ? -1 : 3 + i / 10) + random() / 10);
    expect(autoEts().fit(values).name).toMatch(/^ETS\(A/);
    expect(autoEts({ trend: false }).fit(values).name).toMatch(/,N,N\)$/);
  });

  it('fits no season to less than two', () => {
    expect(autoEts({ seasonLength: 24 }).fit(classic.AirPassengers.slice(0, 40)).describe().seasonLength).toBe(1);
  });

  it('describes the last 20,000 values, whatever came first', () => {
    const draw = noise(5);
    const level = (i: number): number => (i < 400 ? -50 : 100) + draw();
    const fitted = autoEts({ seasonLength: 12, quick: true }).fit(
      Float64Array.from({ length: 20_600 }, (_, i) => level(i)),
    );
    const { mean, intervals } = fitted.forecast(5);
    for (const value of mean) expect(Math.abs(value - 100)).toBeLessThan(1);
    const { lower, upper } = at(intervals, 1);
    expect((at(upper, 0) - at(lower, 0)) / (2 * 1.96)).toBeCloseTo(1, 1);
    expect(fitted.describe().rmse).toBeCloseTo(1, 1);
    expect(fitted.fittedValues).toHaveLength(20_600);
    expect(fitted.residuals.subarray(600).every(Number.isFinite)).toBe(true);
    // A relative error cannot be of what is below 0.
    if (fitted.name.startsWith('ETS(M'))
      expect([...fitted.fittedValues.subarray(0, 400)]).toEqual(Array.from({ length: 400 }, () => NaN));
  });

  it('takes the next best model where the best one for the latest values cannot describe those before', () => {
    const draw = noise(1);
    const wave = (i: number): number => Math.sin((2 * Math.PI * i) / 12);
    const values = Float64Array.from({ length: 22_000 }, (_, i) =>
      i < 11_000 ? 1_000 + 900 * wave(i) : (5 + 4 * wave(i)) * Math.exp(0.08 * draw()),
    );
    const { mean } = autoEts({ seasonLength: 12 }).fit(values).forecast(12, { levels: [] });
    for (const [step, value] of mean.entries()) expect(Math.abs(value - (5 + 4 * wave(22_000 + step)))).toBeLessThan(2);
  });

  it('says that three values are too few', () => {
    expect(() => autoEts().fit([1, 2, 3])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(autoEts().fit([1, 2, 3, 4]).forecast(2).mean).toHaveLength(2);
  });

  it('stops within its time budget', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => (now += 1), sleep: () => Promise.resolve() };
    expect(() => autoEts({ seasonLength: 12 }).fit(classic.co2, { timeoutMs: 20, clock })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }),
    );
    expect(now).toBeLessThan(30);
  });
});

describe('simulate of a fitted ETS model', () => {
  it.each([
    ['class 1', { seasonLength: 4, parameters: { alpha: 0.4, beta: 0.05, gamma: 0.2 } }, 0.06],
    ['class 2', { error: 'multiplicative', seasonLength: 4, parameters: { alpha: 0.4, beta: 0.05, gamma: 0.2 } }, 0.06],
    ['class 3', { season: 'multiplicative', seasonLength: 4, parameters: { alpha: 0.2, beta: 0.02, gamma: 0.1 } }, 0.1],
  ] as const)('spreads as the closed form of %s says', (_, options, tolerance) => {
    const fitted = autoLike(options);
    const horizon = 13;
    const paths = fitted.simulate(horizon, { paths: 4_000, seed: 9 });
    const { mean, intervals } = fitted.forecast(horizon, { levels: [0.6826894921370859] });
    for (let step = 0; step < horizon; step++) {
      const centre = paths.reduce((sum, path) => sum + at(path, step), 0) / paths.length;
      const variance = paths.reduce((sum, path) => sum + (at(path, step) - centre) ** 2, 0) / paths.length;
      const deviation = at(at(intervals, 0).upper, step) - at(mean, step);
      expect(Math.abs(Math.sqrt(variance) / deviation - 1)).toBeLessThan(tolerance);
      expect(Math.abs(centre - at(mean, step))).toBeLessThan(0.1 * deviation);
    }
  });

  it('repeats itself with the same seed and moves nothing', () => {
    const fitted = autoEts({ seasonLength: 4 }).fit(classic.UKgas);
    const before = fitted.forecast(4);
    expect(fitted.simulate(3, { paths: 2, seed: 5 })).toEqual(fitted.simulate(3, { paths: 2, seed: 5 }));
    expect(fitted.simulate(3, { paths: 2, seed: 5 })).not.toEqual(fitted.simulate(3, { paths: 2, seed: 6 }));
    expect(fitted.forecast(4)).toEqual(before);
    expect(() => fitted.simulate(0)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    expect(() => fitted.simulate(1, { paths: 0 })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  function autoLike(options: Parameters<typeof ets>[0]): ReturnType<ReturnType<typeof autoEts>['fit']> {
    return ets(options).fit(classic.UKgas.slice(0, 60)) as ReturnType<ReturnType<typeof autoEts>['fit']>;
  }
});
