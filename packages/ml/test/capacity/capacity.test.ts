import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import {
  arima,
  degradationTrend,
  drift,
  forecastBudget,
  historicalMean,
  peakInWindow,
  saturationHeadroom,
  timeToThreshold,
  type ForecastSource,
} from '@novacron/ml';
import { forecastPaths, quantileOf } from '../../src/capacity/forecast-paths.ts';
import { normalQuantile } from '../../src/statistics/normal-quantile.ts';
import { at } from '../at.ts';

/** A forecast whose spread is known. */
const known = (meanAt: (step: number) => number, deviationAt: (step: number) => number): ForecastSource => ({
  forecast: (horizon, options) => ({
    mean: Float64Array.from({ length: horizon }, (_, step) => meanAt(step + 1)),
    intervals: (options?.levels ?? []).map((level) => ({
      level,
      lower: Float64Array.from(
        { length: horizon },
        (_, s) => meanAt(s + 1) - normalQuantile(0.5 + level / 2) * deviationAt(s + 1),
      ),
      upper: Float64Array.from(
        { length: horizon },
        (_, s) => meanAt(s + 1) + normalQuantile(0.5 + level / 2) * deviationAt(s + 1),
      ),
    })),
  }),
});
const flat = known(
  () => 50,
  () => 4,
);
const walk = known(
  () => 0,
  (step) => Math.sqrt(step),
);

describe('forecastPaths', () => {
  it('has the spread of the forecast at every step', () => {
    const paths = forecastPaths(walk, { horizon: 30, paths: 20_000 });
    for (const step of [0, 9, 29]) {
      const values = Float64Array.from(paths, (path) => at(path, step));
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      expect(Math.abs(deviation / Math.sqrt(step + 1) - 1)).toBeLessThan(0.03);
    }
  });

  it('keeps sides of different width apart, limits, and the seed', () => {
    const skewed: ForecastSource = {
      forecast: (horizon) => ({
        mean: new Float64Array(horizon),
        intervals: [
          { level: 0.8, lower: new Float64Array(horizon).fill(-1), upper: new Float64Array(horizon).fill(9) },
        ],
      }),
    };
    const ends = Float64Array.from(forecastPaths(skewed, { horizon: 1, paths: 20_000 }), (path) => at(path, 0));
    expect(Math.abs(quantileOf(ends, 0.9) - 9)).toBeLessThan(0.4);
    expect(Math.abs(quantileOf(ends, 0.1) + 1)).toBeLessThan(0.1);
    const limited = forecastPaths(flat, { horizon: 5, minimum: 49, maximum: 51, seed: 2 });
    expect(limited.every((path) => path.every((value) => value >= 49 && value <= 51))).toBe(true);
    expect(forecastPaths(flat, { horizon: 5, seed: 2 })).toEqual(forecastPaths(flat, { horizon: 5, seed: 2 }));
    expect(forecastPaths(flat, { horizon: 5, seed: 2 })).not.toEqual(forecastPaths(flat, { horizon: 5, seed: 3 }));
  });
});

describe('all questions', () => {
  const questions: readonly (readonly [string, (source: ForecastSource, options: object) => unknown])[] = [
    ['timeToThreshold', (source, options) => timeToThreshold(source, { threshold: 60, horizon: 5, ...options })],
    ['forecastBudget', (source, options) => forecastBudget(source, { budget: 200, horizon: 5, ...options })],
    ['peakInWindow', (source, options) => peakInWindow(source, { horizon: 5, ...options })],
    ['saturationHeadroom', (source, options) => saturationHeadroom(source, { capacity: 60, horizon: 5, ...options })],
  ];
  const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });

  it.each(questions)('%s refuses limits that are none', (_, ask) => {
    for (const options of [{ minimum: NaN }, { maximum: NaN }, { minimum: 5, maximum: 4 }]) {
      expect(() => ask(flat, options)).toThrow(invalid);
    }
  });

  it.each(questions)('%s refuses a model that gives no numbers, or none at all', (_, ask) => {
    const missing = known(
      (step) => (step === 3 ? NaN : 50),
      () => 4,
    );
    const endless = known(
      () => 50,
      () => Infinity,
    );
    const crossed = known(
      () => 50,
      () => -1,
    );
    const short: ForecastSource = { forecast: () => flat.forecast(2, { levels: [0.8] }) };
    for (const source of [missing, endless, crossed, short, {}, undefined]) {
      expect(() => ask(source as ForecastSource, {})).toThrow(invalid);
    }
  });

  it.each(questions)('%s asks the model but once', (_, ask) => {
    let asked = 0;
    const counting: ForecastSource = { forecast: (...given) => (asked++, flat.forecast(...given)) };
    ask(counting, {});
    expect(asked).toBe(1);
  });

  it('draw futures of any size, or say that they are too large', () => {
    const huge = known(
      () => 1e200,
      (step) => 1e199 * step,
    );
    const small = known(
      () => 10,
      (step) => step,
    );
    const peak = peakInWindow(huge, { horizon: 5 });
    expect(peak.expected / 1e199).toBeCloseTo(peakInWindow(small, { horizon: 5 }).expected, 9);
    const last = known(
      () => 1e308,
      () => 1e307,
    );
    const overflow: unknown = expect.objectContaining({ code: 'NOVA_ML_OVERFLOW' });
    expect(() => forecastBudget(last, { horizon: 5, budget: 1 })).toThrow(overflow);
    const nearlyLast = known(
      () => 1.7e308,
      () => 5e306,
    );
    expect(() => peakInWindow(nearlyLast, { horizon: 5 })).toThrow(overflow);
  });

  it('take the interval that the model gives', () => {
    const wide: ForecastSource = { forecast: (horizon) => flat.forecast(horizon, { levels: [0.95] }) };
    const asked = peakInWindow(flat, { horizon: 5 });
    expect(peakInWindow(wide, { horizon: 5 }).high).toBeCloseTo(asked.high, 6);
  });
});

