import { describe, expect, it } from 'vitest';
import { additive, fittedFromJSON, type AdditiveOptions } from '@novacron/ml';
import { at } from '../../at.ts';

const noise = (i: number): number => ((i * 7919) % 23) / 23 - 0.5;
const wave = (i: number, period: number): number => Math.sin((2 * Math.PI * i) / period);
const seasons = [{ seasonLength: 24, harmonics: 2 }] as const;

describe('additive', () => {
  const bent = Array.from(
    { length: 400 },
    (_, i) => 50 + (i < 200 ? 0.1 * i : 20 - 0.2 * (i - 200)) + 8 * wave(i, 24) + noise(i),
  );

  it('finds where the trend bends and by how much', () => {
    const { slope, changepoints } = additive({ seasons }).fit(bent).trend();
    expect(slope).toBeCloseTo(0.1, 1);
    const total = changepoints.reduce((sum, { change }) => sum + change, 0);
    expect(total).toBeCloseTo(-0.3, 1);
    const near = changepoints.filter(({ step }) => Math.abs(step - 200) < 40);
    expect(near.reduce((sum, { change }) => sum + change, 0) / total).toBeGreaterThan(0.8);
  });

  it('carries trend and season on', () => {
    const { mean } = additive({ seasons }).fit(bent).forecast(24);
    for (const [step, value] of mean.entries()) {
      const i = 400 + step;
      expect(Math.abs(value - (70 - 0.2 * (i - 200) + 8 * wave(i, 24)))).toBeLessThan(1.5);
    }
  });

  it('adds up to its parts', () => {
    const fitted = additive({ seasons, events: [{ name: 'release', steps: [10, 405] }] }).fit(bent);
    const { trend, seasons: waves, events } = fitted.parts(405);
    expect(trend + at(waves, 0) + events).toBeCloseTo(at(fitted.forecast(6).mean, 5), 9);
    expect(fitted.parts(404).events).toBe(0);
  });

  it('learns what an event does and applies it to those to come', () => {
    const holidays = [30, 90, 150, 210, 270, 330];
    const load = Array.from(
      { length: 360 },
      (_, i) => 100 + 5 * wave(i, 7) - (holidays.includes(i) ? 40 : 0) + noise(i),
    );
    const events = [{ name: 'holiday', steps: [...holidays, 363] }];
    const fitted = additive({ seasons: [{ seasonLength: 7, harmonics: 2 }], events }).fit(load);
    expect(fitted.describe().parameters['holiday']).toBeCloseTo(-40, 0);
    const { mean } = fitted.forecast(5);
    expect(at(mean, 3)).toBeLessThan(at(mean, 2) - 25);
  });

  it('leaves a straight line straight and widens its intervals where bends were', () => {
    const line = Array.from({ length: 200 }, (_, i) => 10 + i + noise(i));
    const width = (values: number[], step: number): number => {
      const [interval] = additive({ seasons })
        .fit(values)
        .forecast(200, { levels: [0.8] }).intervals;
      return at(interval?.upper ?? [], step) - at(interval?.lower ?? [], step);
    };
    expect(additive().fit(line).trend().slope).toBeCloseTo(1, 1);
    expect(width(bent, 199) / width(bent, 0)).toBeGreaterThan(3);
  });

  it('does not mind gaps, and goes on in time by an update', () => {
    const gappy = bent.map((value, i) => ((i > 100 && i < 150) || i % 5 === 0 ? NaN : value));
    const fitted = additive({ seasons }).fit(gappy);
    expect(Math.abs(at(fitted.fittedValues, 125) - at(bent, 125))).toBeLessThan(2);
    const third = at(fitted.forecast(3).mean, 2);
    fitted.update([NaN, NaN]);
    expect(fitted.forecast(1).mean[0]).toBe(third);
    expect(fittedFromJSON(JSON.stringify(fitted)).forecast(1).mean[0]).toBe(third);
  });

  it('bends more readily with a wider prior, and never without changepoints', () => {
    const bends = (options: AdditiveOptions): number =>
      additive({ seasons, ...options })
        .fit(bent)
        .describe().rmse;
    expect(bends({ changepointScale: 0.0001 })).toBeGreaterThan(bends({ changepointScale: 0.5 }));
    expect(additive({ changepoints: 0 }).fit(bent).trend().changepoints).toEqual([]);
  });

  it.each<[string, AdditiveOptions]>([
    ['harmonics', { seasons: [{ seasonLength: 4, harmonics: 3 }] }],
    ['seasonLength', { seasons: [{ seasonLength: 1, harmonics: 1 }] }],
    ['changepoints', { changepoints: 201 }],
    ['changepointScale', { changepointScale: 0 }],
    ['the step of x', { events: [{ name: 'x', steps: [-1] }] }],
  ])('refuses bad %s', (word, options) => {
    expect(() => additive(options)).toThrow(word);
  });
});
