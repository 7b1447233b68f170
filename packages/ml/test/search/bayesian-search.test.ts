import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { ets, searchOptions, windowAverage, type ForecasterLike } from '@novacron/ml';
import { parzenChoice } from '../../src/search/parzen-choice.ts';

interface Place {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly kind?: string | undefined;
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const space = { x: upTo(30), y: upTo(30), kind: ['a', 'b', 'c'] };
/** A forecaster that errs by how far its options lie from x = 21, y = 4, kind b. */
const hill = ({ x = 0, y = 0, kind = 'a' }: Place): ForecasterLike => ({
  fit: () => ({
    forecast: (horizon) => {
      const error = Math.abs(x - 21) + Math.abs(y - 4) + (kind === 'b' ? 0 : 15);
      return { mean: new Float64Array(horizon).fill(error), intervals: [] };
    },
  }),
});
const flat = Array.from({ length: 20 }, () => 0);
const search = (method: 'random' | 'bayesian', seed: number) =>
  searchOptions(hill, flat, { space, horizon: 2, origins: 1, method, trials: 60, seed });

describe('a Bayesian search', () => {
  it('comes nearer than a random one in as many trials', () => {
    const mean = (method: 'random' | 'bayesian') =>
      upTo(10).reduce((sum, seed) => sum + search(method, seed).error / 10, 0);
    expect(mean('bayesian')).toBeLessThan(0.6 * mean('random'));
  });

  it('is the same for a seed, and tries nothing twice', () => {
    expect(search('bayesian', 3)).toEqual(search('bayesian', 3));
    const { trials } = search('bayesian', 3);
    expect(new Set(trials.slice(0).map(({ options }) => JSON.stringify(options))).size).toBe(trials.length);
    expect(trials).toHaveLength(61); // and the defaults
  });

  it('tries all of a small grid, like the grid itself', () => {
    const values = Array.from({ length: 60 }, (_, i) => 10 * Math.floor(i / 10) + (i % 2));
    const options = { space: { window: [2, 10, 40] }, defaults: { window: 20 }, horizon: 2 };
    const found = searchOptions(windowAverage, values, { ...options, method: 'bayesian' });
    expect(found).toEqual(
      expect.objectContaining({ options: { window: 2 }, trials: expect.arrayContaining([]) as unknown }),
    );
    expect(found.error).toBe(searchOptions(windowAverage, values, options).error);
  });

  it('is never worse than the defaults, and stops when told to', () => {
    const values = Array.from({ length: 60 }, (_, i) => 50 + i + ((i * 7) % 5));
    const options = { space: { trend: ['none', 'additive'] as const }, horizon: 3, method: 'bayesian' } as const;
    const found = searchOptions(ets, values, options);
    expect(found.error).toBeLessThanOrEqual(found.defaultError);
    expect(() => searchOptions(ets, values, { ...options, signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_ABORTED' }),
    );
    expect(() => searchOptions(ets, values, { ...options, method: 'magic' as 'grid' })).toThrow('bayesian');
  });
});

describe.each(['random', 'bayesian'] as const)('a %s search', (method) => {
  it('draws from a space that is far too large to list', () => {
    const huge = Object.fromEntries(upTo(400).map((i) => [`option${i}`, upTo(100)]));
    const options = {
      space: { ...huge, x: upTo(5_000), y: upTo(5_000), kind: ['a', 'b', 'c'] },
      horizon: 2,
      origins: 1,
    };
    const find = (seed: number) => searchOptions(hill, flat, { ...options, method, trials: 30, seed });
    const found = find(1);
    expect(found.trials).toHaveLength(31);
    expect(new Set(found.trials.map(({ options: tried }) => JSON.stringify(tried))).size).toBe(31);
    expect(find(1)).toEqual(found);
    expect(find(2)).not.toEqual(found);
    const kinds = new Set(found.trials.map(({ options: { kind } }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    for (const whole of ['grid', 'halving'] as const) {
      expect(() => searchOptions(hill, flat, { ...options, method: whole })).toThrow('100000');
    }
  });
});

describe('parzenChoice', () => {
  it('prefers what good trials have in common, and gives up when all of that was tried', () => {
    const random = seededRandom(1);
    const tried = upTo(12).map((i) => ({ places: [i % 4 === 0 ? 5 : i % 5], error: i % 4 === 0 ? 0 : 10 }));
    const near = upTo(50).map(() => parzenChoice(tried, [10], [true], random)?.[0]);
    expect(near.filter((place) => place === 6).length).toBeGreaterThan(25);
    expect(parzenChoice([{ places: [0], error: 1 }], [1], [false], random)).toBeUndefined();
  });
});
