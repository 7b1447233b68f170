import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectorFromJSON, holtWinters, MlError, robustZScore, seasonalResidual } from '@novacron/ml';
import { sampleSeries } from '../../src/testing/sample-series.ts';
import { at } from '../at.ts';

const series = sampleSeries(60, 12).with(30, 900);
const saved = [
  robustZScore().fit(series),
  seasonalResidual({ seasonLength: 12 }).fit(series),
  seasonalResidual({ forecaster: holtWinters({ seasonLength: 12 }) }).fit(series),
].map((fitted) => JSON.stringify(fitted));

function errorOf(input: unknown): unknown {
  try {
    detectorFromJSON(input);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('detectorFromJSON', () => {
  it.each(['prophet', '__proto__', 'constructor'])('does not know a detector named %j', (model) => {
    expect(errorOf({ ...JSON.parse(at(saved, 0)), model })).toMatchObject({ code: 'NOVA_ML_UNSUPPORTED' });
  });

  it('refuses a forecaster', () => {
    expect(errorOf(holtWinters({ seasonLength: 12 }).fit(series).toJSON())).toMatchObject({ code: 'NOVA_ML_DAMAGED' });
  });

  it.each([
    ['anomalies', 'AAAAAAAA8D8='],
    ['threshold', 0],
    ['minimumDeviation', -1],
    ['baseline', 'text'],
  ])('refuses damaged %s', (field, value) => {
    expect(errorOf({ ...JSON.parse(at(saved, 0)), [field]: value })).toMatchObject({ code: 'NOVA_ML_DAMAGED' });
  });

  it('refuses places in a ring that do not exist', () => {
    const parsed = JSON.parse(at(saved, 1)) as { baseline: { profile: { next: string } } };
    parsed.baseline.profile.next = btoa('\0\0\0\0\0\0\x59\x40'.repeat(12)); // 100
    expect(errorOf(parsed)).toMatchObject({ code: 'NOVA_ML_DAMAGED' });
  });

  it('survives any damage to the text with a typed error or a usable detector', () => {
    const damage = fc.record({
      which: fc.integer({ min: 0, max: saved.length - 1 }),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.integer({ min: 0, max: 40 }),
      insert: fc.string({ maxLength: 6 }),
    });
    fc.assert(
      fc.property(damage, ({ which, from, remove, insert }) => {
        const text = at(saved, which);
        const start = Math.floor(from * text.length);
        try {
          const scores = detectorFromJSON(text.slice(0, start) + insert + text.slice(start + remove)).score([50, 51]);
          expect(scores).toHaveLength(2);
        } catch (error) {
          if (!MlError.isInstance(error)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
