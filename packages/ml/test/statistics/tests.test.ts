import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autocorrelation,
  dickeyFullerTest,
  jarqueBeraTest,
  kpssTest,
  ljungBoxTest,
  MlError,
  partialAutocorrelation,
} from '@novacron/ml';
import { at } from '../at.ts';
import { classic, readFixture, relativeDifference } from '../fixtures/read-fixture.ts';

interface Statistic {
  readonly stat: number;
  readonly p?: number;
  readonly lag?: number;
  readonly lags?: number;
}
interface GoldenR {
  readonly kpss_level: Statistic;
  readonly kpss_trend: Statistic;
  readonly adf: Statistic;
  readonly ljung10: Statistic;
  readonly ljung24: Statistic;
  readonly acf: readonly number[];
  readonly pacf: readonly number[];
}
interface GoldenStatsmodels {
  readonly adf_c_aic: Required<Pick<Statistic, 'stat' | 'p' | 'lag'>>;
  readonly adf_ct_lag4: Required<Pick<Statistic, 'stat' | 'p'>>;
  readonly kpss_c_auto: Required<Pick<Statistic, 'stat' | 'p' | 'lags'>>;
  readonly kpss_ct_legacy: Required<Pick<Statistic, 'stat' | 'lags'>>;
  readonly ljungbox: Readonly<Record<string, Required<Pick<Statistic, 'stat' | 'p'>>>>;
}
const series: Readonly<Record<string, readonly number[]>> = { ...classic };
const ofR = Object.entries(readFixture<Record<string, GoldenR>>('tests.json'));
const ofStatsmodels = Object.entries(readFixture<Record<string, GoldenStatsmodels>>('tests-statsmodels.json'));

function expectNear(ours: number, theirs: number, tolerance: number): void {
  expect(Math.abs(ours / theirs - 1), `${ours} against ${theirs}`).toBeLessThan(tolerance);
}

describe.each(ofR)('on %s, as R', (name, golden) => {
  const values = at(series, name);

  it('computes the KPSS statistics', () => {
    const level = kpssTest(values, { lags: 'short' });
    expectNear(level.statistic, golden.kpss_level.stat, 1e-9);
    expect(level.lags).toBe(golden.kpss_level.lag);
    expectNear(kpssTest(values, { around: 'trend', lags: 'short' }).statistic, golden.kpss_trend.stat, 1e-9);
  });

  it('computes the Dickey-Fuller statistic', () => {
    const lags = golden.adf.lag ?? NaN;
    expectNear(dickeyFullerTest(values, { around: 'trend', lags }).statistic, golden.adf.stat, 1e-8);
  });

  it('computes Ljung-Box, autocorrelations and partial ones', () => {
    expectNear(ljungBoxTest(values, { lags: 10 }).statistic, golden.ljung10.stat, 1e-10);
    expectNear(ljungBoxTest(values, { lags: 24 }).statistic, golden.ljung24.stat, 1e-10);
    expect(relativeDifference(autocorrelation(values, 24), golden.acf)).toBeLessThan(1e-9);
    expect(relativeDifference(partialAutocorrelation(values, golden.pacf.length), golden.pacf)).toBeLessThan(1e-9);
  });
});

describe.each(ofStatsmodels)('on %s, as statsmodels', (name, golden) => {
  const values = at(series, name);

  it('chooses the lags of the Dickey-Fuller test and gives its p-value', () => {
    const level = dickeyFullerTest(values);
    expectNear(level.statistic, golden.adf_c_aic.stat, 1e-7);
    expect(level.lags).toBe(golden.adf_c_aic.lag);
    expect(Math.abs(level.pValue - golden.adf_c_aic.p)).toBeLessThan(1e-8);
    const trend = dickeyFullerTest(values, { around: 'trend', lags: 4 });
    expectNear(trend.statistic, golden.adf_ct_lag4.stat, 1e-8);
    expect(Math.abs(trend.pValue - golden.adf_ct_lag4.p)).toBeLessThan(1e-8);
  });

  it('chooses the lags of the KPSS test and gives its p-value', () => {
    const level = kpssTest(values);
    expectNear(level.statistic, golden.kpss_c_auto.stat, 1e-8);
    expect(level.lags).toBe(golden.kpss_c_auto.lags);
    expect(level.pValue).toBeCloseTo(golden.kpss_c_auto.p, 6);
    const trend = kpssTest(values, { around: 'trend', lags: golden.kpss_ct_legacy.lags });
    expectNear(trend.statistic, golden.kpss_ct_legacy.stat, 1e-8);
  });

  it('gives the p-values of Ljung and Box, however small', () => {
    for (const [lags, { stat, p }] of Object.entries(golden.ljungbox)) {
      const { statistic, pValue } = ljungBoxTest(values, { lags: Number(lags) });
      expectNear(statistic, stat, 1e-10);
      if (p > 0) expectNear(pValue, p, 1e-8);
      else expect(pValue).toBeLessThan(1e-300);
    }
  });
});

