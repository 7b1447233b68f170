import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fittedFromJSON, holtWinters, MlError, naive } from '@novacron/ml';
import { classic } from '../fixtures/read-fixture.ts';

const saved = JSON.stringify(holtWinters({ seasonLength: 12 }).fit(classic.AirPassengers));

function errorOf(input: unknown): unknown {
  try {
    fittedFromJSON(input);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('fittedFromJSON', () => {
  it('takes a text or what was parsed from it', () => {
    expect(fittedFromJSON(saved).forecast(3)).toEqual(fittedFromJSON(JSON.parse(saved)).forecast(3));
  });

  it('says which version it reads when it gets a later one', () => {
    const later = { ...JSON.parse(saved), version: 2 };
    expect(errorOf(later)).toMatchObject({ code: 'NOVA_ML_UNSUPPORTED', kind: 'unsupported', details: { version: 2 } });
  });

  it.each(['lstm', '__proto__', 'constructor', 'toString', ''])('does not know a model named %j', (model) => {
    expect(errorOf({ ...JSON.parse(saved), model })).toMatchObject({ code: 'NOVA_ML_UNSUPPORTED', details: { model } });
  });

  it.each([
    undefined,
    null,
    7,
    'no JSON',
    '[]',
    '7',
    [],
    true,
    {},
    { format: 'novacron-detector', version: 1, model: 'ets' },
  ])('refuses %j', (input) => {
    expect(errorOf(input)).toMatchObject({ code: 'NOVA_ML_DAMAGED', kind: 'invalid' });
  });

  it('believes no inherited field', () => {
    expect(errorOf(Object.create(JSON.parse(saved) as object))).toMatchObject({ code: 'NOVA_ML_DAMAGED' });
  });

  it('reads a season of the length that its arrays have, and no other', () => {
    expect(errorOf({ ...JSON.parse(saved), seasonLength: 500_000 })).toMatchObject({ code: 'NOVA_ML_DAMAGED' });
    expect(errorOf({ ...JSON.parse(saved), position: 12 })).toMatchObject({ code: 'NOVA_ML_DAMAGED' });
  });

  it('survives any damage to the text with a typed error or a usable model', () => {
    const damage = fc.record({
      at: fc.integer({ min: 0, max: saved.length - 1 }),
      remove: fc.integer({ min: 0, max: 40 }),
      insert: fc.string({ maxLength: 6 }),
    });
    fc.assert(
      fc.property(damage, ({ at, remove, insert }) => {
        try {
          const { mean } = fittedFromJSON(saved.slice(0, at) + insert + saved.slice(at + remove)).forecast(5);
          expect(mean.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!MlError.isInstance(error)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the sign of zero', () => {
    const fitted = naive().fit([1, -0]);
    expect(Object.is(fittedFromJSON(JSON.stringify(fitted)).forecast(1).mean[0], -0)).toBe(true);
  });
});
