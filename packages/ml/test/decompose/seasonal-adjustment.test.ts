import { describe, expect, it } from 'vitest';
import { changepoints, seasonalAdjustment, seasonalStrength, stl } from '@novacron/ml';
import { at } from '../at.ts';
import { classic } from '../fixtures/read-fixture.ts';

describe('seasonalAdjustment', () => {
  it('leaves trend and remainder of a decomposition', () => {
    const { trend, remainder } = stl(classic.nottem, { seasonLength: 12, seasonWindow: 11 });
    const adjusted = seasonalAdjustment(classic.nottem, { seasonLengths: [12] });
    for (const [i, value] of adjusted.entries())
      expect(Math.abs(value - at(trend, i) - at(remainder, i))).toBeLessThan(1);
    expect(seasonalStrength(stl(adjusted, { seasonLength: 12 }))).toBeLessThan(0.3);
  });

  it('takes factors away where seasons grow with the level', () => {
    const relative = seasonalAdjustment(classic.AirPassengers, { seasonLengths: [12], relative: true });
    const ratios = relative.map((value, i) => at(classic.AirPassengers, i) / value);
    // The same month has about the same factor in all years.
    for (let i = 24; i < 120; i++) expect(Math.abs(at(ratios, i) / at(ratios, i + 12) - 1)).toBeLessThan(0.06);
    expect(relative.every((value) => value > 0)).toBe(true);
  });

  it('shows a shift that the time of day hides, and keeps gaps', () => {
    const load = Array.from({ length: 24 * 14 }, (_, hour) => {
      return 50 + 30 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5) / 4 + (hour >= 200 ? 6 : 0);
    });
    const adjusted = seasonalAdjustment(load.with(30, NaN), { seasonLengths: [24], robust: true });
    expect(adjusted[30]).toBeNaN();
    const found = changepoints(adjusted, { penalty: 100 }).map(({ index }) => index);
    expect(found.some((index) => Math.abs(index - 200) <= 6)).toBe(true);
  });

  it('refuses relative seasons of values that are not positive', () => {
    expect(() => seasonalAdjustment([1, 2, 0, 4], { seasonLengths: [2], relative: true })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID', details: { index: 2 } }),
    );
    expect(() => seasonalAdjustment([1, 2, 3], undefined as never)).toThrow('options');
  });
});
