import { levenbergMarquardt } from '../optimise/levenberg-marquardt.ts';
import { nelderMead } from '../optimise/nelder-mead.ts';
import { etsFilter, etsSensitivity, type EtsPush, type EtsState } from './ets-filter.ts';
import { etsStart } from './ets-start.ts';
import type { EtsParameters, EtsStructure, GivenEtsParameters } from './ets-structure.ts';

/** What is given and need not be estimated. */
export interface EtsGiven {
  /** Smoothing parameters that stay as they are. */
  readonly parameters: GivenEtsParameters;
  /** Initial states that stay as they are. */
  readonly state?: EtsState | undefined;
}

/**
 * The search runs over `[alpha, beta / alpha, gamma / (1 - alpha), phi]`, in which the usual region
 * `0 < beta < alpha`, `0 < gamma < 1 - alpha` is a box. The bounds are those of R's `ets`.
 */
const lowerBounds = [1e-4, 1e-4, 1e-4, 0.8];
const upperBounds = [0.9999, 0.9999, 0.9999, 0.98];
const starts = [
  [0.3, 0.1, 0.2, 0.95],
  [0.8, 0.05, 0.5, 0.9],
];
const parameterCount = 4;

/** Above this many multiplications a step, the season's initial indices stay as they were read off the data. */
const largestStep = 5e6;

/**
 * Maximum likelihood for an additive ETS model: smoothing parameters by Nelder and Mead's simplex from initial states
 * read off the data, then everything together by Gauss-Newton steps with analytic derivatives.
 *
 * @param values - Scaled to about 1, with enough observed values.
 * @param check - Called before every pass over the values; may throw.
 */
export function estimateEts(
  values: Float64Array,
  structure: EtsStructure,
  given: EtsGiven,
  check: () => void,
): { parameters: EtsParameters; state: EtsState } {
  const initial = given.state ?? etsStart(values, structure);
  const bounds = searchBox(structure, given.parameters);
  const scratch = initial.slice();
  const evaluate = (box: Float64Array): number => {
    check();
    scratch.set(initial);
    return etsFilter(values, fromBox(box), scratch);
  };
  let best: { point: Float64Array; value: number } | undefined;
  for (const start of starts) {
    const found = searchFree(Float64Array.from(start), bounds, evaluate);
    if (best === undefined || found.value < best.value) best = found;
  }
  const box = (best as { point: Float64Array }).point;

  const slopes = new Float64Array(values.length);
  const sensitivity = new Float64Array(initial.length);
  const refined = levenbergMarquardt({
    ...joinUnknowns(values, structure, given, box, initial, bounds),
    count: values.length,
    errors(point, errors) {
      check();
      scratch.set(point.subarray(parameterCount));
      const sum = etsFilter(values, fromBox(point), scratch, errors);
      for (let i = 0; i < errors.length; i++) errors[i] = (values[i] as number) - (errors[i] as number);
      return sum;
    },
    derivative(point, coordinate, errors, out) {
      const parameters = fromBox(point);
      const push = pushOf(coordinate, point);
      if (push.damping > 0) {
        scratch.set(point.subarray(parameterCount));
        etsFilter(values, parameters, scratch, undefined, slopes);
      }
      sensitivity.fill(0);
      if (coordinate >= parameterCount) sensitivity[coordinate - parameterCount] = 1;
      etsSensitivity(parameters, push, errors, slopes, sensitivity, out);
    },
    maxSteps: 25,
    tolerance: 1e-7,
  }).point;
  const state = refined.slice(parameterCount);
  return { parameters: fromBox(refined), state: given.state === undefined ? centred(state) : state };
}

interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

function searchBox({ trend, seasonLength }: EtsStructure, given: GivenEtsParameters): Box {
  const { alpha, beta, gamma, phi } = given;
  const fixed = [
    alpha,
    trend === 'none' ? 0 : share(beta, alpha),
    seasonLength === 1 ? 0 : share(gamma, alpha === undefined ? undefined : 1 - alpha),
    trend === 'damped' ? phi : 1,
  ];
  return {
    lower: Float64Array.from(fixed, (value, i) => value ?? (lowerBounds[i] as number)),
    upper: Float64Array.from(fixed, (value, i) => value ?? (upperBounds[i] as number)),
  };
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined) return undefined;
  return part === 0 ? 0 : part / whole;
}

function fromBox(box: Float64Array): EtsParameters {
  const alpha = box[0] as number;
  const beta = alpha * (box[1] as number);
  const gamma = (1 - alpha) * (box[2] as number);
  return { alpha, beta, gamma, phi: box[3] as number };
}

/** Nelder-Mead over the coordinates whose bounds differ. */
function searchFree(
  start: Float64Array,
  { lower, upper }: Box,
  evaluate: (box: Float64Array) => number,
): { point: Float64Array; value: number } {
  const box = start.map((value, i) => Math.min(upper[i] as number, Math.max(lower[i] as number, value)));
  const free = [...box.keys()].filter((i) => lower[i] !== upper[i]);
  const pick = (from: Float64Array): Float64Array => Float64Array.from(free, (i) => from[i] as number);
  const place = (point: Float64Array): Float64Array => {
    free.forEach((i, f) => (box[i] = point[f] as number));
    return box;
  };
  const { point, value } = nelderMead({
    start: pick(box),
    step: 0.15,
    lower: pick(lower),
    upper: pick(upper),
    evaluate: (trial) => evaluate(place(trial)),
    maxEvaluations: 60 + 30 * free.length,
    tolerance: 1e-5,
  });
  return { point: place(point).slice(), value };
}

/** Parameters and initial states in one point, with bounds that hold fast what is given or not part of the model. */
function joinUnknowns(
  values: Float64Array,
  { trend, seasonLength }: EtsStructure,
  given: EtsGiven,
  box: Float64Array,
  initial: EtsState,
  bounds: Box,
): Box & { start: Float64Array } {
  const start = Float64Array.of(...box, ...initial);
  const seasonFree = seasonLength > 1 && values.length * start.length ** 2 <= largestStep;
  const free = [true, trend !== 'none', ...Array.from({ length: seasonLength }, () => seasonFree)];
  const limit = (sign: number, side: Float64Array): Float64Array =>
    start.map((value, i) => {
      if (i < parameterCount) return side[i] as number;
      return given.state === undefined && free[i - parameterCount] === true ? sign * Infinity : value;
    });
  return { start, lower: limit(-1, bounds.lower), upper: limit(1, bounds.upper) };
}

/** How coordinate `i` of the point enters the recursion, by the definitions in {@link fromBox}. */
function pushOf(coordinate: number, point: Float64Array): EtsPush {
  const none: EtsPush = { level: 0, slope: 0, season: 0, damping: 0 };
  const alpha = point[0] as number;
  if (coordinate === 0) return { ...none, level: 1, slope: point[1] as number, season: -(point[2] as number) };
  if (coordinate === 1) return { ...none, slope: alpha };
  if (coordinate === 2) return { ...none, season: 1 - alpha };
  if (coordinate === 3) return { ...none, damping: 1 };
  return none;
}

/** Moves the season's average into the level: the same forecasts, and indices that sum to 0. */
function centred(state: EtsState): EtsState {
  const seasonLength = state.length - 2;
  if (seasonLength === 1) return state;
  let average = 0;
  for (let i = 2; i < state.length; i++) average += (state[i] as number) / seasonLength;
  return state.map((value, i) => (i === 0 ? value + average : i === 1 ? value : value - average));
}
