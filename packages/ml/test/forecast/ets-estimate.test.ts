import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { estimateEts } from '../../src/forecast/ets-estimate.ts';
import { etsFilter } from '../../src/forecast/ets-filter.ts';
import type { EtsStructure, GivenEtsParameters } from '../../src/forecast/ets-structure.ts';
import { at } from '../at.ts';
import { classic } from '../fixtures/read-fixture.ts';

const unlimited = (): void => {};

/** A series that an ETS model with the given parameters would make. */
function simulate(
  length: number,
  m: number,
  { alpha, beta, gamma }: Record<'alpha' | 'beta' | 'gamma', number>,
): Float64Array {
  const random = seededRandom(11);
  const season = Array.from({ length: m }, (_, i) => Math.sin((2 * Math.PI * i) / m));
  let level = 5;
  let slope = 0.01;
  return Float64Array.from({ length }, (_, i) => {
    const error = (random() + random() + random() - 1.5) * 0.4;
    const value = level + slope + at(season, i % m) + error;
    level += slope + alpha * error;
    slope += beta * error;
    season[i % m] = at(season, i % m) + gamma * error;
    return value;
  });
}

describe('estimateEts', () => {
  const structure: EtsStructure = { trend: 'additive', seasonLength: 12 };

  it('recovers the parameters behind a long simulated series', () => {
    const { parameters } = estimateEts(
      simulate(3_000, 12, { alpha: 0.3, beta: 0.02, gamma: 0.15 }),
      structure,
      { parameters: {} },
      unlimited,
    );
    expect(parameters.alpha).toBeCloseTo(0.3, 1);
    expect(parameters.beta).toBeCloseTo(0.02, 1);
    expect(parameters.gamma).toBeCloseTo(0.15, 1);
    expect(parameters.phi).toBe(1);
  });

  it('cannot be improved by a small step in any direction', () => {
    const values = Float64Array.from(classic.USAccDeaths, (value) => value / 8_192);
    const { parameters, state } = estimateEts(values, structure, { parameters: {} }, unlimited);
    const best = etsFilter(values, parameters, state.slice());
    for (const step of [-1e-3, 1e-3]) {
      for (const [i] of state.entries()) {
        const moved = state.map((value, j) => (i === j ? value + step : value));
        expect(etsFilter(values, parameters, moved)).toBeGreaterThan(best * (1 - 1e-6));
      }
      const alpha = parameters.alpha + step;
      expect(etsFilter(values, { ...parameters, alpha }, state.slice())).toBeGreaterThan(best * (1 - 1e-6));
    }
  });

  it('gives seasonal indices that sum to 0', () => {
    const values = Float64Array.from(classic.AirPassengers, (value) => value / 512);
    const { state } = estimateEts(values, structure, { parameters: {} }, unlimited);
    expect(state.subarray(2).reduce((sum, index) => sum + index, 0)).toBeCloseTo(0, 12);
  });

  it.each<[string, EtsStructure, GivenEtsParameters]>([
    ['alpha', structure, { alpha: 0.2 }],
    ['alpha and beta', structure, { alpha: 0.2, beta: 0.1 }],
    ['alpha and a gamma of 0', structure, { alpha: 0.4, gamma: 0 }],
    ['phi', { trend: 'damped', seasonLength: 12 }, { phi: 0.85 }],
  ])('holds %s fast and estimates the rest', (_, form, given) => {
    const values = Float64Array.from(classic.AirPassengers, (value) => value / 512);
    const { parameters } = estimateEts(values, form, { parameters: given }, unlimited);
    expect(parameters).toMatchObject(
      Object.fromEntries(Object.entries(given).map(([name, value]) => [name, expect.closeTo(value ?? NaN, 12)])),
    );
    const free = etsFilter(values, parameters, estimateEts(values, form, { parameters: given }, unlimited).state);
    expect(free).toBeGreaterThan(0);
  });

  it('holds initial states fast', () => {
    const state = Float64Array.of(5, 0, ...Array.from({ length: 12 }, (_, i) => i / 10));
    const found = estimateEts(
      simulate(120, 12, { alpha: 0.3, beta: 0, gamma: 0.1 }),
      structure,
      { parameters: {}, state },
      unlimited,
    );
    expect(found.state).toEqual(state);
  });

  it('asks again and again whether to go on', () => {
    let asked = 0;
    estimateEts(
      Float64Array.from(classic.Nile),
      { trend: 'none', seasonLength: 1 },
      { parameters: {} },
      () => void asked++,
    );
    expect(asked).toBeGreaterThan(20);
    const stop = new Error('stop');
    expect(() =>
      estimateEts(Float64Array.from(classic.Nile), { trend: 'none', seasonLength: 1 }, { parameters: {} }, () => {
        if (--asked < 0) throw stop;
      }),
    ).not.toThrow();
    expect(() =>
      estimateEts(Float64Array.from(classic.Nile), { trend: 'none', seasonLength: 1 }, { parameters: {} }, () => {
        throw stop;
      }),
    ).toThrow(stop);
  });
});
