import { describe, expect, it } from 'vitest';
import { etsFilter, etsSensitivity, type EtsPush } from '../../src/forecast/ets-filter.ts';
import type { EtsParameters } from '../../src/forecast/ets-structure.ts';
import { classic } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

const parameters: EtsParameters = { alpha: 0.4, beta: 0.1, gamma: 0.2, phi: 0.9 };
const none: EtsPush = { level: 0, slope: 0, season: 0, damping: 0 };
const values = Float64Array.from(classic.USAccDeaths, (value, i) => (i === 20 ? NaN : value / 1_000));
const initial = Float64Array.of(9, 0.05, ...Array.from({ length: 12 }, (_, i) => Math.sin(i)));

function errorsOf(given: EtsParameters, state: Float64Array): Float64Array {
  const predictions = new Float64Array(values.length);
  etsFilter(values, given, state.slice(), predictions);
  return values.map((value, i) => value - at(predictions, i));
}

describe('etsFilter', () => {
  it('follows the equations step by step', () => {
    const state = Float64Array.of(10, 1, -2, 2);
    const predictions = new Float64Array(3);
    const slopes = new Float64Array(3);
    const sum = etsFilter(Float64Array.of(9, 15, 8), parameters, state, predictions, slopes);
    // step 1: 10 + 0.9 - 2 = 8.9, error 0.1; level 10.94, slope 0.91, season -1.98
    expect(predictions[0]).toBeCloseTo(8.9, 12);
    // step 2: 10.94 + 0.819 + 2 = 13.759, error 1.241; level 12.2554, slope 0.9431, season 2.2482
    expect(predictions[1]).toBeCloseTo(13.759, 12);
    // step 3: 12.2554 + 0.84879 - 1.98 = 11.12419, error -3.12419
    expect(predictions[2]).toBeCloseTo(11.12419, 10);
    expect([...slopes]).toEqual([1, expect.closeTo(0.91, 12), expect.closeTo(0.9431, 12)]);
    expect(sum).toBeCloseTo(0.1 ** 2 + 1.241 ** 2 + 3.12419 ** 2, 8);
    expect([...state]).toEqual([
      expect.closeTo(11.854514, 8),
      expect.closeTo(0.536371, 8),
      expect.closeTo(-2.604838, 8),
      expect.closeTo(2.2482, 8),
    ]);
  });

  it('lets the states follow their prediction where a value is missing', () => {
    const state = Float64Array.of(10, 1, -2, 2);
    const predictions = new Float64Array(2);
    expect(etsFilter(Float64Array.of(NaN, NaN), parameters, state, predictions)).toBe(0);
    expect([...predictions]).toEqual([expect.closeTo(8.9, 12), expect.closeTo(13.71, 12)]);
    expect([...state]).toEqual([expect.closeTo(11.71, 12), expect.closeTo(0.81, 12), -2, 2]);
  });
});

describe('etsSensitivity', () => {
  const step = 1e-6;
  const base = errorsOf(parameters, initial);
  const slopes = new Float64Array(values.length);
  etsFilter(values, parameters, initial.slice(), undefined, slopes);

  function derivative(push: EtsPush, stateIndex?: number): Float64Array {
    const out = new Float64Array(values.length);
    const state = new Float64Array(initial.length);
    if (stateIndex !== undefined) state[stateIndex] = 1;
    etsSensitivity(parameters, push, base, slopes, state, out);
    return out;
  }

  it.each<[keyof EtsParameters, EtsPush]>([
    ['alpha', { ...none, level: 1 }],
    ['beta', { ...none, slope: 1 }],
    ['gamma', { ...none, season: 1 }],
    ['phi', { ...none, damping: 1 }],
  ])('is the derivative by %s', (name, push) => {
    const above = errorsOf({ ...parameters, [name]: parameters[name] + step }, initial);
    const below = errorsOf({ ...parameters, [name]: parameters[name] - step }, initial);
    const ours = derivative(push);
    for (const [i, slope] of ours.entries()) {
      const expected = i === 20 ? 0 : (at(above, i) - at(below, i)) / (2 * step);
      expect(Math.abs(slope - expected)).toBeLessThan(1e-6);
    }
  });

  it.each([0, 1, 2, 7, 13])('is the derivative by initial state %d', (index) => {
    const moved = initial.map((value, i) => (i === index ? value + 1 : value)); // the errors are linear in it
    const above = errorsOf(parameters, moved);
    const ours = derivative(none, index);
    for (const [i, slope] of ours.entries()) {
      const expected = i === 20 ? 0 : at(above, i) - at(base, i);
      expect(Math.abs(slope - expected)).toBeLessThan(1e-9);
    }
  });
});
