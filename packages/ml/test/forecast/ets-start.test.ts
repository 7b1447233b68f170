import { describe, expect, it } from 'vitest';
import { etsStart } from '../../src/forecast/ets-start.ts';
import { at } from '../at.ts';

const m = 4;
const season = [3, -1, -4, 2];
const line = (i: number): number => 100 + 2 * (i + 1) + at(season, i % m);

describe('etsStart', () => {
  it('reads level, slope and season off an exact pattern', () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => line(i));
    const state = etsStart(values, { trend: 'additive', seasonLength: m });
    expect([...state].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([100, 2, ...season]);
  });

  it('does so with a third of the values missing', () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => (i % 3 === 1 ? NaN : line(i)));
    const state = etsStart(values, { trend: 'damped', seasonLength: m });
    expect(state[1]).toBeCloseTo(2, 9);
    for (let phase = 0; phase < m; phase++) {
      expect(at(state, 0) + at(state, 2 + phase)).toBeCloseTo(100 + at(season, phase), 9);
    }
  });

  it('has no slope without a trend and no season without one', () => {
    const values = Float64Array.of(4, 5, 6, 5, 4, 6);
    expect([...etsStart(values, { trend: 'none', seasonLength: 1 })]).toEqual([5, 0, 0]);
  });

  it('finds the first observed value behind a long gap', () => {
    const values = new Float64Array(50).fill(NaN).with(40, 7);
    expect(etsStart(values, { trend: 'additive', seasonLength: 1 })[0]).toBe(7);
  });

  it('gives a phase that was never seen an index of 0', () => {
    const values = Float64Array.from({ length: 12 }, (_, i) => (i % 4 === 2 ? NaN : line(i)));
    expect(etsStart(values, { trend: 'none', seasonLength: 4 })[4]).toBe(0);
  });
});
