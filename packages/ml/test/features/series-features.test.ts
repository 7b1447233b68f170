import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFeatures, seriesFeatures } from '@novacron/ml';
import { at } from '../at.ts';

const everything = {
  lags: [1, 3],
  windows: [2, 4],
  differences: [1, 2],
  phases: [5],
  waves: [{ seasonLength: 6, harmonics: 3 }],
};

describe('seriesFeatures', () => {
  it('knows nothing of the future: with it gone, every feature up to there is the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 40 }),
        fc.nat(39),
        (values, cut) => {
          const whole = seriesFeatures(values, everything);
          const blind = seriesFeatures(
            values.map((value, i) => (i >= cut ? NaN : value)),
            everything,
          );
          for (const [c, column] of whole.columns.entries()) {
            const kept = Math.min(cut + 1, values.length);
            expect(at(blind.columns, c).subarray(0, kept)).toEqual(column.subarray(0, kept));
          }
        },
      ),
    );
  });

  it('names and computes what it says', () => {
    const { names, columns } = seriesFeatures([4, 8, 6, 2, 10], everything);
    const now = Object.fromEntries(names.map((name, c) => [name, at(at(columns, c), 4)]));
    expect(now).toMatchObject({ lag1: 2, lag3: 8, mean4: 5, least4: 2, largest4: 8, difference1: -4, difference2: -6 });
    expect(now['phase5']).toBe(4);
    expect(now['deviation2']).toBe(2);
    expect(now['sin6.1']).toBeCloseTo(Math.sin((2 * Math.PI * 4) / 6), 12);
    expect(names).toHaveLength(2 + 8 + 2 + 1 + 6);
    expect(at(columns, 1).subarray(0, 3)).toEqual(Float64Array.of(NaN, NaN, NaN));
  });

  it('sums up every window as it would alone, gaps and sizes of all kinds included', () => {
    const value = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom(NaN, 0, 7));
    const size = fc.constantFrom(1, 2 ** 700, 2 ** -700);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), size, (plain, window, unit) => {
        const values = plain.map((x) => x * unit);
        const [means, deviations, leasts, largests] = seriesFeatures(values, { windows: [window] }).columns;
        for (let t = 0; t < values.length; t++) {
          const part = t < window ? [NaN] : plain.slice(t - window, t);
          const mean = part.reduce((sum, x) => sum + x / part.length, 0);
          const deviation = Math.sqrt(part.reduce((sum, x) => sum + (x - mean) ** 2 / part.length, 0));
          const near = (found: number, wanted: number): boolean =>
            Number.isNaN(wanted) ? Number.isNaN(found) : Math.abs(found - wanted) < 1e-6;
          expect(near(at(means ?? [], t) / unit, mean)).toBe(true);
          expect(near(at(deviations ?? [], t) / unit, deviation)).toBe(true);
          const raw = t < window ? [NaN] : values.slice(t - window, t);
          expect(at(leasts ?? [], t)).toBe(Math.min(...raw));
          expect(at(largests ?? [], t)).toBe(Math.max(...raw));
        }
      }),
    );
  });

  it('refuses what would not fit into memory', () => {
    const waves = [{ seasonLength: 2_000, harmonics: 1_000 }];
    const refused: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });
    expect(() => seriesFeatures(new Float64Array(200_000), { waves })).toThrow(refused);
    expect(() => seriesFeatures([1], { lags: 7 as never })).toThrow('lags');
  });

  it.each([
    { lags: [0] },
    { windows: [1.5] },
    { differences: [-1] },
    { phases: [NaN] },
    { waves: [{ seasonLength: 6, harmonics: 4 }] },
  ])('refuses %j', (options) => {
    expect(() => seriesFeatures([1, 2, 3], options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});

describe('calendarFeatures', () => {
  it('follows the clocks of a zone through daylight saving', () => {
    const start = Date.UTC(2026, 9, 24, 23);
    const times = Array.from({ length: 4 }, (_, hour) => start + hour * 3_600_000);
    const [hours] = calendarFeatures(times, 'Europe/Berlin').columns;
    expect([...(hours ?? [])]).toEqual([1, 2, 2, 3]);
    expect([...(calendarFeatures(times).columns[4] ?? [])]).toEqual([1, 1, 1, 1]);
    expect(at(calendarFeatures([Date.UTC(2026, 0, 5)]).columns, 1)[0]).toBe(0); // a Monday
  });

  it('refuses a time that is none and a zone that is nowhere', () => {
    for (const bad of [NaN, Infinity, 9e15]) expect(() => calendarFeatures([bad])).toThrow(/epoch/);
    expect(() => calendarFeatures([0], 'Moon/Base')).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});
