import { NovaError } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import type { Detector, FittedDetector } from '../detect/contract.ts';
import { sampleSeries, thrownBy } from './sample-series.ts';

/** What the suite needs to know about a detector. */
export interface DescribeDetectorOptions {
  /** Brings a saved detector back, as `detectorFromJSON` does for the detectors of this package. */
  readonly fromJSON: (saved: unknown) => FittedDetector;
  /** The season of the series that the suite makes. @default 12 */
  readonly seasonLength?: number | undefined;
}

const hostileSeries: readonly (readonly [string, readonly number[]])[] = [
  ['zeros', Array.from({ length: 60 }, () => 0)],
  ['a constant', Array.from({ length: 60 }, () => 7.25)],
  ['huge values', Array.from({ length: 60 }, (_, i) => (i % 5) * 1e299)],
  ['denormal values', Array.from({ length: 60 }, (_, i) => (i % 5) * Number.MIN_VALUE)],
  ['one value', [3]],
  ['three values', [3, 4, 3]],
  ['only missing values', Array.from({ length: 60 }, () => NaN)],
  ['nothing', []],
];

/**
 * Checks that a detector keeps the contract of {@link Detector}: it finds a gross outlier and little else, answers
 * anything with finite scores or a typed error, and comes back from JSON the same to the last bit. Call it at the top
 * of a vitest file.
 *
 * @param name - Shown in the test report.
 * @param make - Makes a detector; called for every test.
 * @param options - How to bring a saved detector back.
 */
export function describeDetector(name: string, make: () => Detector, options: DescribeDetectorOptions): void {
  const { fromJSON, seasonLength = 12 } = options;
  const whole = sampleSeries(seasonLength * 10, seasonLength);
  const series = whole.subarray(0, seasonLength * 8);
  const next = whole.slice(seasonLength * 8);
  const fit = (values: ArrayLike<number> = series): FittedDetector => make().fit(values);
  const typedError = (run: () => unknown): unknown => {
    const error = thrownBy(run);
    expect(NovaError.isInstance(error), String(error)).toBe(true);
    return error;
  };

  describe(`${name} keeps the detector contract`, () => {
    it('finds a gross outlier in what follows and says what it expected', () => {
      const outlier = next.with(5, 1_000);
      const found = fit().detect(outlier);
      const anomaly = found.find(({ index }) => index === 5);
      expect(anomaly).toMatchObject({ value: 1_000 });
      expect(anomaly?.score).toBeGreaterThan(fit().threshold);
      expect(anomaly?.upper).toBeLessThan(1_000);
      expect(anomaly?.expected).toBeLessThan(anomaly?.upper as number);
      expect(anomaly?.expected).toBeGreaterThan(anomaly?.lower as number);
    });

    it('finds a gross outlier in the series that it learned from', () => {
      const fitted = fit(series.with(40, -1_000));
      expect(fitted.anomalies.map(({ index }) => index)).toContain(40);
      expect(fitted.scores[40]).toBeGreaterThan(fitted.threshold);
    });

    it('hardly ever cries wolf over more of the same', () => {
      expect(fit().detect(next).length).toBeLessThanOrEqual(next.length / 20);
    });

    it('scores each value that it flags above the threshold', () => {
      const values = next.with(2, 500).with(9, -300);
      const fitted = fit();
      const scores = fitted.score(values);
      expect(scores).toHaveLength(values.length);
      for (const { index, score } of fitted.detect(values)) {
        expect(score).toBe(scores[index]);
        expect(score).toBeGreaterThan(fitted.threshold);
      }
    });

    it('detects what an update would report, and forgets it again', () => {
      const fitted = fit();
      const values = next.with(3, 700);
      const detected = fitted.detect(values);
      expect(fitted.detect(values)).toEqual(detected);
      expect(fitted.update(values)).toEqual(detected);
    });

    it('updates in any portions, and leaves a clone behind', () => {
      const fitted = fit();
      const clone = fitted.clone();
      const before = clone.score(next);
      fitted.update(next);
      expect(clone.score(next)).toEqual(before);
      for (const value of next) clone.update([value]);
      expect(clone.score(next)).toEqual(fitted.score(next));
    });

    it('leaves its input alone', () => {
      const input = series.slice();
      fit(input).update(input);
      expect(input).toEqual(series);
    });

    it('never calls a missing value an anomaly', () => {
      const fitted = fit(series.with(3, NaN));
      expect(fitted.scores[3]).toBeNaN();
      expect(fitted.score([NaN, 50])[0]).toBeNaN();
      expect(fitted.update([NaN, NaN])).toEqual([]);
    });

    it.each([Infinity, -Infinity, 1e301, 'a', null])('refuses %s as a value', (value) => {
      const broken = [...series.subarray(0, 30), value as number];
      expect(typedError(() => fit(broken))).toMatchObject({ kind: 'invalid' });
      const fitted = fit();
      const before = fitted.score(next);
      expect(typedError(() => fitted.update([50, value as number]))).toMatchObject({ kind: 'invalid' });
      expect(fitted.score(next)).toEqual(before);
    });

    it.each([7, 'a', null, undefined, {}])('refuses %j in place of values', (values) => {
      const fitted = fit();
      const before = JSON.stringify(fitted);
      expect(typedError(() => fitted.update(values as never))).toMatchObject({ kind: 'invalid' });
      expect(typedError(() => fitted.score(values as never))).toMatchObject({ kind: 'invalid' });
      expect(JSON.stringify(fitted)).toBe(before);
    });

    it.each(hostileSeries)('answers %s with finite scores or a typed error', (_, values) => {
      const error = thrownBy(() => {
        const scores = fit(values).score([0, 1, -1e300, 7.25]);
        expect(scores.every((score) => score >= 0 && Number.isFinite(score))).toBe(true);
      });
      expect(error === undefined || NovaError.isInstance(error), String(error)).toBe(true);
    });

    it('is the same to the last bit after a way through JSON text', () => {
      const fitted = fit(series.with(20, 900));
      fitted.update([51, NaN, 49, 800]);
      const text = JSON.stringify(fitted);
      const restored = fromJSON(JSON.parse(text));
      expect(JSON.stringify(restored)).toBe(text);
      expect(restored.describe()).toEqual(fitted.describe());
      expect(restored.anomalies).toEqual(fitted.anomalies);
      expect(restored.scores).toEqual(fitted.scores);
      expect(restored.update(next)).toEqual(fitted.update(next));
      expect(restored.score(next)).toEqual(fitted.score(next));
    });

    it('refuses saved JSON when any field is gone or is something else', () => {
      const saved = { ...fit().toJSON() } as Record<string, unknown>;
      for (const field of Object.keys(saved)) {
        const { [field]: _, ...without } = saved;
        typedError(() => fromJSON(without));
        for (const wrong of [null, {}, -1.5, '!', []]) typedError(() => fromJSON({ ...saved, [field]: wrong }));
      }
    });

    it('does not start when its signal has fired', () => {
      expect(typedError(() => make().fit(series, { signal: AbortSignal.abort() }))).toMatchObject({ kind: 'aborted' });
    });
  });
}
