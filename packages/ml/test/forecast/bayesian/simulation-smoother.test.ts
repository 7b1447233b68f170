import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { SimulationSmoother } from '../../../src/forecast/bayesian/simulation-smoother.ts';
import { seasonBlock, trendBlock } from '../../../src/forecast/bayesian/state-blocks.ts';
import { StateSpace, type StateParameters } from '../../../src/forecast/bayesian/state-space.ts';
import { solveCholesky } from '../../../src/optimise/cholesky.ts';
import { randomDraws } from '../../../src/statistics/random-draws.ts';
import { at } from '../../at.ts';

const values = Float64Array.of(1.2, 0.7, NaN, 2.1, 2.9, 1.1, NaN, 3.3, 2.2);
const initial = (size: number) => ({
  mean: Float64Array.from({ length: size }, (_, i) => i / 10),
  variance: new Float64Array(size).fill(2),
});
const spaces: readonly (readonly [string, StateSpace])[] = [
  ['a level', new StateSpace([trendBlock('level')])],
  ['a slope and a season', new StateSpace([trendBlock('linear'), seasonBlock({ seasonLength: 4 })])],
  [
    'a slope with a mean and waves',
    new StateSpace([trendBlock('semi-local'), seasonBlock({ seasonLength: 4, harmonics: 2 })]),
  ],
  ['half of the waves', new StateSpace([trendBlock('level'), seasonBlock({ seasonLength: 7, harmonics: 2 })])],
];
const parametersOf = (space: StateSpace): StateParameters => ({
  variances: Float64Array.from(space.variances, (_, i) => 0.1 / (i + 1)),
  irregular: 0.3,
  damping: 0.6,
});

/**
 * The expected value of every step without noise, by conditioning one large normal vector: all paths are written as
 * sums of the independent numbers that they start from and are disturbed by.
 */
function byConditioning(space: StateSpace, parameters: StateParameters): number[] {
  const { size } = space;
  const sources: { readonly mean: number; readonly variance: number; readonly values: Float64Array }[] = [];
  const follow = (state: Float64Array, from: number): Float64Array =>
    values.map((_, t) => {
      if (t < from) return 0;
      const value = space.value(state);
      space.advance(state, parameters.damping);
      return value;
    });
  const unit = (place: number): Float64Array => Float64Array.from({ length: size }, (_, i) => (i === place ? 1 : 0));
  const { mean, variance } = initial(size);
  for (let i = 0; i < size; i++)
    sources.push({ mean: at(mean, i), variance: at(variance, i), values: follow(unit(i), 0) });
  for (let t = 1; t < values.length; t++) {
    for (const [place, index] of space.disturbed) {
      sources.push({ mean: 0, variance: at(parameters.variances, index), values: follow(unit(place), t) });
    }
  }
  const covariance = (a: number, b: number): number =>
    sources.reduce((sum, source) => sum + source.variance * at(source.values, a) * at(source.values, b), 0);
  const expected = (t: number): number => sources.reduce((sum, source) => sum + source.mean * at(source.values, t), 0);
  const seen = [...values.keys()].filter((t) => !Number.isNaN(values[t]));
  const matrix = Float64Array.from(
    seen.flatMap((a) => seen.map((b) => covariance(a, b) + (a === b ? parameters.irregular : 0))),
  );
  const weights = solveCholesky(
    matrix,
    seen.map((t) => at(values, t) - expected(t)),
    0,
  );
  return Array.from(values, (_, t) => seen.reduce((sum, s, i) => sum + covariance(t, s) * at(weights, i), expected(t)));
}

describe.each(spaces)('SimulationSmoother of %s', (_, space) => {
  const parameters = parametersOf(space);
  const smoother = new SimulationSmoother(space, initial(space.size), values.length);
  const signal = (states: Float64Array): number[] => Array.from(values, (__, t) => space.value(states, t * space.size));

  it('expects what conditioning the whole normal vector at once gives', () => {
    const exact = byConditioning(space, parameters);
    for (const [t, value] of signal(smoother.smooth(values, parameters)).entries()) {
      expect(value).toBeCloseTo(at(exact, t), 10);
    }
  });

  it('draws paths around that, wider where a value is missing', () => {
    const random = randomDraws(seededRandom(3));
    const exact = byConditioning(space, parameters);
    const draws = 4_000;
    const sums = new Float64Array(values.length);
    const squares = new Float64Array(values.length);
    for (let draw = 0; draw < draws; draw++) {
      const states = new Float64Array(values.length * space.size);
      smoother.draw(values, parameters, random, states);
      for (const [t, value] of signal(states).entries()) {
        sums[t] = at(sums, t) + value / draws;
        squares[t] = at(squares, t) + (value - at(exact, t)) ** 2 / draws;
      }
    }
    for (const [t, sum] of sums.entries()) expect(Math.abs(sum - at(exact, t))).toBeLessThan(0.06);
    expect(at(squares, 2)).toBeGreaterThan(1.1 * at(squares, 3));
  });
});