describe('timeToThreshold', () => {
  it('knows when a line without doubt arrives, from either side', () => {
    const line = known(
      (step) => step,
      () => 0,
    );
    expect(timeToThreshold(line, { threshold: 12, horizon: 30 })).toMatchObject({
      probability: 1,
      early: 12,
      median: 12,
      late: 12,
    });
    const falling = known(
      (step) => -step,
      () => 0,
    );
    expect(timeToThreshold(falling, { threshold: -7, direction: 'below', horizon: 30 }).median).toBe(7);
    expect(timeToThreshold(line, { threshold: 99, horizon: 30 })).toMatchObject({ probability: 0, median: undefined });
  });

  it('gives a random walk the probability that theory gives it', () => {
    // Reflection: P(max of n steps >= a) is near 2 P(N >= (a + 0.583) / sqrt(n)); 0.583 is for the discrete steps.
    const { by, probability } = timeToThreshold(walk, { threshold: 10, horizon: 100, paths: 20_000 });
    expect(Math.abs(probability - 0.29)).toBeLessThan(0.05);
    expect([...by]).toEqual([...by].toSorted((a, b) => a - b));
    expect(by.at(-1)).toBe(probability);
  });

  it('says of a real disk with a real model when it is full', () => {
    const random = seededRandom(5);
    const disk = Array.from({ length: 120 }, (_, day) => 200 + 1.5 * day + 4 * random());
    const full = timeToThreshold(drift().fit(disk), { threshold: 500, horizon: 365, minimum: 0 });
    expect(full.probability).toBeGreaterThan(0.95);
    expect(Math.abs((full.median ?? NaN) - 80)).toBeLessThan(8);
    expect(full.early ?? NaN).toBeLessThan(full.median ?? NaN);
    expect(full.late ?? NaN).toBeGreaterThan(full.median ?? NaN);
  });

  it.each([
    { threshold: NaN, horizon: 3 },
    { threshold: 1, horizon: 0 },
    { threshold: 1, horizon: 100_000, paths: 100_000 },
    { threshold: 1, horizon: 3, paths: 1 },
    { threshold: 1, horizon: 3, seed: -1 },
    { threshold: 1, horizon: 3, direction: 'left' },
  ])('refuses %j', (options) => {
    expect(() => timeToThreshold(flat, options as never)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  it('needs intervals', () => {
    const bare: ForecastSource = { forecast: (horizon) => ({ mean: new Float64Array(horizon), intervals: [] }) };
    expect(() => timeToThreshold(bare, { threshold: 1, horizon: 3 })).toThrow(/intervals/);
  });
});

describe('peakInWindow and saturationHeadroom', () => {
  it('finds a peak higher than that of the mean, in its window', () => {
    const hill = known(
      (step) => 100 - Math.abs(step - 10) * 5,
      () => 2,
    );
    const peak = peakInWindow(hill, { horizon: 24 });
    expect(peak.step).toBe(10);
    expect(peak.expected).toBeGreaterThan(100);
    expect(peak.high).toBeGreaterThan(peak.expected);
    expect(peakInWindow(hill, { horizon: 24, from: 15 }).expected).toBeLessThan(82);
  });

  it('says what is left, and how likely it is that nothing is', () => {
    const plenty = saturationHeadroom(flat, { capacity: 100, horizon: 10 });
    expect(plenty.saturation).toBe(0);
    expect(plenty.ratio).toBeCloseTo(plenty.headroom / 100, 12);
    expect(plenty.headroom).toBeCloseTo(100 - plenty.peak.high, 12);
    expect(saturationHeadroom(flat, { capacity: 52, horizon: 10 })).toMatchObject({
      saturation: expect.closeTo(0.95, 1),
    });
    expect(() => saturationHeadroom(flat, { capacity: 0, horizon: 10 })).toThrow(/capacity/);
    expect(() => peakInWindow(flat, { horizon: 10, from: 11 })).toThrow(/from/);
    expect(() => peakInWindow(flat, { horizon: 10, probability: 1 })).toThrow(/probability/);
  });
});

describe('forecastBudget', () => {
  it('adds up what is to come and says how likely it is too much', () => {
    const costs = known(
      () => 10,
      () => 1,
    );
    const { expected, low, high, overspend, usedUpBy } = forecastBudget(costs, { horizon: 25, spent: 50, budget: 300 });
    expect(Math.abs(expected - 300)).toBeLessThan(1);
    expect(high - low).toBeLessThan(2 * 1.645 * 5 * 1.1); // independent days: five times the spread of one
    expect(Math.abs(overspend - 0.5)).toBeLessThan(0.06);
    expect(usedUpBy === undefined || usedUpBy === 25).toBe(true);
    expect(forecastBudget(costs, { horizon: 25, spent: 50, budget: 150 }).usedUpBy).toBe(11);
    expect(forecastBudget(historicalMean().fit([5, 5, 5]), { horizon: 4, budget: 100 })).toMatchObject({
      expected: 20,
      overspend: 0,
      usedUpBy: undefined,
    });
    expect(() => forecastBudget(costs, { horizon: 5, budget: Infinity })).toThrow(/budget/);
  });

  it('takes any fitted model', () => {
    const fitted = arima({ order: [1, 0, 0] }).fit(Array.from({ length: 60 }, (_, i) => 30 + ((i * 7) % 11)));
    expect(Math.abs(forecastBudget(fitted, { horizon: 30, budget: 2_000 }).expected - 1_050)).toBeLessThan(30);
  });
});

describe('degradationTrend', () => {
  it('finds a slope that a quarter of outliers does not move', () => {
    const worn = Array.from({ length: 80 }, (_, i) => 5 + 0.1 * i + (i % 4 === 1 ? 300 : 0));
    const { slope, level, stepsLeft } = degradationTrend(worn, { threshold: 20 });
    expect(slope).toBeCloseTo(0.1, 2);
    expect(Math.abs(level - 12.9)).toBeLessThan(0.2);
    expect(Math.abs((stepsLeft ?? NaN) - 71)).toBeLessThan(4);
  });

  it('calls chance a trend as often as the p-value says', () => {
    const random = seededRandom(31);
    const found = Array.from(
      { length: 400 },
      () => degradationTrend(Array.from({ length: 30 }, () => random())).pValue < 0.05,
    );
    const share = found.filter(Boolean).length / 400;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.08);
  });

  it('agrees with the Mann-Kendall test by hand', () => {
    // S = 8 of 10 pairs up less 2 down; variance 5 * 4 * 15 / 18; z = 5 / 4.08.
    expect(degradationTrend([1, 3, 2, 5, 4]).pValue).toBeCloseTo(0.2207, 3);
  });

  it('bears gaps, ties, length, and a trend that leads away', () => {
    expect(degradationTrend([1, NaN, 3, NaN, 5, 6]).slope).toBeCloseTo(1, 12);
    expect(degradationTrend([2, 2, 2, 2], { threshold: 3 })).toEqual({
      slope: 0,
      level: 2,
      pValue: 1,
      stepsLeft: Infinity,
    });
    expect(degradationTrend([2, 2, 2, 2], { threshold: 2 }).stepsLeft).toBe(0);
    expect(degradationTrend([5, 4, 3, 2], { threshold: 9 }).stepsLeft).toBe(Infinity);
    const long = Float64Array.from({ length: 100_000 }, (_, i) => i / 7);
    expect(degradationTrend(long).slope).toBeCloseTo(1 / 7, 9);
    expect(() => degradationTrend([1, 2, 3])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(() => degradationTrend([1, 2, 3, 4], { threshold: NaN })).toThrow(/threshold/);
  });
});
