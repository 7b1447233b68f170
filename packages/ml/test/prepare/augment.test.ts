import { describe, expect, it } from 'vitest';
import { bootstrapSeries, holtWinters, injectEvents, jitter, mae, seasonalStrength, stl } from '@novacron/ml';
import { seededRandom } from '@novacron/core';
import { FreePlaces } from '../../src/prepare/free-places.ts';
import { at } from '../at.ts';
import { classic } from '../fixtures/read-fixture.ts';

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value / values.length, 0);

describe('jitter', () => {
  it('adds noise of the size of the changes, the same for a seed', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i * 7) % 11);
    const copies = jitter(values, { copies: 5, seed: 3 });
    expect(copies).toEqual(jitter(values, { copies: 5, seed: 3 }));
    expect(copies).not.toEqual(jitter(values, { copies: 5, seed: 4 }));
    for (const copy of copies) {
      const noise = copy.map((value, i) => value - at(values, i));
      expect(Math.abs(mean(noise))).toBeLessThan(0.6);
      expect(Math.sqrt(mean(noise.map((x) => x * x)))).toBeGreaterThan(1);
    }
    expect(jitter([1, NaN, 3], { copies: 1 })[0]?.[1]).toBeNaN();
    expect(jitter([4], { copies: 2 })).toEqual([Float64Array.of(4), Float64Array.of(4)]);
    expect(() => jitter(values, { strength: -1 })).toThrow('strength');
    expect(() => jitter(values, { copies: 0 })).toThrow('copies');
  });
});

describe('bootstrapSeries', () => {
  it('keeps trend and season, and shuffles the rest', () => {
    const logarithms = classic.AirPassengers.map(Math.log);
    const copies = bootstrapSeries(logarithms, { seasonLength: 12, copies: 15 });
    for (const copy of copies) {
      expect(mae(logarithms, copy)).toBeLessThan(0.06);
      expect(mae(logarithms, copy)).toBeGreaterThan(0.005);
      expect(seasonalStrength(stl(copy, { seasonLength: 12 }))).toBeGreaterThan(0.8);
    }
  });

  it('bags a forecast: the median over copies is about as good as the model alone', () => {
    const training = classic.USAccDeaths.slice(0, 60);
    const actual = classic.USAccDeaths.slice(60);
    const forecast = (values: ArrayLike<number>) => holtWinters({ seasonLength: 12 }).fit(values).forecast(12).mean;
    const paths = bootstrapSeries(training, { seasonLength: 12, copies: 31 }).map(forecast);
    const bagged = actual.map((_, i) =>
      at(
        paths.map((path) => at(path, i)).toSorted((a, b) => a - b),
        15,
      ),
    );
    expect(mae(actual, bagged)).toBeLessThan(1.25 * mae(actual, forecast(training)));
  });

  it('walks on shuffled changes without a season, and bears short series', () => {
    const values = Array.from({ length: 50 }, (_, i) => i + ((i * 7) % 3));
    for (const copy of bootstrapSeries(values, { copies: 4, blockLength: 5 })) {
      expect(copy[0]).toBe(0);
      expect(Math.abs(at(copy, 49) - 49)).toBeLessThan(25);
    }
    expect(bootstrapSeries([3], { copies: 1 })).toEqual([Float64Array.of(3)]);
    expect(bootstrapSeries([3, NaN], { copies: 1 })).toEqual([Float64Array.of(3, 3)]);
    expect(() => bootstrapSeries([NaN])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(() => bootstrapSeries([1, 2, 3], { seasonLength: 2 })).toThrow('two seasons');
  });
});

describe('injectEvents', () => {
  const quiet = Array.from({ length: 500 }, (_, i) => 50 + ((i * 7) % 11));

  it('puts in what was asked for, apart from one another, and labels it', () => {
    const counts = { spike: 5, 'level-shift': 2, drift: 2, outage: 1 };
    const { values, events, labels } = injectEvents(quiet, { counts, duration: 20, seed: 8 });
    expect(events).toHaveLength(10);
    for (const [i, { start, length }] of events.entries()) {
      const before = events[i - 1];
      if (before !== undefined) expect(start).toBeGreaterThan(before.start + before.length);
      expect(start + length).toBeLessThanOrEqual(500);
    }
    for (const [i, value] of values.entries()) expect(value !== at(quiet, i)).toBe(labels[i] === 1);
    for (const { kind, start } of events) {
      const change = Math.abs(at(values, start) - at(quiet, start));
      if (kind === 'outage') expect(values[start]).toBe(0);
      else if (kind !== 'drift') expect(change).toBeGreaterThan(15);
      else expect(change).toBeLessThan(5);
    }
  });

  it('is the same for a seed, reports nothing during an outage if asked to, and leaves out what has no room', () => {
    expect(injectEvents(quiet, { seed: 2 })).toEqual(injectEvents(quiet, { seed: 2 }));
    expect(injectEvents(quiet, { seed: 2 })).not.toEqual(injectEvents(quiet, { seed: 3 }));
    const { values, events } = injectEvents(quiet, { counts: { outage: 1 }, outageValue: NaN });
    expect(values[at(events, 0).start]).toBeNaN();
    expect(injectEvents([1, 2, 3], { counts: { drift: 1 } }).events).toEqual([]);
    expect(injectEvents([], {}).events).toEqual([]);
    expect(injectEvents([1, 2, 3, 4], { counts: { spike: 100 } }).events.length).toBeLessThanOrEqual(2);
  });

  it('draws places as evenly as a list of all that are free would', () => {
    const random = seededRandom(5);
    const drawn = seededRandom(5);
    const taken = new Uint8Array(60);
    const places = new FreePlaces(taken, 4);
    for (let i = 0; i < 12; i++) {
      const free = [...taken.keys()].filter(
        (start) => start + 4 <= 60 && !taken.subarray(start, start + 4).includes(1),
      );
      const start = free[Math.floor(random() * free.length)];
      expect(places.draw(drawn)).toBe(start);
      if (start === undefined) break;
      taken.fill(1, Math.max(0, start - 1), start + 5);
      places.take(start - 1, start + 5);
    }
  });

  it('refuses what is no event', () => {
    expect(() => injectEvents(quiet, { counts: { flood: 1 } as object })).toThrow('flood');
    expect(() => injectEvents(quiet, { size: 0 })).toThrow('size');
    expect(() => injectEvents(quiet, { counts: { spike: -1 } })).toThrow('spike');
  });
});
