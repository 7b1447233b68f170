import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { effectiveSampleSize, splitRHat } from '@novacron/ml';
import { randomDraws } from '../../src/statistics/random-draws.ts';

const { normal, gamma } = randomDraws(seededRandom(9));
const sample = (draw: () => number, count = 20_000) => Float64Array.from({ length: count }, draw);
const moment = (draws: Float64Array, power: number) => draws.reduce((sum, x) => sum + x ** power / draws.length, 0);

describe('randomDraws', () => {
  it('draws normal numbers', () => {
    const draws = sample(normal);
    expect(moment(draws, 1)).toBeCloseTo(0, 1);
    expect(moment(draws, 2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(draws, 4) - 3)).toBeLessThan(0.2);
  });

  it.each([0.3, 1, 2.5, 40])('draws gamma numbers of shape %d', (shape) => {
    const draws = sample(() => gamma(shape));
    expect(Math.abs(moment(draws, 1) / shape - 1)).toBeLessThan(0.05);
    expect(Math.abs((moment(draws, 2) - moment(draws, 1) ** 2) / shape - 1)).toBeLessThan(0.1);
    expect(draws.every((x) => x > 0)).toBe(true);
  });
});

describe('effectiveSampleSize', () => {
  it('is the number of draws when they are independent', () => {
    expect(effectiveSampleSize(sample(normal, 2_000))).toBeGreaterThan(1_500);
  });

  it('is what theory says for an autoregression', () => {
    let x = 0;
    const chain = sample(() => (x = 0.8 * x + normal()), 20_000);
    // n (1 - 0.8) / (1 + 0.8)
    expect(Math.abs(effectiveSampleSize(chain) / (20_000 / 9) - 1)).toBeLessThan(0.25);
  });

  it('is all of them for draws that never change, and refuses gaps and too few', () => {
    expect(effectiveSampleSize([3, 3, 3, 3, 3])).toBe(5);
    expect(() => effectiveSampleSize([1, 2, 3])).toThrow('four');
    expect(() => effectiveSampleSize([1, 2, NaN, 3])).toThrow('missing');
  });
});

describe('splitRHat', () => {
  it('is near 1 for a chain that has settled, and above for one that wanders off', () => {
    expect(splitRHat(sample(normal, 1_000))).toBeLessThan(1.01);
    expect(splitRHat(sample(normal, 1_000).map((x, i) => x + i / 200))).toBeGreaterThan(1.2);
  });

  it('is 1 for draws that never change, and infinite for two places', () => {
    expect(splitRHat([2, 2, 2, 2])).toBe(1);
    expect(splitRHat([2, 2, 3, 3])).toBe(Infinity);
  });
});
