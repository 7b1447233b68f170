import { describe, expect, it } from 'vitest';
import { mstl, seasonalStrength, stl, type StlOptions } from '@novacron/ml';
import { at } from '../at.ts';
import { classic, readFixture } from '../fixtures/read-fixture.ts';

const golden = readFixture<Record<string, { seasonal: number[]; trend: number[]; weights?: number[] }>>('stl.json');
const logAirPassengers = classic.AirPassengers.map(Math.log);

function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Infinity;
  return Math.max(...Array.from(ours, (value, i) => Math.abs(value - at(theirs, i))));
}

/** A daily and a weekly wave on a line. */
const load = Array.from({ length: 700 }, (_, hour) => {
  const wave = (period: number): number => Math.sin((2 * Math.PI * hour) / period);
  return 50 + hour / 100 + 8 * wave(24) + 4 * wave(168);
});

describe('stl', () => {
  it.each<[string, readonly number[], Omit<StlOptions, 'seasonLength'>]>([
    ['co2_periodic', classic.co2, { seasonWindow: 'periodic' }],
    ['logAirPassengers_s7', logAirPassengers, { seasonWindow: 7 }],
    ['nottem_s13_t25', classic.nottem, { seasonWindow: 13, trendWindow: 25 }],
    ['nottem_s13_nojump', classic.nottem, { seasonWindow: 13, trendWindow: 25, exact: true }],
    ['logAirPassengers_s7_robust', logAirPassengers, { seasonWindow: 7, robust: true }],
    ['nottem_robust_deg1', classic.nottem, { seasonWindow: 11, seasonDegree: 1, robust: true }],
    ['stl_co2_s7', classic.co2, { seasonWindow: 7, seasonDegree: 1, exact: true, rounds: 5 }],
    ['stl_co2_s7_robust', classic.co2, { seasonWindow: 7, seasonDegree: 1, exact: true, robust: true, rounds: 2 }],
  ])('%s is what R or statsmodels finds', (name, values, options) => {
    const { season, trend, remainder, weights } = stl(values, { seasonLength: 12, ...options });
    const theirs = at(golden, name);
    const range = Math.max(...values) - Math.min(...values);
    expect(largestDifference(season, theirs.seasonal)).toBeLessThan(1e-9 * range);
    expect(largestDifference(trend, theirs.trend)).toBeLessThan(1e-9 * range);
    expect(
      largestDifference(
        remainder.map((rest, i) => rest + at(season, i) + at(trend, i)),
        values,
      ),
    ).toBeLessThan(1e-9);
    if (theirs.weights !== undefined) expect(largestDifference(weights, theirs.weights)).toBeLessThan(1e-6);
  });

  it('keeps an outlier out of season and trend when robust', () => {
    const spoiled = load.map((value, i) => (i === 300 ? 500 : value));
    const plain = stl(spoiled, { seasonLength: 24 });
    const robust = stl(spoiled, { seasonLength: 24, robust: true });
    expect(robust.weights[300]).toBe(0);
    expect(at(robust.remainder, 300)).toBeGreaterThan(440);
    expect(at(plain.remainder, 300)).toBeLessThan(430);
  });

  it('bears gaps and leaves them missing in the remainder only', () => {
    const gappy = load.map((value, i) => (i % 11 === 3 || (i > 100 && i < 130) ? NaN : value));
    const { season, trend, remainder } = stl(gappy, { seasonLength: 24 });
    expect([...season, ...trend].every(Number.isFinite)).toBe(true);
    expect(remainder[110]).toBeNaN();
    expect(Math.abs(at(season, 110) - at(stl(load, { seasonLength: 24 }).season, 110))).toBeLessThan(1.5);
  });

  it.each([
    [47, 'NOVA_ML_TOO_SHORT', load.slice(0, 47)],
    [0, 'NOVA_ML_TOO_SHORT', []],
    [60, 'NOVA_ML_TOO_SHORT', Array.from({ length: 60 }, () => NaN)],
    [60, 'NOVA_ML_INVALID', [Infinity, ...load.slice(0, 59)]],
  ])('refuses %d values with %s', (_, code, values) => {
    expect(() => stl(values, { seasonLength: 24 })).toThrow(expect.objectContaining({ code }));
  });

  it.each<Partial<StlOptions>>([{ seasonLength: 1 }, { seasonWindow: 3 }, { trendWindow: 1 }, { rounds: 0 }])(
    'refuses %j',
    (options) => {
      expect(() => stl(load, { seasonLength: 24, ...options })).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
      );
    },
  );
});

describe('mstl', () => {
  it('tells a daily and a weekly season apart', () => {
    const { seasons, trend, remainder, seasonLengths } = mstl(load, { seasonLengths: [168, 24] });
    expect(seasonLengths).toEqual([24, 168]);
    expect(Math.abs(at(at(seasons, 0), 342) - 8)).toBeLessThan(0.2); // a quarter of a day into a day
    expect(Math.abs(at(trend, 350) - 53.5)).toBeLessThan(0.2);
    expect(Math.max(...remainder.map(Math.abs))).toBeLessThan(1);
  });

  it('leaves out what it has no room for and still finds the trend', () => {
    const short = load.slice(0, 40);
    const parts = mstl(short, { seasonLengths: [24] });
    expect(parts.seasonLengths).toEqual([]);
    expect([...parts.trend].every(Number.isFinite)).toBe(true);
    expect(mstl([], { seasonLengths: [] }).trend).toHaveLength(0);
  });
});

describe('seasonalStrength', () => {
  it('is near 1 for a clean season and near 0 for none', () => {
    expect(seasonalStrength(stl(classic.nottem, { seasonLength: 12 }))).toBeGreaterThan(0.9);
    const noise = Array.from({ length: 200 }, (_, i) => (i * 7919) % 211);
    expect(seasonalStrength(stl(noise, { seasonLength: 12, seasonWindow: 'periodic' }))).toBeLessThan(0.3);
    expect(
      seasonalStrength(
        stl(
          Array.from({ length: 48 }, () => 5),
          { seasonLength: 12 },
        ),
      ),
    ).toBe(0);
  });
});
