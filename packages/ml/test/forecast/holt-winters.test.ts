import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { holtWinters, mase, seasonalNaive } from '@novacron/ml';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

interface Golden {
  readonly hw_add_USAccDeaths: { sse: number; par: Record<string, number>; forecast: GoldenForecast };
  readonly hw_add_damped_AP: {
    sse: number;
    forecast: readonly number[];
    params: Record<
      | 'smoothing_level'
      | 'smoothing_trend'
      | 'smoothing_seasonal'
      | 'damping_trend'
      | 'initial_level'
      | 'initial_trend',
      number
    > & { initial_seasons: readonly number[] };
  };
  readonly HoltWinters_stats_co2_add: {
    alpha: number;
    beta: number;
    gamma: number;
    SSE: number;
    coefficients: Record<string, number>;
    predict: readonly number[];
  };
}

const golden = readFixture<Golden>('smoothing.json');

/** The start values of R's HoltWinters(): a centred moving average over two seasons, and a line through it. */
function startOfR(values: readonly number[], m: number): { level: number; slope: number; season: number[] } {
  const trend = Array.from({ length: m }, (_, i) => {
    const first = at(values, i) / 2 + at(values, i + m) / 2;
    return (first + values.slice(i + 1, i + m).reduce((sum, value) => sum + value, 0)) / m;
  });
  const meanTime = (m + 1) / 2;
  const meanTrend = trend.reduce((sum, value) => sum + value, 0) / m;
  const products = trend.reduce((sum, value, i) => sum + (i + 1 - meanTime) * (value - meanTrend), 0);
  const squares = trend.reduce((sum, _, i) => sum + (i + 1 - meanTime) ** 2, 0);
  const slope = products / squares;
  const season = Array.from({ length: m }, () => 0);
  trend.forEach((value, i) => (season[(i + m / 2) % m] = at(values, i + m / 2) - value));
  const average = season.reduce((sum, value) => sum + value, 0) / m;
  return { level: meanTrend - slope * meanTime, slope, season: season.map((value) => value - average) };
}

describe('holtWinters', () => {
  it('runs the same recursion as HoltWinters() of R', () => {
    const { alpha, beta, gamma, SSE, coefficients, predict } = golden.HoltWinters_stats_co2_add;
    const fitted = holtWinters({
      seasonLength: 12,
      // R smooths the season towards what the new level leaves, ETS towards what the old one leaves.
      parameters: { alpha, beta: alpha * beta, gamma: gamma * (1 - alpha) },
      initial: startOfR(classic.co2, 12),
    }).fit(classic.co2.slice(12));
    expect(relativeDifference(fitted.forecast(24).mean, predict)).toBeLessThan(1e-10);
    expect(fitted.describe().rmse ** 2 * (classic.co2.length - 12)).toBeCloseTo(SSE, 8);
    expect(at(coefficients, 'a') + at(coefficients, 'b') + at(coefficients, 's1')).toBeCloseTo(
      at(fitted.forecast(1).mean, 0),
      9,
    );
  });

  it('runs the same damped recursion as statsmodels', () => {
    const { params, sse, forecast } = golden.hw_add_damped_AP;
    const alpha = params.smoothing_level;
    const fitted = holtWinters({
      seasonLength: 12,
      damped: true,
      parameters: {
        alpha,
        beta: alpha * params.smoothing_trend,
        gamma: params.smoothing_seasonal,
        phi: params.damping_trend,
      },
      initial: {
        level: params.initial_level,
        slope: params.initial_trend,
        season: params.initial_seasons,
      },
    }).fit(classic.AirPassengers);
    // statsmodels 0.13 forecasts every 12th step with the index from before the last value.
    const others = (values: ArrayLike<number>): number[] => Array.from(values).filter((_, i) => i % 12 !== 11);
    expect(relativeDifference(others(fitted.forecast(24).mean), others(forecast))).toBeLessThan(1e-10);
    expect((fitted.describe().rmse ** 2 * 144) / sse).toBeCloseTo(1, 9);
  });

  it('fits no worse than statsmodels at the same damping', () => {
    const { params, sse } = golden.hw_add_damped_AP;
    const parameters = { phi: params.damping_trend };
    const fitted = holtWinters({ seasonLength: 12, damped: true, parameters }).fit(classic.AirPassengers);
    expect(fitted.describe().rmse ** 2 * 144).toBeLessThanOrEqual(sse * 1.001);
  });

  it('fits no worse than hw() of R, with its forecast at its parameters', () => {
    const { sse, par, forecast } = golden.hw_add_USAccDeaths;
    const ours = holtWinters({ seasonLength: 12 }).fit(classic.USAccDeaths).describe();
    expect(ours.rmse ** 2 * 72).toBeLessThanOrEqual(sse);
    const states = Array.from({ length: 11 }, (_, i) => at(par, `s${i}`));
    const season = [...states, -states.reduce((sum, state) => sum + state, 0)].reverse();
    const fitted = holtWinters({
      seasonLength: 12,
      parameters: { alpha: at(par, 'alpha'), beta: at(par, 'beta'), gamma: at(par, 'gamma') },
      initial: { level: at(par, 'l'), slope: par['b'], season },
    }).fit(classic.USAccDeaths);
    const { mean, intervals } = fitted.forecast(24);
    expect(relativeDifference(mean, forecast.mean)).toBeLessThan(1e-9);
    expect(relativeDifference(at(intervals, 1).upper, forecast.hi95)).toBeLessThan(1e-9);
  });

  it('beats the seasonal naive method on the last two years of AirPassengers', () => {
    const training = classic.AirPassengers.slice(0, 120);
    const actual = classic.AirPassengers.slice(120);
    const error = (mean: Float64Array): number => mase(actual, mean, { training, seasonLength: 12 });
    const ours = error(holtWinters({ seasonLength: 12 }).fit(training).forecast(24).mean);
    expect(ours).toBeLessThan(error(seasonalNaive({ seasonLength: 12 }).fit(training).forecast(24).mean));
  });

  it('covers the future of the process that it assumes', () => {
    const random = seededRandom(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let level = 100;
    const season = Array.from({ length: 12 }, (_, i) => 10 * Math.sin((i * Math.PI) / 6));
    const values = Array.from({ length: 1_000 }, (_, i) => {
      const error = normal();
      const value = level + at(season, i % 12) + error;
      level += 0.3 * error;
      season[i % 12] = at(season, i % 12) + 0.2 * error;
      return value;
    });
    let inside = 0;
    const fitted = holtWinters({ seasonLength: 12 }).fit(values.slice(0, 500));
    for (let i = 500; i < 1_000; i++) {
      const { intervals } = fitted.forecast(1, { levels: [0.95] });
      if (at(values, i) >= at(at(intervals, 0).lower, 0) && at(values, i) <= at(at(intervals, 0).upper, 0)) inside++;
      fitted.update([at(values, i)]);
    }
    expect(inside / 500).toBeGreaterThan(0.92);
    expect(inside / 500).toBeLessThan(0.98);
  });

  it.each([1, 0, -3, 2.5, NaN])('refuses a season of %d', (seasonLength) => {
    expect(() => holtWinters({ seasonLength })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});
