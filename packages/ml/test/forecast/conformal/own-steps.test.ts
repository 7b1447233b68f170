import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { conformal, coverage, fittedFromJSON, historicalMean, naive, seasonalNaive } from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';
import { at } from '../../at.ts';

/** Quiet nights, and afternoons with eight times the noise: no growth with the horizon describes that. */
function nightAndDay(length: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length }, (_, hour) => 50 + (hour % 24 > 11 ? 8 : 1) * (random() + random() + random() - 1.5));
}

/** Of so many days, so many origins lie whole days apart: each step is always the same hour. */
const days = 122;
const daily = { horizon: 24, origins: days / 2, steps: 'own' } as const;

describe('conformal, every step with its own errors', () => {
  it('gives the steps that are hard to know wide intervals, and only those', () => {
    const fitted = conformal(historicalMean(), daily).fit(nightAndDay(24 * days, 1));
    const { mean, intervals } = fitted.forecast(24, { levels: [0.9] });
    const width = (step: number): number => at(at(intervals, 0).upper, step) - at(mean, step);
    const quiet = Array.from({ length: 12 }, (_, hour) => width(hour));
    const noisy = Array.from({ length: 12 }, (_, hour) => width(hour + 12));
    expect(Math.min(...noisy)).toBeGreaterThan(2 * Math.max(...quiet));
  });

  it('holds at every step about as much as it says', () => {
    const held = new Float64Array(24);
    const runs = 150;
    for (let seed = 0; seed < runs; seed++) {
      const values = nightAndDay(24 * 61, seed);
      const past = values.slice(0, 24 * 60);
      const [interval] = conformal(historicalMean(), { ...daily, origins: 30 })
        .fit(past)
        .forecast(24, { levels: [0.8] }).intervals;
      const future = values.slice(24 * 60);
      for (const [step, value] of future.entries()) {
        if (value >= at(interval?.lower ?? [], step) && value <= at(interval?.upper ?? [], step)) {
          held[step] = at(held, step) + 1 / runs;
        }
      }
    }
    expect(Math.min(...held)).toBeGreaterThan(0.68);
    expect(held.reduce((sum, share) => sum + share / 24, 0)).toBeGreaterThan(0.77);
    expect(held.reduce((sum, share) => sum + share / 24, 0)).toBeLessThan(0.87);
  });

  it('keeps its share over a long run that grows wilder and calmer (adaptive conformal inference)', () => {
    const random = seededRandom(8);
    const size = (t: number): number => (t < 600 ? 1 : t < 1_600 ? 3 : 1);
    const values = Array.from({ length: 2_600 }, (_, t) => 50 + size(t) * (random() + random() + random() - 1.5));
    const adaptive = conformal(historicalMean(), { horizon: 3, origins: 100, steps: 'own' }).fit(values.slice(0, 600));
    const frozen = adaptive.clone();
    const missed = [0, 0, 0];
    let missedFrozen = 0;
    for (let t = 600; t < 2_597; t++) {
      const [interval] = adaptive.forecast(3, { levels: [0.95] }).intervals;
      for (const step of [0, 1, 2]) {
        const value = at(values, t + step);
        const inside = value >= at(interval?.lower ?? [], step) && value <= at(interval?.upper ?? [], step);
        if (!inside) missed[step] = at(missed, step) + 1;
      }
      const [still] = frozen.forecast(1, { levels: [0.95] }).intervals;
      if (at(values, t) < at(still?.lower ?? [], 0) || at(values, t) > at(still?.upper ?? [], 0)) missedFrozen++;
      adaptive.update([at(values, t)]);
    }
    for (const misses of missed) {
      expect(misses / 1_997).toBeGreaterThan(0.03);
      expect(misses / 1_997).toBeLessThan(0.08);
    }
    expect(missedFrozen / 1_997).toBeGreaterThan(0.15);
  });

  it('learns nothing from missing values, and is the same after JSON', () => {
    const fitted = conformal(naive(), { horizon: 6, steps: 'own' }).fit(nightAndDay(200, 3));
    const before = fitted.forecast(6).intervals;
    const width = (intervals: typeof before): number => at(at(intervals, 0).upper, 3) - at(at(intervals, 0).lower, 3);
    fitted.update([NaN, NaN]);
    expect(width(fitted.forecast(6).intervals)).toBeCloseTo(width(before), 9);
    fitted.update([90, NaN, 10, 80, 20, 70, 90, 10, 80]);
    const restored = fittedFromJSON(JSON.stringify(fitted));
    fitted.update([50, 52]);
    restored.update([50, 52]);
    expect(restored.forecast(9)).toEqual(fitted.forecast(9));
  });

  it('goes on to grow beyond the steps that were validated', () => {
    const random = seededRandom(4);
    let level = 0;
    const walk = Array.from({ length: 600 }, () => (level += random() - 0.5));
    const { mean, intervals } = conformal(naive(), { horizon: 12, origins: 40, steps: 'own' }).fit(walk).forecast(48);
    const width = (step: number): number => at(at(intervals, 0).upper, step) - at(mean, step);
    expect(width(47)).toBeGreaterThan(1.5 * width(11));
  });

  it('covers seasons too', () => {
    const values = nightAndDay(24 * 40, 9).map((value, hour) => value + 20 * Math.sin((hour * Math.PI) / 12));
    const model = conformal(seasonalNaive({ seasonLength: 24 }), { ...daily, origins: 20 });
    const [interval] = model.fit(values.slice(0, 24 * 39)).forecast(24, { levels: [0.95] }).intervals;
    expect(coverage(values.slice(24 * 39), interval as NonNullable<typeof interval>)).toBeGreaterThan(0.8);
  });

  it('refuses other kinds of steps, a longer horizon, and a series without room', () => {
    const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });
    expect(() => conformal(naive(), { steps: 'each' as 'own' })).toThrow(invalid);
    expect(() => conformal(naive(), { horizon: 201, steps: 'own' })).toThrow(invalid);
    const short: unknown = expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' });
    expect(() => conformal(naive(), { steps: 'own' }).fit(nightAndDay(20, 1))).toThrow(short);
    const gap = nightAndDay(100, 1).map((value, i) => (i >= 50 ? NaN : value));
    expect(() => conformal(naive(), { steps: 'own' }).fit(gap)).toThrow(short);
  });

  it.each(['counts', 'sizes', 'misses', 'pending'])('refuses JSON whose %s do not fit the others', (field) => {
    const saved = JSON.parse(JSON.stringify(conformal(naive(), { horizon: 3, steps: 'own' }).fit(nightAndDay(60, 1))));
    for (const wrong of ['', 'AAAAAAAA8D8=', btoa('\xff'.repeat(24)), 7]) {
      expect(() => fittedFromJSON({ ...saved, steps: { ...saved.steps, [field]: wrong } })).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
      );
    }
  });
});

describeForecaster(
  'conformal with own steps',
  () => conformal(seasonalNaive({ seasonLength: 12 }), { horizon: 6, steps: 'own' }),
  { fromJSON: fittedFromJSON },
);
