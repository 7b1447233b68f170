import { describe, expect, it } from 'vitest';
import { additive, bayesianStructural, boostedForecaster, fittedFromJSON, naive } from '@novacron/ml';
import { encodeFloats } from '../../src/json/floats.ts';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

const damaged: unknown = expect.objectContaining({ code: 'NOVA_ML_DAMAGED', kind: 'invalid' });
const series = Array.from({ length: 60 }, (_, i) => 10 + (i % 6) + ((i * 7) % 5) / 10);
const savedBayesian = bayesianStructural({ draws: 20, burnIn: 0 }).fit(series).toJSON();
const savedAdditive = additive({ seasons: [{ seasonLength: 6, harmonics: 2 }] })
  .fit(series)
  .toJSON();

/** A few bytes must not cost more than a few bytes should. */
function refusedAtOnce(read: () => unknown): void {
  const startedMs = cpuMs();
  expect(read).toThrow(damaged);
  expect(cpuMs() - startedMs).toBeLessThan(200);
}

describe('JSON that somebody made up', () => {
  it('is refused when models lie in one another without end', () => {
    const head = '{"format":"novacron-forecaster","version":1,"model":"logarithmic","inner":';
    const text = `${head.repeat(20_000)}${JSON.stringify(naive().fit([1, 2]))}${'}'.repeat(20_000)}`;
    refusedAtOnce(() => fittedFromJSON(text));
  });

  it.each([
    ['two endless waves', [527_040, 263_520, 527_039, 263_519]],
    ['a hundred seasons', Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 100 + i : 0))],
    ['one long season of free values', [1_000, 0]],
    ['the same season twice', [6, 0, 6, 0]],
    ['half a season', [6]],
    ['more waves than steps', [6, 4]],
  ])('is refused before a state is made of %s', (_, seasons) => {
    const text = JSON.stringify({ ...savedBayesian, seasons: encodeFloats(Float64Array.from(seasons)) });
    refusedAtOnce(() => fittedFromJSON(text));
  });

  it.each([
    ['more seasons than a model has', Array.from({ length: 300 }, () => ({ seasonLength: 527_040, harmonics: 1 }))],
    ['more waves than a season has steps', [{ seasonLength: 6, harmonics: 4 }]],
  ])('is refused when a curve has %s', (_, seasons) => {
    const shape = { ...(savedAdditive['shape'] as object), seasons };
    const columns = 2 + 25 + seasons.reduce((sum, { harmonics }) => sum + 2 * harmonics, 0);
    const weights = encodeFloats(new Float64Array(columns));
    refusedAtOnce(() => fittedFromJSON({ ...savedAdditive, shape, weights }));
  });

  it('makes trees with a season of a year of minutes forecast in time', () => {
    const trees = boostedForecaster({ seasonLength: 6, lags: [1], trees: 5 })
      .fit(series)
      .toJSON();
    const longest = 527_040;
    const shape = { ...(trees['shape'] as object), seasonLength: longest };
    const history = encodeFloats(new Float64Array(longest).fill(11));
    const fitted = fittedFromJSON({ ...trees, shape, history });
    const startedMs = cpuMs();
    expect(fitted.forecast(longest).mean.every(Number.isFinite)).toBe(true);
    expect(cpuMs() - startedMs).toBeLessThan(5_000);
  });
});
