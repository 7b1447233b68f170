import { describe, expect, it } from 'vitest';
import { holt, MlError, naive, type FittedForecaster } from '@novacron/ml';
import { Conformal } from '../../../src/forecast/auto/conformal.ts';
import { outlook, type OutlookMembers } from '../../../src/forecast/auto/outlook.ts';
import { at } from '../../at.ts';

const values = Array.from({ length: 50 }, (_, i) => 10 + (i % 3));
const conformal = Conformal.of([Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : -1))]);
const alone = (fitted: FittedForecaster): OutlookMembers => ({
  members: [{ name: fitted.name, weight: 1, error: 1, fitted }],
  robust: false,
  seasonLength: 1,
  low: 0,
  high: 100,
  conformal,
  observed: 50,
});
const between = (a: number, b: number): number => ((Math.sqrt(a) + Math.sqrt(b)) / 2) ** 2;
const widthOf = (asked: OutlookMembers, step: number): number => at(at(outlook(asked, 5, [0.95]).widths, 0), step);

describe('outlook', () => {
  it('lies between what the validation and what the member says, by square roots, and is wider after few values', () => {
    const fitted = naive().fit(values);
    const [interval] = fitted.forecast(5, { levels: [0.95] }).intervals;
    const said = (at(interval?.upper ?? [], 3) - at(interval?.lower ?? [], 3)) / 2;
    const learned = at(conformal.widths(0.95, 4), 3);
    expect(widthOf(alone(fitted), 3)).toBeCloseTo(between(said, learned) * (1 + 8 / 50), 12);
    expect(widthOf({ ...alone(fitted), observed: 5_000 }, 3)).toBeLessThan(widthOf(alone(fitted), 3));
  });

  it('takes no more of a member than all that is plausible', () => {
    const fitted = holt().fit(values.map((value, i) => value + (i > 45 ? 1e6 * i : 0)));
    const widest = between(100, at(conformal.widths(0.95, 5), 4));
    expect(widthOf(alone(fitted), 4)).toBeCloseTo(widest * (1 + 8 / 50), 9);
  });

  it('does not take one that is 0 for certainty', () => {
    const neverWrong = Conformal.of([new Float64Array(24)]);
    const fitted = naive().fit(values);
    expect(widthOf({ ...alone(fitted), conformal: neverWrong }, 0)).toBeGreaterThan(0);
    const exact = naive().fit(values.map(() => 10));
    expect(widthOf(alone(exact), 0)).toBeGreaterThan(0);
  });

  it('goes on with the last width of the member beyond the steps that it is asked for', () => {
    const { widths } = outlook(alone(naive().fit(values)), 20_002, [0.95]);
    const row = at(widths, 0);
    expect(at(row, 20_001)).toBeGreaterThan(0.999 * at(row, 19_999));
    expect(at(row, 20_001)).toBeLessThan(1.001 * at(row, 19_999));
  });

  it('goes by the validation alone where the intervals of a member leave the range of numbers', () => {
    const fitted = naive().fit(values);
    const overflowing = Object.create(fitted, {
      forecast: {
        value: (horizon: number, options: { levels: readonly number[] }) => {
          if (options.levels.length > 0)
            throw new MlError({ kind: 'invalid', code: 'NOVA_ML_OVERFLOW', message: 'no' });
          return fitted.forecast(horizon, options);
        },
      },
      name: { value: 'overflowing' },
    }) as FittedForecaster;
    expect(widthOf(alone(overflowing), 2)).toBeCloseTo(at(conformal.widths(0.95, 3), 2) * (1 + 8 / 50), 12);
  });
});
