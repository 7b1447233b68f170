import { describe, expect, it } from 'vitest';
import { etsVariance } from '../../src/forecast/ets-variance.ts';
import type { EtsParameters, EtsStructure } from '../../src/forecast/ets-structure.ts';
import { at } from '../at.ts';

/** The convolution of Hyndman et al. (2008), equation 6.2, written out. */
function writtenOut(m: number, { alpha, beta, gamma, phi }: EtsParameters, sigma: number, means: number[]): number[] {
  const response = (j: number): number => {
    let damping = 0;
    for (let k = 1; k <= j; k++) damping += phi ** k;
    return alpha + beta * damping + (m > 1 && j % m === 0 ? gamma : 0);
  };
  const seconds: number[] = [];
  return means.map((mean, step) => {
    let sum = 0;
    for (let j = 1; j <= step; j++) sum += response(j) ** 2 * at(seconds, step - j);
    const second = mean * mean + sigma * sigma * sum;
    seconds.push(second);
    return second * (1 + sigma * sigma) - mean * mean;
  });
}

describe('etsVariance with relative errors', () => {
  const means = Array.from({ length: 30 }, (_, i) => 10 + i / 3 + (i % 4));
  it.each<[string, EtsStructure, EtsParameters]>([
    ['a level', { trend: 'none', seasonLength: 1 }, { alpha: 0.4, beta: 0, gamma: 0, phi: 1 }],
    ['a trend', { trend: 'additive', seasonLength: 1 }, { alpha: 0.4, beta: 0.1, gamma: 0, phi: 1 }],
    ['a damped trend', { trend: 'damped', seasonLength: 1 }, { alpha: 0.4, beta: 0.1, gamma: 0, phi: 0.9 }],
    ['a season', { trend: 'none', seasonLength: 4 }, { alpha: 0.4, beta: 0, gamma: 0.2, phi: 1 }],
    ['trend and season', { trend: 'additive', seasonLength: 4 }, { alpha: 0.4, beta: 0.1, gamma: 0.2, phi: 1 }],
    ['all of it', { trend: 'damped', seasonLength: 4 }, { alpha: 0.4, beta: 0.1, gamma: 0.2, phi: 0.9 }],
  ])('of %s is the convolution, in a constant time a step', (_, structure, parameters) => {
    const variance = etsVariance({ ...structure, error: 'multiplicative' }, parameters, 0.05);
    const theirs = writtenOut(structure.seasonLength, parameters, 0.05, means);
    for (const [step, mean] of means.entries()) expect(variance(mean, 1) / at(theirs, step)).toBeCloseTo(1, 9);
  });

  it('scales with the seasonal index where the season is relative', () => {
    const structure: EtsStructure = {
      error: 'multiplicative',
      trend: 'none',
      season: 'multiplicative',
      seasonLength: 4,
    };
    const parameters = { alpha: 0.4, beta: 0, gamma: 0.1, phi: 1 };
    const plain = etsVariance(structure, parameters, 0.05)(10, 1);
    expect(etsVariance(structure, parameters, 0.05)(10, 3)).toBeCloseTo(9 * plain, 9);
  });
});
