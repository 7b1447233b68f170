import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detectorFromJSON,
  fittedFromJSON,
  holtWinters,
  robustZScore,
  seasonalResidual,
  type Forecaster,
} from '@novacron/ml';
import { leaveOneOutMedians } from '../../src/detect/leave-one-out-medians.ts';
import { sampleSeries } from '../../src/testing/sample-series.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;

describe('seasonalResidual with a median profile', () => {
  it('finds a value that is only odd at its time of day, which the plain z-score does not', () => {
    const series = sampleSeries(24 * 10, 24);
    const night = 24 * 8 + 18; // the trough
    const spoilt = series.with(night, at(series, night - 12)); // the peak's value at night
    const history = spoilt.slice(0, 24 * 8);
    const next = spoilt.slice(24 * 8);
    expect(
      seasonalResidual({ seasonLength: 24 })
        .fit(history)
        .detect(next)
        .map(({ index }) => index),
    ).toEqual([18]);
    expect(robustZScore().fit(history).detect(next)).toEqual([]);
  });

  it('expects the median of the last seasons', () => {
    const days = [1, 2, 3, 4, 50, 6].flatMap((day) => [day, 100 + day]);
    const fitted = seasonalResidual({ seasonLength: 2, seasons: 3 }).fit(days);
    const [anomaly] = fitted.detect([1_000]);
    expect(anomaly?.expected).toBe(6); // of 4, 50 and 6
  });

  it('knows nothing of a phase that it never saw, and says so by NaN', () => {
    const series = Array.from({ length: 40 }, (_, i) => (i % 4 === 2 ? NaN : (i % 4) + (i % 3) / 10));
    const fitted = seasonalResidual({ seasonLength: 4 }).fit(series);
    const scores = fitted.score([0, 1, 2, 3]);
    expect(scores[2]).toBeNaN();
    expect(scores[3]).toBeGreaterThanOrEqual(0);
    expect(fitted.detect([0, 1, 1e6, 3])).toEqual([]);
  });

  it('judges a training value by the others of its phase', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(NaN)), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (values, seasonLength) => {
          const medians = leaveOneOutMedians(Float64Array.from(values), seasonLength);
          for (const [i, value] of values.entries()) {
            const others = values.filter(
              (other, j) => j !== i && j % seasonLength === i % seasonLength && !Number.isNaN(other),
            );
            others.sort((a, b) => a - b);
            const unknown = Number.isNaN(value) || others.length === 0;
            expect(medians[i]).toEqual(
              unknown ? NaN : (at(others, (others.length - 1) >> 1) + at(others, others.length >> 1)) / 2,
            );
          }
        },
      ),
    );
  });

  it('finds injected spikes on a real machine with few false alarms', () => {
    const history = hourly.slice(0, 500);
    const clean = hourly.slice(500);
    const fitted = seasonalResidual({ seasonLength: 24, threshold: 6 }).fit(history);
    const baseline = fitted.detect(clean).length;
    const spikes = [20, 71, 130];
    const spread = at(fitted.describe().parameters, 'scale');
    const spoilt = clean.map((value, i) => (spikes.includes(i) ? value + 12 * spread : value));
    const found = fitted.detect(spoilt).map(({ index }) => index);
    expect(found).toEqual(expect.arrayContaining(spikes));
    expect(baseline / clean.length).toBeLessThan(0.06);
  });
});

describe('seasonalResidual with a forecaster', () => {
  const forecaster = holtWinters({ seasonLength: 12 });

  it('is not dragged along by an outlier', () => {
    const series = sampleSeries(12 * 12, 12);
    const history = series.slice(0, 120);
    const fitted = seasonalResidual({ forecaster }).fit(history);
    const found = fitted.update(series.slice(120).with(3, 5_000));
    expect(found.map(({ index }) => index)).toEqual([3]);
  });

  it('follows a new level in the end', () => {
    const series = sampleSeries(12 * 60, 12);
    const fitted = seasonalResidual({ forecaster: holtWinters({ seasonLength: 12, parameters: { alpha: 0.3 } }) }).fit(
      series.slice(0, 120),
    );
    const shifted = series.slice(120).map((value) => value + 40);
    fitted.update(shifted.slice(0, 300));
    expect(fitted.detect(shifted.slice(300, 324))).toEqual([]);
  });

  it("takes anybody's forecaster and brings it back with their reader", () => {
    const theirs: Forecaster = { ...forecaster, name: 'theirs' };
    const fitted = seasonalResidual({ forecaster: theirs }).fit(sampleSeries(100, 12));
    const seen: unknown[] = [];
    const restored = detectorFromJSON(JSON.parse(JSON.stringify(fitted)), {
      forecasterFromJSON(saved) {
        seen.push(saved);
        return fittedFromJSON(saved);
      },
    });
    expect(seen).toHaveLength(1);
    expect(restored.score([50, 60])).toEqual(fitted.score([50, 60]));
    expect(fitted.describe().parameters).toMatchObject({ seasonLength: 12, threshold: 3.5 });
  });

  it('passes the time budget on', () => {
    expect(() => seasonalResidual({ forecaster }).fit(hourly, { timeoutMs: 0 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }),
    );
  });
});

describe('seasonalResidual', () => {
  it.each([
    ['neither season nor forecaster', {}],
    ['both', { seasonLength: 12, forecaster: holtWinters({ seasonLength: 12 }) }],
    ['no season', { seasonLength: 0 }],
    ['too many seasons', { seasonLength: 12, seasons: 256 }],
  ])('refuses %s', (_, options) => {
    expect(() => seasonalResidual(options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  it('needs two seasons', () => {
    expect(() => seasonalResidual({ seasonLength: 12 }).fit(sampleSeries(12, 12))).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }),
    );
  });
});
