import { classicalSeason } from '../../decompose/classical-season.ts';
import { fillMissing } from '../../decompose/fill-missing.ts';
import { nelderMead } from '../../optimise/nelder-mead.ts';
import { cesIsStable, cesParameters, cesPass, cesSize, type CesShape } from './ces-recursion.ts';

/** What an estimation found. */
export interface CesEstimate {
  /** The smoothing parameters. */
  readonly parameters: Float64Array;
  /** Where the recursion starts. */
  readonly start: Float64Array;
  /** Sum of squared errors. */
  readonly squares: number;
}

/** Where a new series starts, before it is looked at backwards. */
const firstGuess: readonly number[] = [1.3, 1, 1.3, 1];
const partialGuess: readonly number[] = [1.3, 1, 0.1];
const mostEvaluations = 400;

/** Minimises the squared errors over the stable parameters; starts are found by running backwards. */
export function estimateCes(values: Float64Array, shape: CesShape, check: () => void): CesEstimate {
  const count = cesParameters(shape).length;
  const guess = roughStart(values, shape);
  const startOf = (parameters: Float64Array): Float64Array => {
    const state = guess.slice();
    cesPass(shape, parameters, values, state);
    cesPass(shape, parameters, values, state, undefined, true);
    return state.every(Number.isFinite) ? state : guess.slice();
  };
  const evaluate = (parameters: Float64Array): number => {
    check();
    if (!cesIsStable(shape, parameters)) return Infinity;
    return cesPass(shape, parameters, values, startOf(parameters));
  };
  const { point, value } = nelderMead({
    start: Float64Array.from((shape.season === 'partial' ? partialGuess : firstGuess).slice(0, count)),
    step: 0.1,
    lower: new Float64Array(count).fill(-1),
    upper: new Float64Array(count).fill(3),
    evaluate,
    maxEvaluations: mostEvaluations,
    tolerance: 1e-8,
  });
  return { parameters: point, start: startOf(point), squares: value };
}

function roughStart(values: Float64Array, shape: CesShape): Float64Array {
  const { season, seasonLength: m } = shape;
  const filled = fillMissing(values, m);
  const state = new Float64Array(cesSize(shape));
  const early = filled.subarray(0, Math.min(filled.length, Math.max(m, 10)));
  const mean = early.reduce((sum, value) => sum + value / early.length, 0);
  state[0] = mean;
  state[1] = mean / 1.1;
  if (season === 'none') return state;
  const phases = season === 'simple' ? filled.subarray(0, m) : classicalSeason(filled, m, false);
  for (let phase = 0; phase < m; phase++) {
    const value = phases[phase] as number;
    state[2 + phase] = value;
    if (season !== 'partial') state[2 + m + phase] = value / 1.1;
  }
  return state;
}
