import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { combineForecasts, inverseErrorWeights, mae, reconcile, stackingWeights, type Forecast } from '@novacron/ml';
import { at } from '../at.ts';

const forecast = (...mean: number[]): Forecast => ({
  mean: Float64Array.from(mean),
  intervals: [
    { level: 0.9, lower: Float64Array.from(mean, (x) => x - 1), upper: Float64Array.from(mean, (x) => x + 2) },
  ],
});
const four = [forecast(1, 0), forecast(2, 0), forecast(3, 0), forecast(100, 4)];

describe('combineForecasts', () => {
  it.each([
    ['mean' as const, [26.5, 1]],
    ['median' as const, [2.5, 0]],
    [{ trimmed: 0.25 }, [2.5, 0]],
    [{ trimmed: 0 }, [26.5, 1]],
    [{ weights: [0, 1, 1, 0] }, [2.5, 0]],
  ])('combines by %j, bounds as well', (method, mean) => {
    const combined = combineForecasts(four, method);
    expect([...combined.mean]).toEqual(mean);
    expect([...at(combined.intervals, 0).lower]).toEqual(mean.map((x) => x - 1));
    expect([...at(combined.intervals, 0).upper]).toEqual(mean.map((x) => x + 2));
  });

  it.each([
    [[], 'mean' as const],
    [[forecast(1), forecast(1, 2)], 'mean' as const],
    [[forecast(1), { ...forecast(1), intervals: [] }], 'mean' as const],
    [four, { weights: [1, 1] }],
    [four, { weights: [0, 0, 0, 0] }],
    [four, { weights: [1, 1, 1, -1] }],
    [four, { trimmed: 0.6 }],
  ])('refuses what does not match (%#)', (forecasts, method) => {
    expect(() => combineForecasts(forecasts, method)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});

describe('weights', () => {
  it('gives twice the error half the weight, and no error all of it', () => {
    expect(inverseErrorWeights([1, 2])).toEqual([2 / 3, 1 / 3]);
    expect(inverseErrorWeights([1, 2], 2)).toEqual([0.8, 0.2]);
    expect(inverseErrorWeights([0, 2, 0])).toEqual([0.5, 0, 0.5]);
    for (const bad of [[], [NaN], [-1, 2]]) expect(() => inverseErrorWeights(bad)).toThrow(/errors/);
  });

  it('stacks what together comes closest', () => {
    const random = seededRandom(6);
    const truth = Float64Array.from({ length: 300 }, () => 10 * random());
    // One method is too high by as much as the other is too low: half of each is right.
    const high = truth.map((value) => value + 3 + random());
    const low = truth.map((value) => value - 3 - random());
    const wild = truth.map(() => 40 * random());
    const [a = NaN, b = NaN, c = NaN] = stackingWeights([high, low, wild], truth);
    expect(a + b + c).toBeCloseTo(1, 9);
    expect(Math.abs(a - b)).toBeLessThan(0.1);
    expect(c).toBeLessThan(0.05);
    expect(
      stackingWeights(
        [
          [1, 2],
          [1, 2],
        ],
        [1, 2],
      ),
    ).toEqual([0.5, 0.5]);
    expect(
      stackingWeights(
        [
          [1, NaN, 3],
          [2, 2, 4],
        ],
        [1, 9, 3],
      )[0],
    ).toBeGreaterThan(0.95);
    for (const bad of [[], [[1]], [[NaN, NaN]]]) expect(() => stackingWeights(bad, [1, 2])).toThrow(/forecasts/);
  });
});

describe('weights of much', () => {
  it('bear a long validation, and many methods', () => {
    const actual = Float64Array.from({ length: 100_000 }, (_, i) => i % 10);
    const [good, bad] = stackingWeights([actual, actual.map((value) => value + 1)], actual);
    expect(at([good ?? NaN], 0)).toBeGreaterThan(0.99);
    expect(bad).toBeLessThan(0.01);
    const errors = Array.from({ length: 200_000 }, () => 2);
    expect(inverseErrorWeights(errors)[7]).toBeCloseTo(1 / 200_000, 12);
  });
});

describe('reconcile', () => {
  const totals = [
    { name: 'cluster', parts: ['host1', 'host2'] },
    { name: 'host1', parts: ['a', 'b'] },
    { name: 'host2', parts: ['c'] },
  ];
  const base = new Map([
    ['cluster', [100, 90]],
    ['host1', [50, 60]],
    ['host2', [30, 30]],
    ['a', [20, 20]],
    ['b', [25, 30]],
    ['c', [28, 35]],
  ]);
  const value = (sums: Map<string, Float64Array>, name: string, step: number): number => at(sums.get(name) ?? [], step);

  it.each(['bottom-up', 'ols', 'mint'] as const)('adds up by %s', (method) => {
    const random = seededRandom(2);
    const residuals = new Map([...base.keys()].map((name) => [name, Array.from({ length: 50 }, () => random() - 0.5)]));
    const sums = reconcile(base, totals, { method, residuals });
    for (const step of [0, 1]) {
      expect(value(sums, 'cluster', step)).toBeCloseTo(value(sums, 'host1', step) + value(sums, 'host2', step), 6);
      expect(value(sums, 'host1', step)).toBeCloseTo(value(sums, 'a', step) + value(sums, 'b', step), 6);
      expect(value(sums, 'host2', step)).toBeCloseTo(value(sums, 'c', step), 6);
    }
    if (method === 'bottom-up') expect(value(sums, 'cluster', 0)).toBe(73);
  });

  it('leaves alone what adds up', () => {
    const right = new Map([
      ['sum', [7]],
      ['x', [3]],
      ['y', [4]],
    ]);
    const same = reconcile(right, [{ name: 'sum', parts: ['x', 'y'] }]);
    for (const [name, [truth = NaN]] of right) expect(value(same, name, 0)).toBeCloseTo(truth, 9);
  });

  it('trusts by mint the series with the smaller errors, which makes the whole better', () => {
    const random = seededRandom(12);
    let before = 0;
    let after = 0;
    const noise = (size: number): number => size * (random() + random() + random() - 1.5);
    const sizes = { sum: 0.5, x: 4, y: 4 };
    const residuals = new Map(
      Object.entries(sizes).map(([name, size]) => [name, Array.from({ length: 200 }, () => noise(size))]),
    );
    for (let round = 0; round < 200; round++) {
      const wrong = new Map([
        ['sum', [30 + noise(0.5)]],
        ['x', [10 + noise(4)]],
        ['y', [20 + noise(4)]],
      ]);
      const sums = reconcile(wrong, [{ name: 'sum', parts: ['x', 'y'] }], { residuals });
      before += mae([30, 10, 20], [...wrong.values()].flat());
      after += mae([30, 10, 20], [value(sums, 'sum', 0), value(sums, 'x', 0), value(sums, 'y', 0)]);
    }
    expect(after).toBeLessThan(0.9 * before);
  });

  it.each([
    ['a missing part', base, [{ name: 'cluster', parts: ['nobody'] }], {}],
    [
      'a part of itself',
      base,
      [
        { name: 'cluster', parts: ['host1'] },
        { name: 'host1', parts: ['cluster'] },
      ],
      {},
    ],
    ['no bottom', new Map([['a', [1]]]), [{ name: 'a', parts: [] }], {}],
    [
      'other lengths',
      new Map([
        ['a', [1]],
        ['b', [1, 2]],
      ]),
      [],
      {},
    ],
    ['a gap', new Map([['a', [NaN]]]), [], {}],
    ['too few residuals', base, totals, { residuals: new Map() }],
    ['an unknown method', base, totals, { method: 'magic' }],
  ])('refuses %s', (_, forecasts, sums, options) => {
    expect(() => reconcile(forecasts, sums, options as never)).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });

  it('refuses two totals of one name, and too many', () => {
    const [first] = totals as [(typeof totals)[number]];
    for (const sums of [
      [...totals, first],
      Array.from({ length: 1_001 }, (_, i) => ({ name: `${i}`, parts: ['a'] })),
    ]) {
      expect(() => reconcile(base, sums)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
  });

  it('counts parts that many totals share but once', () => {
    const shared = Array.from({ length: 60 }, (_, i) => ({
      name: `total${i}`,
      parts: i === 0 ? ['a', 'b'] : [`total${i - 1}`, `total${i - 1}`],
    }));
    const few = new Map([
      ['a', [1]],
      ['b', [2]],
      ['total59', [4 * 2 ** 59]],
    ]);
    expect(value(reconcile(few, shared, { method: 'bottom-up' }), 'total59', 0)).toBe(3 * 2 ** 59);
  });

  it('says so when a sum leaves the range of numbers', () => {
    const huge = new Map(['a', 'b', 'c'].map((name) => [name, [1e300]]));
    const many = Array.from({ length: 40 }, (_, i) => ({
      name: `t${i}`,
      parts: i === 0 ? ['a'] : [`t${i - 1}`, `t${i - 1}`],
    }));
    expect(() => reconcile(new Map([...huge, ['t39', [1]]]), many, { method: 'bottom-up' })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_OVERFLOW' }),
    );
  });

  it('gives nothing for nothing', () => {
    expect(reconcile(new Map(), [])).toEqual(new Map());
  });
});