describe('tests of statistics', () => {
  it('know noise from a walk', () => {
    let level = 0;
    const noise = Array.from({ length: 300 }, (_, i) => Math.sin(i * i * 12.9898) * 3);
    const walk = noise.map((step) => (level += step));
    expect(dickeyFullerTest(noise).pValue).toBeLessThan(0.01);
    expect(dickeyFullerTest(walk).pValue).toBeGreaterThan(0.05);
    expect(kpssTest(noise).pValue).toBe(0.1);
    expect(kpssTest(walk).pValue).toBeLessThan(0.05);
    expect(ljungBoxTest(walk).pValue).toBeLessThan(1e-10);
  });

  it('read the p-value of KPSS off its table, between the points too', () => {
    const values = classic.WWWusage;
    const { statistic, pValue } = kpssTest(values, { lags: 4 });
    expect(statistic).toBeCloseTo(0.4542, 3);
    expect(pValue).toBeGreaterThan(0.05);
    expect(pValue).toBeLessThan(0.06);
  });

  it('take residuals with missing values where their order allows it', () => {
    const residuals = [NaN, NaN, 1, -1, 0.5, NaN, 0.2, -0.3, 0.1];
    expect(ljungBoxTest(residuals, { lags: 2 }).pValue).toBeGreaterThan(0);
    expect(() => kpssTest(residuals)).toThrow('values[5] is missing');
    expect(kpssTest([NaN, ...classic.Nile, NaN])).toEqual(kpssTest(classic.Nile));
  });

  it('know normal values from others', () => {
    const normal = Array.from({ length: 200 }, (_, i) => {
      return Math.sqrt(-2 * Math.log((i + 0.5) / 200)) * Math.cos(2 * Math.PI * ((i * 0.618034) % 1));
    });
    expect(jarqueBeraTest(normal).pValue).toBeGreaterThan(0.05);
    expect(jarqueBeraTest(normal.map(Math.exp)).pValue).toBeLessThan(0.001);
    expect(jarqueBeraTest([5, 5, 5])).toEqual({ statistic: 0, pValue: 1, skewness: 0, kurtosis: 3 });
  });

  it('lower the degrees of freedom by the coefficients of the model', () => {
    const plain = ljungBoxTest(classic.Nile, { lags: 5 }).pValue;
    expect(ljungBoxTest(classic.Nile, { lags: 5, coefficients: 2 }).pValue).toBeLessThan(plain);
  });

  it('refuse what they cannot test', () => {
    expect(() => kpssTest([1, 2, 3])).toThrow('at least 4');
    expect(() => dickeyFullerTest([1, 1, 1, 1, 1, 1, 1])).toThrow('not all equal');
    expect(() => dickeyFullerTest(classic.Nile, { lags: 80 })).toThrow('lags');
    expect(() => ljungBoxTest([1, 2])).toThrow('at least 3');
    expect(() => ljungBoxTest(classic.Nile, { lags: 100 })).toThrow('lags');
    expect(() => jarqueBeraTest([1])).toThrow('at least 3');
    expect(() => autocorrelation([1], 0)).toThrow('at least 2');
    expect(() => kpssTest([1, 2, 3, Infinity])).toThrow('within');
  });

  it('give numbers or a typed error for any values', () => {
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 2 }),
      fc.constant(NaN),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), (values) => {
        for (const test of [kpssTest, dickeyFullerTest, ljungBoxTest, jarqueBeraTest]) {
          try {
            const { pValue } = test(values);
            expect(pValue >= 0 && pValue <= 1).toBe(true);
          } catch (error) {
            if (!MlError.isInstance(error)) throw error;
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
