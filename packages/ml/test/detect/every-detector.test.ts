import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detectorFromJSON,
  holtWinters,
  MlError,
  naive,
  robustZScore,
  seasonalResidual,
  type Detector,
} from '@novacron/ml';

const detectors: readonly (readonly [string, Detector])[] = [
  ['robustZScore', robustZScore()],
  ['robustZScore with a window', robustZScore({ window: 5, threshold: 2 })],
  ['seasonalResidual', seasonalResidual({ seasonLength: 3 })],
  ['seasonalResidual of naive', seasonalResidual({ forecaster: naive() })],
  ['seasonalResidual of Holt-Winters', seasonalResidual({ forecaster: holtWinters({ seasonLength: 3 }) })],
];

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, NaN, 1e300, -1e300, 5e-324, 1e-310) },
);
const history = fc.array(value, { maxLength: 30 });
const news = fc.array(value, { maxLength: 15 });

/** What a run gives, or undefined when it refuses with a typed error. */
function answerOf<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (MlError.isInstance(error)) return undefined;
    throw error;
  }
}

describe.each(detectors)('%s, whatever short series it gets', (_, detector) => {
  it('scores with finite numbers, NaN only where nothing can be said', () => {
    fc.assert(
      fc.property(history, news, (values, next) => {
        const scores = answerOf(() => detector.fit(values).score(next));
        for (const score of scores ?? [])
          expect(Number.isNaN(score) || (score >= 0 && Number.isFinite(score))).toBe(true);
        for (const [i, each] of next.entries()) if (Number.isNaN(each) && scores) expect(scores[i]).toBeNaN();
      }),
      { numRuns: 200 },
    );
  });

  it('detects what an update reports, in any portions, before and after JSON', () => {
    fc.assert(
      fc.property(history, news, fc.nat(15), (values, next, cut) => {
        answerOf(() => {
          const fitted = detector.fit(values);
          const restored = detectorFromJSON(JSON.stringify(fitted));
          const detected = fitted.detect(next);
          const first = restored.update(next.slice(0, cut));
          const second = restored
            .update(next.slice(cut))
            .map((anomaly) => ({ ...anomaly, index: anomaly.index + cut }));
          const expected = detected.map(({ index }) => index);
          expect([...first, ...second].map(({ index }) => index)).toEqual(expected);
          expect(fitted.update(next)).toEqual(detected);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('flags exactly what scores above the threshold', () => {
    fc.assert(
      fc.property(history, news, (values, next) => {
        answerOf(() => {
          const fitted = detector.fit(values);
          const scores = fitted.score(next);
          const above = [...scores.keys()].filter((i) => (scores[i] ?? NaN) > fitted.threshold);
          expect(fitted.detect(next).map(({ index }) => index)).toEqual(above);
        });
      }),
      { numRuns: 200 },
    );
  });
});
