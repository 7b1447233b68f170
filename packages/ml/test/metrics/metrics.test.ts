import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverage, mae, mape, mase, MlError, rmse, seasonalNaive, smape, wape } from '@novacron/ml';
import { classic, readFixture } from '../fixtures/read-fixture.ts';

interface Golden {
  readonly snaive_on_AP: Record<'rmse' | 'mae' | 'mape' | 'smape_m4' | 'mase_m12' | 'wape', number>;
}

const golden = readFixture<Golden>('metrics.json').snaive_on_AP;
const training = classic.AirPassengers.slice(0, -12);
const actual = classic.AirPassengers.slice(-12);
const forecast = seasonalNaive({ seasonLength: 12 }).fit(training).forecast(12).mean;

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return MlError.isInstance(error) ? error.code : String(error);
  }
  return undefined;
};

const all = [
  ['rmse', rmse],
  ['mae', mae],
  ['mape', mape],
  ['smape', smape],
  ['wape', wape],
  ['mase', (a: ArrayLike<number>, f: ArrayLike<number>): number => mase(a, f, { training })],
  ['coverage', (a: ArrayLike<number>, f: ArrayLike<number>): number => coverage(a, { lower: f, upper: f })],
] as const;

describe('the metrics agree with numpy', () => {
  it.each([
    ['rmse', rmse(actual, forecast), golden.rmse],
    ['mae', mae(actual, forecast), golden.mae],
    ['mape', mape(actual, forecast) * 100, golden.mape],
    ['smape', smape(actual, forecast) * 100, golden.smape_m4],
    ['wape', wape(actual, forecast), golden.wape],
    ['mase', mase(actual, forecast, { training, seasonLength: 12 }), golden.mase_m12],
  ])('%s', (_, ours, theirs) => {
    expect(Math.abs(ours / theirs - 1)).toBeLessThan(1e-12);
  });
});

describe.each(all)('%s', (_, metric) => {
  it('leaves missing actual values out', () => {
    expect(metric([1, NaN, 3, 4], [2, 9, 3, 3])).toBe(metric([1, 3, 4], [2, 3, 3]));
  });

  it.each([
    ['different lengths', [1, 2], [1]],
    ['a missing forecast', [1, 2], [1, NaN]],
    ['an infinite value', [1, Infinity], [1, 2]],
    ['an infinite forecast', [1, 2], [1, -Infinity]],
    ['text', ['1' as unknown as number], [1]],
  ])('refuses %s', (_case, a, f) => {
    expect(codeOf(() => metric(a, f))).toBe('NOVA_ML_INVALID');
  });

  it.each([
    ['nothing', [], []],
    ['nothing observed', [NaN, NaN], [1, 2]],
  ])('is undefined for %s', (_case, a, f) => {
    expect(codeOf(() => metric(a, f))).toBe('NOVA_ML_UNDEFINED_METRIC');
  });

  it('is finite for values of any size', () => {
    expect(metric([1e300, -1e300, 3], [-1e300, 1e300, 3])).toSatisfy(Number.isFinite);
    expect(metric([5e-324, 1e-310], [1e-310, 5e-324])).toSatisfy(Number.isFinite);
  });
});

describe('zero denominators are typed errors, never silent', () => {
  it('mape with an actual value of 0', () => {
    expect(codeOf(() => mape([1, 0], [1, 1]))).toBe('NOVA_ML_UNDEFINED_METRIC');
  });
  it('wape with nothing but zeros', () => {
    expect(codeOf(() => wape([0, 0], [1, 1]))).toBe('NOVA_ML_UNDEFINED_METRIC');
  });
  it('mase over a training series that repeats itself or is too short', () => {
    expect(codeOf(() => mase([1], [2], { training: [1, 2, 1, 2], seasonLength: 2 }))).toBe('NOVA_ML_UNDEFINED_METRIC');
    expect(codeOf(() => mase([1], [2], { training: [1, 2], seasonLength: 2 }))).toBe('NOVA_ML_UNDEFINED_METRIC');
    expect(codeOf(() => mase([1], [2], { training: [1, 2], seasonLength: 0 }))).toBe('NOVA_ML_INVALID');
  });
  it('smape counts a pair of zeros as no error', () => {
    expect(smape([0, 2], [0, 2])).toBe(0);
  });
});

describe('what the metrics mean', () => {
  const pairs = fc.array(
    fc.tuple(fc.double({ min: 0.1, max: 1e6, noNaN: true }), fc.double({ min: 0.1, max: 1e6, noNaN: true })),
    {
      minLength: 1,
      maxLength: 30,
    },
  );

  it('a perfect forecast has no error, and rmse is never below mae', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const a = rows.map(([value]) => value);
        const f = rows.map(([, value]) => value);
        for (const metric of [rmse, mae, mape, smape, wape]) expect(metric(a, a)).toBe(0);
        expect(rmse(a, f)).toBeGreaterThanOrEqual(mae(a, f) * (1 - 1e-12));
        expect(smape(a, f)).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('coverage counts the bounds in', () => {
    expect(coverage([1, 2, 3, NaN], { lower: [1, 0, 4, 0], upper: [5, 2, 5, 0] })).toBeCloseTo(2 / 3, 12);
  });
});
