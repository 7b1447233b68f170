import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { ets, holtWinters, searchOptions, windowAverage, type EtsOptions } from '@novacron/ml';

const random = seededRandom(14);
const load = Array.from({ length: 240 }, (_, hour) => 50 + 20 * Math.sin((hour * Math.PI) / 12) + 4 * random());
const windows = { window: [1, 2, 4, 8, 16, 24, 48] };

describe('searchOptions', () => {
  it.each(['grid', 'random', 'halving'] as const)('finds nothing worse than the defaults by %s', (method) => {
    for (const window of [1, 24, 100]) {
      const found = searchOptions(windowAverage, load, { space: windows, defaults: { window }, horizon: 24, method });
      expect(found.error).toBeLessThanOrEqual(found.defaultError);
      expect(found.trials[0]).toEqual({ options: found.options, error: found.error });
      const errors = found.trials.map(({ error }) => error);
      expect(errors).toEqual(errors.toSorted((a, b) => a - b));
    }
  });

  it('keeps defaults that nothing beats', () => {
    const flat = Array.from({ length: 40 }, () => 3);
    expect(searchOptions(windowAverage, flat, { space: windows, defaults: { window: 7 }, horizon: 4 }).options).toEqual(
      { window: 7 },
    );
  });

  it('searches several options of a real model, and those that cannot be lose', () => {
    const found = searchOptions<EtsOptions>(ets, load, {
      space: { trend: ['none', 'additive'], season: ['additive', 'nonsense' as never], seasonLength: [1, 24] },
      horizon: 24,
    });
    expect(found.trials).toHaveLength(1 + 8);
    expect(found.options).toMatchObject({ seasonLength: 24, season: 'additive' });
    expect(found.trials.filter(({ error }) => error === Infinity)).toHaveLength(4);
  });

  it('halves: only the better ones see all origins', () => {
    const { trials, options } = searchOptions(windowAverage, load, {
      space: windows,
      defaults: { window: 3 },
      horizon: 12,
      origins: 4,
      method: 'halving',
    });
    expect(trials.length).toBeLessThan(4);
    expect(options.window).toBeGreaterThanOrEqual(1);
  });

  it('tries as many at random as asked, the same for a seed', () => {
    const draw = (seed: number): readonly number[] =>
      searchOptions(windowAverage, load, {
        space: windows,
        defaults: { window: 3 },
        horizon: 12,
        method: 'random',
        trials: 3,
        seed,
      })
        .trials.map(({ options }) => options.window)
        .toSorted((a, b) => a - b);
    expect(draw(1)).toHaveLength(4);
    expect(draw(1)).toEqual(draw(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => draw(seed).join())).size).toBeGreaterThan(1);
  });

  it('does not see the values that it is judged by', () => {
    const blind = searchOptions(
      ({ length }: { length: number }) => ({
        fit: (values) => {
          expect(values.length).toBeLessThanOrEqual(load.length - length);
          return windowAverage({ window: 2 }).fit(values);
        },
      }),
      load,
      { space: { length: [5] }, defaults: { length: 5 }, horizon: 5 },
    );
    expect(blind.error).toBeGreaterThan(0);
  });

  it.each([
    [{ horizon: 0 }, 'NOVA_ML_INVALID'],
    [{ horizon: 400 }, 'NOVA_ML_TOO_SHORT'],
    [{ space: { window: [] } }, 'NOVA_ML_INVALID'],
    [{ space: { window: Array.from({ length: 100_001 }, () => 2) } }, 'NOVA_ML_INVALID'],
    [{ method: 'luck' }, 'NOVA_ML_INVALID'],
    [{ trials: 0 }, 'NOVA_ML_INVALID'],
    [{ signal: AbortSignal.abort() }, 'NOVA_ML_ABORTED'],
  ])('refuses %# with %s', (options, code) => {
    const search = { space: windows, defaults: { window: 2 }, horizon: 12, ...options };
    expect(() => searchOptions(windowAverage, load, search as never)).toThrow(expect.objectContaining({ code }));
  });

  it('stops between trials when the time is over', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => (now += 1), sleep: () => Promise.resolve() };
    const search = {
      space: { seasonLength: [2, 3, 4] },
      defaults: { seasonLength: 24 },
      horizon: 5,
      clock,
      timeoutMs: 3,
    };
    expect(() => searchOptions(holtWinters, load, search)).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }),
    );
  });
});
