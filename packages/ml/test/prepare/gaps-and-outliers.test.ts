import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillGaps, findOutliers, replaceOutliers } from '@novacron/ml';
import { at } from '../at.ts';
import { classic, readFixture } from '../fixtures/read-fixture.ts';

/** `tsoutliers` and `na.interp` of R on nottem, spoiled. */
const ofR = readFixture<{
  readonly outliers: { readonly index: readonly number[]; readonly replacements: readonly number[] };
  readonly naInterp: readonly number[];
}>('outliers.json');
const spoiled = classic.nottem.map((value, i) => ({ 59: 95, 149: 10 })[i] ?? value);
const gappy = classic.nottem.map((value, i) => ([29, 30, 99].includes(i) ? NaN : value));

describe('fillGaps', () => {
  it('fills between the seasons as R does', () => {
    const filled = fillGaps(gappy, { seasonLength: 12 });
    for (const [i, place] of [29, 30, 99].entries()) {
      expect(Math.abs(at(filled, place) - at(ofR.naInterp, i))).toBeLessThan(1);
      expect(Math.abs(at(filled, place) - at(classic.nottem, place))).toBeLessThan(4);
    }
  });

  it.each(['linear', 'seasonal', 'stl', 'kalman'] as const)('by %s leaves what is observed as it is', (method) => {
    const filled = fillGaps(gappy, { method, seasonLength: 12 });
    for (const [i, value] of gappy.entries()) {
      if (!Number.isNaN(value)) expect(filled[i]).toBe(value);
      expect(Number.isFinite(filled[i])).toBe(true);
    }
  });

  it.each(['seasonal', 'stl', 'kalman'] as const)('by %s beats lines where there is a season', (method) => {
    const holes = classic.nottem.map((value, i) => (i % 31 < 6 ? NaN : value));
    const error = (filled: Float64Array): number =>
      filled.reduce((sum, value, i) => sum + Math.abs(value - at(classic.nottem, i)), 0);
    const lines = error(fillGaps(holes, { method: 'linear' }));
    expect(error(fillGaps(holes, { method, seasonLength: 12 }))).toBeLessThan(0.4 * lines);
  });

  it('draws a level through a gap by the Kalman smoother, between line and mean', () => {
    const [filled] = [fillGaps([10, 10.5, 9.5, 10, NaN, 10.5, 10, 9.5, 10, 10.5], { method: 'kalman' })];
    expect(Math.abs(at(filled, 4) - 10)).toBeLessThan(0.4);
  });

  it('leaves long gaps, and fills the ends with what is nearest', () => {
    const values = [NaN, 2, NaN, 4, NaN, NaN, NaN, 8, NaN];
    expect([...fillGaps(values, { longestGap: 1 })]).toEqual([2, 2, 3, 4, NaN, NaN, NaN, 8, 8]);
    expect([...fillGaps(values)]).toEqual([2, 2, 3, 4, 5, 6, 7, 8, 8]);
  });

  it('refuses what it can not do', () => {
    expect(() => fillGaps([NaN, NaN])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(() => fillGaps([1, NaN], { method: 'stl' })).toThrow('seasonLength');
    expect(() => fillGaps([1, NaN], { method: 'guess' as 'stl' })).toThrow('method');
    expect(() => fillGaps([1, NaN], { longestGap: -1 })).toThrow('longestGap');
    expect(() => fillGaps([1, Infinity])).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});

describe('findOutliers', () => {
  it('finds those that R finds by the decomposition, and replaces them alike', () => {
    const found = findOutliers(spoiled, { method: 'stl', seasonLength: 12 });
    expect(found.map(({ index }) => index + 1)).toEqual(ofR.outliers.index);
    for (const [i, { replacement }] of found.entries()) {
      expect(Math.abs(replacement / at(ofR.outliers.replacements, i) - 1)).toBeLessThan(0.03);
    }
  });

  it('finds every spike, and nothing in a clean season', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(199), { maxLength: 5 }), fc.constantFrom(40, -40), (places, size) => {
        const load = Array.from({ length: 200 }, (_, i) => 20 + ((i * 7) % 5));
        for (const place of places) load[place] = at(load, place) + size;
        const expected = places.toSorted((a, b) => a - b);
        expect(findOutliers(load).map(({ index }) => index)).toEqual(expected);
      }),
    );
  });

  it('does not take a step of the level for one', () => {
    const step = Array.from({ length: 200 }, (_, i) => (i < 100 ? 20 : 60) + ((i * 7) % 5));
    expect(findOutliers(step, { reach: 20 })).toEqual([]);
  });

  it('replaces or marks them, and leaves the input alone', () => {
    const load = Array.from({ length: 40 }, (_, i) => 10 + (i % 3));
    const bad = load.with(20, 90);
    expect(Math.abs(at(replaceOutliers(bad), 20) - 11)).toBeLessThanOrEqual(1);
    expect(replaceOutliers(bad, {}, 'missing')[20]).toBeNaN();
    expect(bad[20]).toBe(90);
  });

  it('bears nothing, gaps, and constants', () => {
    expect(findOutliers([])).toEqual([]);
    expect(findOutliers([NaN, NaN])).toEqual([]);
    expect(findOutliers([1, 900])).toEqual([]);
    expect(findOutliers(Array.from({ length: 50 }, () => 7))).toEqual([]);
    expect(
      findOutliers(
        Array.from({ length: 48 }, (_, i) => i % 12),
        { method: 'stl', seasonLength: 12 },
      ),
    ).toEqual([]);
    expect(findOutliers([NaN, 1, 2, NaN, 1, 2, 80, 1, 2]).map(({ index }) => index)).toEqual([6]);
  });

  it('refuses what is no option', () => {
    expect(() => findOutliers([1], { method: 'eye' as 'stl' })).toThrow('method');
    expect(() => findOutliers([1], { limit: 0 })).toThrow('limit');
    expect(() => findOutliers([1], { reach: 0 })).toThrow('reach');
    expect(() => findOutliers([1, 2], { method: 'stl' })).toThrow('seasonLength');
  });
});
