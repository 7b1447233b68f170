import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import {
  ets,
  reconcile,
  reconcileForecasts,
  type Forecast,
  type ReconcileForecastsOptions,
  type Total,
} from '@novacron/ml';
import { at } from '../at.ts';

const totals: readonly Total[] = [
  { name: 'cluster', parts: ['host1', 'host2'] },
  { name: 'host1', parts: ['a', 'b'] },
  { name: 'host2', parts: ['c', 'd'] },
];
const names = ['cluster', 'host1', 'host2', 'a', 'b', 'c', 'd'];
/** Standard deviations of the errors at two steps, and how much of each error is the weather that all feel. */
const sizes = { cluster: 5, host1: 3, host2: 4, a: 2, b: 1, c: 3, d: 1 };
const shared = 0.6;

const random = seededRandom(4);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Errors of all series in one step, with the sizes above. */
function drawErrors(growth: number): number[] {
  const weather = normal();
  return names.map(
    (name) => growth * sizes[name as 'a'] * (Math.sqrt(shared) * weather + Math.sqrt(1 - shared) * normal()),
  );
}

const quantile95 = 1.959963984540054;
function forecastOf(mean: readonly number[], deviations: readonly number[]): Forecast {
  const bound = (sign: number): Float64Array =>
    Float64Array.from(mean, (value, step) => value + sign * quantile95 * at(deviations, step));
  return { mean: Float64Array.from(mean), intervals: [{ level: 0.95, lower: bound(-1), upper: bound(1) }] };
}

const means: Readonly<Record<string, readonly number[]>> = {
  cluster: [100, 90],
  host1: [50, 60],
  host2: [30, 30],
  a: [20, 20],
  b: [25, 30],
  c: [28, 35],
  d: [3, 4],
};
const base = new Map(
  names.map((name) => [name, forecastOf(at(means, name), [sizes[name as 'a'], 1.5 * sizes[name as 'a']])]),
);
const draws = Array.from({ length: 3_000 }, () => drawErrors(1));
const residuals = new Map(names.map((name, k) => [name, draws.map((row) => at(row, k))]));

const widthOf = ({ intervals }: Forecast, step: number, interval = 0): number =>
  at(at(intervals, interval).upper, step) - at(at(intervals, interval).lower, step);
const get = (sums: ReadonlyMap<string, Forecast>, name: string): Forecast => sums.get(name) as Forecast;

