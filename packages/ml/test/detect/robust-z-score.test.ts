import { describe, expect, it } from 'vitest';
import { robustZScore } from '@novacron/ml';
import { classic, readFixture, relativeDifference } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

const golden = readFixture<{ mad: { median: number; mad_scaled: number; modified_z: readonly number[] } }>(
  'univariate.json',
).mad;

describe('robustZScore', () => {
  it('is the modified z-score of numpy on the Nile', () => {
    const fitted = robustZScore().fit(classic.Nile);
    const { median, scale } = fitted.describe().parameters;
    expect(median).toBe(golden.median);
    expect(scale).toBeCloseTo(golden.mad_scaled, 10);
    expect(
      relativeDifference(
        fitted.scores.map((score, i) => score * Math.sign(at(classic.Nile, i) - golden.median)),
        golden.modified_z,
      ),
    ).toBeLessThan(1e-12);
    expect(fitted.anomalies).toEqual([]);
  });

  it('is not misled by anomalies in what it learns from', () => {
    const normal = Array.from({ length: 100 }, (_, i) => 10 + (i % 7) / 7);
    const spoilt = normal.map((value, i) => (i % 3 === 0 ? 1_000 : value));
    expect(
      robustZScore()
        .fit(spoilt)
        .detect([10.5, 1_000])
        .map(({ index }) => index),
    ).toEqual([1]);
  });

  it('takes a level that stays for normal after half a window', () => {
    const fitted = robustZScore({ window: 20 }).fit(Array.from({ length: 40 }, (_, i) => 10 + (i % 4)));
    const found = fitted.update(Array.from({ length: 30 }, (_, i) => 50 + (i % 4)));
    expect(found.map(({ index }) => index)).toEqual(found.map((_, i) => i));
    expect(found.length).toBeGreaterThan(5);
    expect(found.length).toBeLessThanOrEqual(11);
    expect(fitted.detect([51])).toEqual([]);
    expect(fitted.detect([11])).toHaveLength(1);
  });

  it('flags only what is far enough to matter', () => {
    const quiet = Array.from({ length: 50 }, (_, i) => 0.2 + (i % 2) / 1_000);
    expect(robustZScore().fit(quiet).detect([0.21])).toHaveLength(1);
    expect(robustZScore({ minimumDeviation: 0.05 }).fit(quiet).detect([0.21])).toEqual([]);
    const found = robustZScore({ minimumDeviation: 0.05 }).fit(quiet).detect([0.9]);
    expect(at(found, 0).upper).toBeCloseTo(0.2505, 10);
  });

  it('finds the odd one out among equal values', () => {
    expect(
      robustZScore()
        .fit([3, 3, 3, 3, 3])
        .detect([3, 4])
        .map(({ index }) => index),
    ).toEqual([1]);
  });

  it('calls neither side of the threshold wrongly', () => {
    const fitted = robustZScore({ threshold: 2 }).fit([-2, -1, 0, 1, 2]); // median 0, scale 1.4826
    for (const inside of [2.96, -2.96]) expect(fitted.detect([inside])).toEqual([]);
    for (const value of [2.97, -2.97]) expect(fitted.detect([value])).toMatchObject([{ value, expected: 0 }]);
  });

  it.each([
    ['threshold', { threshold: 0 }],
    ['threshold', { threshold: NaN }],
    ['minimumDeviation', { minimumDeviation: -1 }],
    ['window', { window: 2 }],
    ['window', { window: 1e6 }],
  ])('refuses a wrong %s', (option, options) => {
    expect(() => robustZScore(options)).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID', details: expect.objectContaining({ option }) }),
    );
  });

  it('says when there is too little to learn from', () => {
    expect(() => robustZScore().fit([1, NaN, 2])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
  });
});
