import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { FittedBoosting, gradientBoosting } from '@novacron/ml';
import { at } from '../at.ts';

const random = seededRandom(4);
const count = 1_200;
const x = Float64Array.from({ length: count }, () => 4 * random() - 2);
const z = Float64Array.from({ length: count }, () => 4 * random() - 2);
const useless = Float64Array.from({ length: count }, () => random());
const noise = Float64Array.from({ length: count }, () => random() - 0.5);
const curve = x.map((value, i) => value * value + at(z, i) + at(noise, i) / 5);

describe('gradientBoosting', () => {
  it('learns a curve of two columns, and which ones count', () => {
    const model = gradientBoosting([x, z, useless], curve);
    for (const [a, b] of [
      [0, 0],
      [1.5, -1],
      [-1, 1],
    ] as const) {
      expect(Math.abs(model.predict([a, b, 0.5]) - (a * a + b))).toBeLessThan(0.3);
    }
    const { importance } = model;
    expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(at(importance, 2)).toBeLessThan(0.02);
  });

  it('goes on when the rows that were drawn for a tree cannot be split', () => {
    const step = Float64Array.from({ length: 60 }, (_, i) => i / 60);
    const target = step.map((value) => (value < 0.5 ? 0 : 10));
    for (let seed = 1; seed <= 8; seed++) {
      const model = gradientBoosting([step], target, { subsample: 0.45, validation: 0, seed });
      expect(model.predict([0.9])).toBeGreaterThan(9);
      expect(model.predict([0.1])).toBeLessThan(1);
    }
  });

  it('sends missing values where they do best', () => {
    const gappy = x.map((value, i) => (i % 4 === 0 ? NaN : value));
    const target = gappy.map((value) => (Number.isNaN(value) ? 50 : value > 0 ? 10 : 0));
    const model = gradientBoosting([gappy], target, { validation: 0 });
    expect(model.predict([NaN])).toBeCloseTo(50, 1);
    expect(model.predict([1])).toBeCloseTo(10, 1);
    expect(model.predict([-1])).toBeCloseTo(0, 1);
  });

  it('splits categories that have no order, and takes a new one as missing', () => {
    const machine = Float64Array.from({ length: count }, (_, i) => i % 12);
    const target = machine.map((id) => ([1, 4, 7, 11].includes(id) ? 9 : 2));
    const settings = { trees: 1, leaves: 2, learningRate: 1, regularisation: 0, validation: 0 };
    const apart = gradientBoosting([machine], target, { ...settings, categorical: [0] });
    expect(apart.predict([4])).toBeCloseTo(9, 9);
    expect(apart.predict([5])).toBeCloseTo(2, 9);
    expect(gradientBoosting([machine], target, settings).predict([4])).not.toBeCloseTo(9, 1);
    expect(apart.predict([99])).toBe(apart.predict([NaN]));
  });

  it('says the median under outliers, and a quantile where one is asked for', () => {
    const spiky = x.map((value, i) => (value > 0 ? 5 : 1) + (i % 10 === 0 ? 1_000 : at(noise, i)));
    const median = gradientBoosting([x], spiky, { loss: 'absolute' });
    expect(Math.abs(median.predict([1]) - 5)).toBeLessThan(0.3);
    const spread = Float64Array.from({ length: count }, () => random());
    for (const quantile of [0.1, 0.9]) {
      const model = gradientBoosting([useless], spread, { loss: { quantile } });
      const below = spread.filter((value, i) => value <= model.predict([at(useless, i)])).length / count;
      expect(Math.abs(below - quantile)).toBeLessThan(0.05);
    }
  });

  it('stops when trees no longer help on the rows it holds back', () => {
    const luck = Float64Array.from({ length: count }, () => random());
    expect(gradientBoosting([x, z], luck, { trees: 500 }).trees).toBeLessThan(20);
    expect(gradientBoosting([x, z], luck, { trees: 60, validation: 0 }).trees).toBe(60);
  });

  it('is the same for a seed, another for another, and the same to the last bit after JSON', () => {
    const settings = { subsample: 0.5, trees: 20 };
    const model = gradientBoosting([x, z], curve, { ...settings, seed: 3 });
    const text = JSON.stringify(model);
    expect(JSON.stringify(gradientBoosting([x, z], curve, { ...settings, seed: 3 }))).toBe(text);
    expect(JSON.stringify(gradientBoosting([x, z], curve, { ...settings, seed: 4 }))).not.toBe(text);
    const restored = FittedBoosting.fromJSON(text);
    expect(JSON.stringify(restored)).toBe(text);
    expect(restored.predict([0.3, NaN])).toBe(model.predict([0.3, NaN]));
    expect(restored.columns).toBe(2);
  });

  it('repeats a constant, and needs no column', () => {
    expect(
      gradientBoosting(
        [x],
        x.map(() => 3),
      ).predict([0]),
    ).toBe(3);
    expect(gradientBoosting([], [1, 2, 3], { validation: 0 }).predict([])).toBeCloseTo(2, 12);
    expect(gradientBoosting([[NaN, NaN, NaN]], [1, 2, 3], { validation: 0 }).predict([NaN])).toBeCloseTo(2, 12);
  });

  it.each([
    ['a target with a gap', [[1, 2]], [1, NaN], {}],
    ['an infinite value', [[1, Infinity]], [1, 2], {}],
    ['a short column', [[1]], [1, 2], {}],
    ['no rows', [[]], [], {}],
    ['no leaves', [[1, 2]], [1, 2], { leaves: 1 }],
    ['a rate of 0', [[1, 2]], [1, 2], { learningRate: 0 }],
    ['a quantile of 1', [[1, 2]], [1, 2], { loss: { quantile: 1 } }],
    ['an unknown loss', [[1, 2]], [1, 2], { loss: 'cubic' }],
    ['a subsample of NaN', [[1, 2]], [1, 2], { subsample: NaN }],
    ['an aborted signal', [[1, 2]], [1, 2], { signal: AbortSignal.abort() }],
  ])('refuses %s', (_, columns, target, options) => {
    expect(() => gradientBoosting(columns, target, options as never)).toThrow(
      expect.objectContaining({ name: 'MlError' }),
    );
  });

  it('refuses a row of other columns and JSON that goes in circles', () => {
    const model = gradientBoosting([x, z], curve, { trees: 3, validation: 0 });
    expect(() => model.predict([1])).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    const saved = JSON.parse(JSON.stringify(model)) as { trees: { 0: { child: string } } };
    const damage = (change: object): unknown => ({ ...saved, ...change });
    saved.trees[0].child = btoa('\0'.repeat(8 * 29));
    for (const wrong of [saved, damage({ model: 'ets' }), damage({ bounds: {} }), damage({ base: 1 }), 'x', null]) {
      expect(() => FittedBoosting.fromJSON(wrong)).toThrow(expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }));
    }
  });
});