describe('reconcileForecasts', () => {
  it.each<ReconcileForecastsOptions>([
    { method: 'bottom-up', residuals },
    { method: 'ols', residuals },
    { method: 'mint', residuals },
  ])('gives the intervals that reconciled errors have, by $method', (options) => {
    const sums = reconcileForecasts(base, totals, { ...options, levels: [0.95] });
    for (const [step, growth] of [1, 1.5].entries()) {
      // Many times: forecasts that are wrong as the residuals say, made to add up.
      const count = 20_000;
      const errors = Array.from({ length: count }, () => drawErrors(growth));
      const wrong = new Map(names.map((name, k) => [name, errors.map((row) => at(row, k))]));
      const reconciled = reconcile(wrong, totals, options);
      for (const name of names) {
        const squares = (reconciled.get(name) as Float64Array).reduce((sum, error) => sum + error * error, 0);
        const width = 2 * quantile95 * Math.sqrt(squares / count);
        expect(widthOf(get(sums, name), step) / width).toBeGreaterThan(0.96);
        expect(widthOf(get(sums, name), step) / width).toBeLessThan(1.04);
      }
    }
  });

  it('has the means of reconcile, which add up', () => {
    const sums = reconcileForecasts(base, totals, { residuals });
    const plain = reconcile(new Map(Object.entries(means)), totals, { residuals });
    for (const name of names) expect(get(sums, name).mean).toEqual(plain.get(name));
    for (const { name, parts } of totals) {
      for (const step of [0, 1]) {
        const sum = parts.reduce((total, part) => total + at(get(sums, part).mean, step), 0);
        expect(at(get(sums, name).mean, step)).toBeCloseTo(sum, 9);
      }
    }
  });

  it('makes by mint no interval wider than it was', () => {
    const sums = reconcileForecasts(base, totals, { residuals, levels: [0.95] });
    for (const name of names) {
      for (const step of [0, 1]) {
        expect(widthOf(get(sums, name), step)).toBeLessThan(1.01 * widthOf(at(Object.fromEntries(base), name), step));
      }
    }
  });

  it('adds variances up from below where nothing is known of correlations', () => {
    const sums = reconcileForecasts(base, totals, { method: 'bottom-up', levels: [0.95] });
    const variance = (name: string): number => widthOf(get(sums, name), 0) ** 2;
    expect(variance('host1')).toBeCloseTo(variance('a') + variance('b'), 9);
    expect(variance('cluster')).toBeCloseTo(variance('host1') + variance('host2'), 9);
    expect(widthOf(get(sums, 'a'), 0)).toBeCloseTo(2 * quantile95 * sizes.a, 9);
  });

  it('has the levels asked for, wider for more, and those of any other forecast without', () => {
    const sums = reconcileForecasts(base, totals, { levels: [0.5, 0.99] });
    expect(get(sums, 'a').intervals.map(({ level }) => level)).toEqual([0.5, 0.99]);
    expect(widthOf(get(sums, 'a'), 0, 1)).toBeGreaterThan(3 * widthOf(get(sums, 'a'), 0));
    const usual = reconcileForecasts(base, totals);
    expect(get(usual, 'a').intervals.map(({ level }) => level)).toEqual([0.8, 0.95]);
    expect(get(reconcileForecasts(base, totals, { levels: [] }), 'a').intervals).toEqual([]);
  });

  it('does not depend on the unit, however large or small', () => {
    const plain = reconcileForecasts(base, totals, { residuals });
    for (const unit of [2 ** 900, 2 ** -900]) {
      const scaled = new Map(
        [...base].map(([name, { mean, intervals }]) => [
          name,
          {
            mean: mean.map((value) => value * unit),
            intervals: intervals.map(({ level, lower, upper }) => ({
              level,
              lower: lower.map((value) => value * unit),
              upper: upper.map((value) => value * unit),
            })),
          },
        ]),
      );
      const sums = reconcileForecasts(scaled, totals, { residuals });
      for (const name of names)
        expect(widthOf(get(sums, name), 1) / unit / widthOf(get(plain, name), 1)).toBeCloseTo(1, 9);
    }
  });

  it('holds what comes as often as it says, for models of machines that rise and fall together', () => {
    const draw = seededRandom(11);
    const noise = (): number => draw() + draw() + draw() - 1.5;
    let inside = 0;
    let judged = 0;
    for (let fleet = 0; fleet < 300; fleet++) {
      const machines = ['x', 'y', 'z'].map(() => Array.from({ length: 81 }, () => 0));
      for (let t = 0; t < 81; t++) {
        const weather = 3 * noise();
        for (const row of machines) row[t] = 20 + weather + noise();
      }
      const [x = [], y = [], z = []] = machines;
      const all = new Map(Object.entries({ x, y, z, sum: x.map((value, t) => value + at(y, t) + at(z, t)) }));
      const fits = [...all].map(([name, values]) => [name, ets({ trend: 'none' }).fit(values.slice(0, 80))] as const);
      const sums = reconcileForecasts(
        new Map(fits.map(([name, fitted]) => [name, fitted.forecast(1)])),
        [{ name: 'sum', parts: ['x', 'y', 'z'] }],
        { residuals: new Map(fits.map(([name, { residuals: errors }]) => [name, errors])), levels: [0.8] },
      );
      for (const [name, values] of all) {
        const { lower, upper } = at(get(sums, name).intervals, 0);
        judged++;
        if (at(values, 80) >= at(lower, 0) && at(values, 80) <= at(upper, 0)) inside++;
      }
    }
    expect(inside / judged).toBeGreaterThan(0.75);
    expect(inside / judged).toBeLessThan(0.85);
  });

  it('takes as many steps as a forecast may have', () => {
    const steps = 300_000;
    const one = forecastOf(
      Array.from({ length: steps }, () => 5),
      Array.from({ length: steps }, () => 1),
    );
    const sums = reconcileForecasts(new Map(Object.entries({ sum: one, x: one })), [{ name: 'sum', parts: ['x'] }]);
    expect(get(sums, 'sum').mean).toHaveLength(steps);
    expect(widthOf(get(sums, 'sum'), steps - 1)).toBeCloseTo(widthOf(get(sums, 'x'), 0), 9);
  });

  it('gives nothing for nothing', () => {
    expect(reconcileForecasts(new Map(), [])).toEqual(new Map());
  });

  const bare = { mean: Float64Array.of(1, 2), intervals: [] };
  const upsideDown = forecastOf([1, 2], [-1, -1]);
  const short = { mean: Float64Array.of(1, 2), intervals: forecastOf([1], [1]).intervals };
  const endless = forecastOf([1, 2], [Infinity, 1]);
  it.each<[string, Map<string, Forecast>, readonly Total[], ReconcileForecastsOptions]>([
    ['a forecast without an interval', new Map([...base, ['a', bare]]), totals, {}],
    ['bounds the wrong way round', new Map([...base, ['a', upsideDown]]), totals, {}],
    ['bounds of another length', new Map([...base, ['a', short]]), totals, {}],
    ['bounds without end', new Map([...base, ['a', endless]]), totals, {}],
    ['a level of 95', base, totals, { levels: [95] }],
    ['an unknown method', base, totals, { method: 'top-down' as 'ols' }],
    ['mint without residuals', base, totals, { method: 'mint' }],
    ['a missing part', base, [{ name: 'cluster', parts: ['nobody'] }], {}],
  ])('refuses %s', (_, forecasts, sums, options) => {
    expect(() => reconcileForecasts(forecasts, sums, options)).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });
});
