import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { ces, fittedFromJSON, mae, naive, seasonalNaive } from '@novacron/ml';
import { cesIsStable, cesPass, cesPrediction, cesStep } from '../../../src/forecast/ces/ces-recursion.ts';
import { at } from '../../at.ts';
import { classic } from '../../fixtures/read-fixture.ts';

describe('the recursion', () => {
  it('is that of the paper, in complex numbers', () => {
    // l' + i c' = (α0 + i α1) y + (1 - α0 + i - i α1)(l + i c), with ŷ = l and y = l + ε
    const [real, imaginary] = [1.2, 0.9];
    const state = Float64Array.of(10, 4);
    const shape = { season: 'none', seasonLength: 1 } as const;
    const [l, c, value] = [10, 4, 13];
    const potential = value - l; // the error is its own potential
    const multiply = (a: number, b: number, x: number, y: number): [number, number] => [a * x - b * y, a * y + b * x];
    const [smoothedReal, smoothedImaginary] = multiply(real, imaginary, value, potential);
    const [oldReal, oldImaginary] = multiply(1 - real, 1 - imaginary, l, c);
    cesStep(shape, Float64Array.of(real, imaginary), state, 0, value - cesPrediction(shape, state, 0));
    expect(state[0]).toBeCloseTo(smoothedReal + oldReal, 12);
    expect(state[1]).toBeCloseTo(smoothedImaginary + oldImaginary, 12);
  });

  it('knows which parameters let old errors fade', () => {
    const shape = { season: 'none', seasonLength: 1 } as const;
    const values = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i * i));
    for (const [parameters, stable] of [
      [[1.3, 1], true],
      [[1, 1.2], true],
      [[3, 1], false],
      [[0.2, 2.5], false],
    ] as const) {
      const here = Float64Array.of(0, 0);
      const there = Float64Array.of(5, -3);
      for (const state of [here, there]) cesPass(shape, Float64Array.from(parameters), values, state);
      expect(cesIsStable(shape, Float64Array.from(parameters))).toBe(stable);
      expect(Math.abs(at(here, 0) - at(there, 0)) < 1e-3).toBe(stable);
    }
  });
});

describe('ces', () => {
  it('follows a level, and a growth, without being told which it is', () => {
    const random = seededRandom(4);
    const level = Array.from({ length: 100 }, () => 45 + 10 * random());
    const growth = level.map((value, i) => value + 3 * i);
    expect(Math.abs(at(ces().fit(level).forecast(10).mean, 9) - 50)).toBeLessThan(5);
    expect(Math.abs(at(ces().fit(growth).forecast(10).mean, 9) - 377)).toBeLessThan(25);
  });

  it.each(['AirPassengers', 'USAccDeaths', 'nottem', 'UKgas'] as const)('forecasts %s better than naive', (name) => {
    const seasonLength = name === 'UKgas' ? 4 : 12;
    const horizon = 2 * seasonLength;
    const training = classic[name].slice(0, -horizon);
    const actual = classic[name].slice(-horizon);
    const error = mae(actual, ces({ seasonLength }).fit(training).forecast(horizon).mean);
    expect(error).toBeLessThan(mae(actual, naive().fit(training).forecast(horizon).mean));
    expect(error).toBeLessThan(1.3 * mae(actual, seasonalNaive({ seasonLength }).fit(training).forecast(horizon).mean));
  });

  it('chooses the season by AICc', () => {
    const choices = (['none', 'simple', 'partial', 'full'] as const).map((season) =>
      ces({ season, seasonLength: 12 }).fit(classic.nottem).describe(),
    );
    const chosen = ces({ seasonLength: 12 }).fit(classic.nottem).describe();
    expect(chosen.aicc).toBe(Math.min(...choices.map(({ aicc }) => aicc ?? Infinity)));
    expect(chosen.name).not.toBe('CES(none)');
    expect(ces({ seasonLength: 12 }).fit(classic.nottem.slice(0, 20)).describe().name).toBe('CES(none)');
  });

  it('has intervals that the spread of simulated futures confirms', () => {
    const fitted = ces({ season: 'none' }).fit(classic.Nile);
    const { lower, upper } = at(fitted.forecast(20, { levels: [0.95] }).intervals, 0);
    const width = (step: number): number => at(upper, step) - at(lower, step);
    expect(width(19)).toBeGreaterThan(width(0));
    const held = classic.Nile.filter((_, i) => Math.abs(at(fitted.residuals, i)) < width(0) / 2).length;
    expect(held / classic.Nile.length).toBeGreaterThan(0.9);
  });

  it('moves on by updates as the recursion over all values does', () => {
    const fitted = ces({ season: 'partial', seasonLength: 12 }).fit(classic.nottem);
    fitted.update([41, NaN, 44]);
    const elsewhere = fittedFromJSON(JSON.stringify(fitted));
    expect(elsewhere.forecast(12)).toEqual(fitted.forecast(12));
  });

  it('refuses what is no option, and too short a series', () => {
    expect(() => ces({ season: 'half' as 'full' })).toThrow('season');
    expect(() => ces({ seasonLength: 0 })).toThrow('seasonLength');
    expect(() => ces().fit([1, 2, NaN, 3, 4])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
  });
});
