import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { conformal, coverage, fittedFromJSON, historicalMean, naive, theta, type Forecaster } from '@novacron/ml';
import { at } from '../../at.ts';

const noisy = (length: number, seed: number, size = 1): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length }, () => 50 + size * (random() + random() + random() - 1.5));
};

describe('conformal', () => {
  it('holds about as much of the future as it says where the model itself is far too sure', () => {
    // A model that says nothing of its doubt.
    const sure: Forecaster = {
      name: 'sure',
      fit: (values, options) => {
        const fitted = historicalMean().fit(values, options);
        const forecast: typeof fitted.forecast = (horizon, asked) => {
          const { mean } = fitted.forecast(horizon, { levels: [] });
          return { mean, intervals: (asked?.levels ?? []).map((level) => ({ level, lower: mean, upper: mean })) };
        };
        return Object.assign(Object.create(fitted) as typeof fitted, { forecast });
      },
    };
    let held = 0;
    for (let seed = 0; seed < 60; seed++) {
      const values = noisy(132, seed);
      const fitted = conformal(sure, { horizon: 12 }).fit(values.slice(0, 120));
      held += coverage(values.slice(120), at(fitted.forecast(12, { levels: [0.9] }).intervals, 0)) / 60;
    }
    expect(held).toBeGreaterThan(0.86);
    expect(held).toBeLessThan(0.99);
  });

  it('leaves the means as they are, and grows with the horizon as the errors do', () => {
    const random = seededRandom(4);
    let level = 0;
    const walk = Array.from({ length: 400 }, () => (level += random() - 0.5));
    const fitted = conformal(naive(), { horizon: 24, origins: 30 }).fit(walk);
    const { mean, intervals } = fitted.forecast(24, { levels: [0.8] });
    expect(mean).toEqual(naive().fit(walk).forecast(24).mean);
    const width = (step: number): number => at(at(intervals, 0).upper, step) - at(mean, step);
    expect(width(23)).toBeGreaterThan(2 * width(0));
  });

  it('widens when updates keep missing, and narrows when they never do', () => {
    const fitted = conformal(historicalMean()).fit(noisy(100, 2));
    const width = () => at(at(fitted.forecast(1).intervals, 1).upper, 0) - at(fitted.forecast(1).mean, 0);
    const before = width();
    fitted.update(Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? 30 : 70)));
    expect(width()).toBeGreaterThan(2 * before);
    const calm = conformal(historicalMean()).fit(noisy(100, 2));
    calm.update(noisy(300, 3, 0.01));
    const { mean, intervals } = calm.forecast(1);
    expect(at(at(intervals, 1).upper, 0) - at(mean, 0)).toBeLessThan(0.7 * before);
    expect(fittedFromJSON(JSON.stringify(calm)).forecast(5)).toEqual(calm.forecast(5));
  });

  it('shares its time budget among its fits, and ends with its signal', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() };
    const slow: Forecaster = {
      name: 'slow',
      fit: (values) => {
        now += 30;
        return naive().fit(values);
      },
    };
    expect(() => conformal(slow).fit(noisy(100, 1), { clock, timeoutMs: 100 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }),
    );
    expect(now).toBe(120);
  });

  it('refuses what is no forecaster, and a series without room', () => {
    const short: unknown = expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' });
    expect(() => conformal(naive()).fit(noisy(20, 1))).toThrow(short);
    expect(() => conformal(theta({ seasonLength: 12 }), { horizon: 1 }).fit([1, 2, 3])).toThrow(short);
    for (const wrong of [undefined, {}, 7]) expect(() => conformal(wrong as never)).toThrow('forecaster');
    for (const options of [{ horizon: 0 }, { horizon: 501 }, { origins: 0 }]) {
      expect(() => conformal(naive(), options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
  });
});
