import { seededRandom } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxCoxLambda, fitScaler, Scaler, type ScalerMethod } from '@novacron/ml';
import { randomDraws } from '../../src/statistics/random-draws.ts';
import { at } from '../at.ts';
import { classic, readFixture } from '../fixtures/read-fixture.ts';

const methods: readonly ScalerMethod[] = ['standard', 'min-max', 'robust', 'log', 'box-cox'];
const ofR =
  readFixture<readonly { readonly id: string; readonly frequency: number; readonly lambda: number }[]>('orders.json');

describe('fitScaler', () => {
  it.each(methods)('%s brings back what it scaled', (method) => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 3, maxLength: 30 }),
        (values) => {
          const scaler = fitScaler(values, { method });
          const back = scaler.inverse(scaler.transform(values));
          for (const [i, value] of values.entries()) expect(Math.abs(at(back, i) / value - 1)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('centres and scales as its name says', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect([...fitScaler(values).transform([5, 7])]).toEqual([0, 1]);
    expect([...fitScaler(values, { method: 'min-max' }).transform([2, 9])]).toEqual([0, 1]);
    expect([...fitScaler(values, { method: 'robust' }).transform([4.5])]).toEqual([0]);
  });

  it('knows nothing of what it has not seen', () => {
    const past = [1, 2, 3];
    expect(fitScaler(past, { method: 'min-max' }).transform([11])[0]).toBe(5);
    expect(fitScaler([...past, NaN])).toEqual(fitScaler(past));
  });

  it('only centres what never changes', () => {
    for (const method of ['standard', 'min-max', 'robust'] as const) {
      expect([...fitScaler([7, 7, 7], { method }).transform([7, 8])]).toEqual([0, 1]);
    }
  });

  it('corrects means for the curve of the power', () => {
    const { normal } = randomDraws(seededRandom(3));
    for (const [lambda, tolerance] of [
      [0, 0.02],
      [0.5, 0.01],
      [-0.3, 0.02],
    ] as const) {
      const scaler = fitScaler([1, 2], { method: 'box-cox', lambda });
      const scaled = Float64Array.from({ length: 20_000 }, () => 1 + 0.3 * normal());
      const mean = scaler.inverse(scaled).reduce((sum, value) => sum + value / 20_000, 0);
      const plain = at(scaler.inverse([1]), 0);
      const corrected = at(scaler.inverse([1], [0.09]), 0);
      expect(Math.abs(corrected / mean - 1)).toBeLessThan(tolerance);
      expect(Math.abs(corrected - mean)).toBeLessThan(Math.abs(plain - mean));
    }
  });

  it('comes back from JSON, and refuses what was spoiled', () => {
    const scaler = fitScaler(classic.AirPassengers, { method: 'box-cox', seasonLength: 12 });
    const back = Scaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
    expect(back).toEqual(scaler);
    expect(() => Scaler.fromJSON({ ...scaler.toJSON(), scale: 0 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
    );
    expect(() => Scaler.fromJSON({ ...scaler.toJSON(), model: 'magic' })).toThrow('method');
  });

  it('refuses what has no logarithm, what is nothing, and numbers beyond all', () => {
    expect(() => fitScaler([1, 0], { method: 'log' })).toThrow('above 0');
    expect(() => fitScaler([1, 2], { method: 'log' }).transform([-1])).toThrow('values[0]');
    expect(() => fitScaler([NaN])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(() => fitScaler([1, 2], { method: 'log' }).inverse([1e5])).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_OVERFLOW' }),
    );
    expect(() => fitScaler([1, 2]).inverse([1, 2], [1])).toThrow('variances');
    expect(() => fitScaler([1, 2], { method: 'box-cox', lambda: 9 })).toThrow('lambda');
    expect(() => fitScaler([1, 2], { method: 'rank' as 'log' })).toThrow('method');
    expect(fitScaler([1e300, -1e300]).transform([1e300])[0]).toBeCloseTo(1, 12);
  });
});

describe('boxCoxLambda', () => {
  it.each(ofR.filter(({ id }) => id in classic))('is that of R for $id', ({ id, frequency, lambda }) => {
    const values = classic[id as keyof typeof classic];
    expect(Math.abs(boxCoxLambda(values, frequency) - lambda)).toBeLessThan(0.001);
  });

  it('is 1 where nothing can be told, and refuses zeros', () => {
    expect(boxCoxLambda([5, 5, 5, 5])).toBe(1);
    expect(boxCoxLambda([5])).toBe(1);
    expect(() => boxCoxLambda([0, 1])).toThrow('above 0');
  });
});
