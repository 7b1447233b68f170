import { levenbergMarquardt } from '../optimise/levenberg-marquardt.ts';
import { nelderMead } from '../optimise/nelder-mead.ts';
import type { EtsState } from './ets-filter.ts';
import { etsPass, type EtsPassResult } from './ets-pass.ts';
import { growthStart } from './ets-growth-start.ts';
import { relativeStart } from './ets-relative-start.ts';
import { etsStart } from './ets-start.ts';
import {
  etsFreedom,
  hasDampedTrend,
  hasRelativeError,
  hasRelativeSeason,
  hasRelativeTrend,
  type EtsParameters,
  type EtsStructure,
  type GivenEtsParameters,
} from './ets-structure.ts';

/** An ETS model with all its numbers, found for some values. */
export interface EtsCandidate {
  /** Which model. */
  readonly structure: EtsStructure;
  /** `[alpha, beta / alpha, gamma / (1 - alpha), phi, level, slope, season...]`. */
  readonly point: Float64Array;
  /** The log likelihood as R's `ets` counts it; -Infinity where the model cannot describe the values. */
  readonly logLikelihood: number;
  /** Akaike's corrected criterion. */
  readonly aicc: number;
}

const lowerBounds = [1e-4, 1e-4, 1e-4, 0.8];
const upperBounds = [0.9999, 0.9999, 0.9999, 0.98];
/** Where searches start: the likelihood has several peaks. */
export const etsStarts: readonly (readonly number[])[] = [
  [0.3, 0.1, 0.1, 0.95],
  [0.8, 0.05, 0.05, 0.97],
];
/** A season that hardly moves: with indices read off the first seasons, the simplex would let it. */
const steadyStart = [0.5, 0.05, 1e-3, 0.97];
const parameterCount = 4;

/**
 * A quick search: smoothing parameters by Nelder and Mead's simplex from initial states read off the data. Some 60 to
 * 150 passes over the values; enough to rank models.
 *
 * @param values - Scaled to about 1.
 * @param check - Called before every pass; may throw.
 * @param from - Where to start.
 * @param evaluations - The most passes for each parameter.
 */
export function searchEts(
  values: Float64Array,
  structure: EtsStructure,
  given: { readonly parameters: GivenEtsParameters; readonly state?: EtsState | undefined },
  check: () => void,
  from: readonly number[] = etsStarts[0] as readonly number[],
  evaluations: number = 30,
): EtsCandidate {
  const initial = given.state ?? readStart(values, structure);
  const { lower, upper } = searchBox(structure, given.parameters);
  const box = lower.slice();
  const free = [0, 1, 2, 3].filter((i) => lower[i] !== upper[i]);
  const pick = (from: ArrayLike<number>): Float64Array => Float64Array.from(free, (i) => from[i] as number);
  const scratch = initial.slice();
  const measure = newMeasure();
  const evaluate = (point: Float64Array): number => {
    check();
    for (let f = 0; f < free.length; f++) box[free[f] as number] = point[f] as number;
    scratch.set(initial);
    return etsPass(values, structure, parametersOf(box), scratch, measure)
      ? -logLikelihoodOf(structure, measure)
      : Infinity;
  };
  const begin = Float64Array.from(from, (value, i) => clamp(value, lower[i] as number, upper[i] as number));
  const best = nelderMead({
    start: pick(begin),
    step: 0.2,
    lower: pick(lower),
    upper: pick(upper),
    evaluate,
    maxEvaluations: 10 + evaluations * free.length,
    tolerance: 1e-5,
  });
  for (let f = 0; f < free.length; f++) box[free[f] as number] = best.point[f] as number;
  const point = new Float64Array(parameterCount + initial.length);
  point.set(box);
  point.set(initial, parameterCount);
  return candidate(structure, point, -best.value, measure.count);
}

/**
 * The model before any search, with a season that hardly moves; a start for {@link polishEts}, which leads to another peak
 * of the likelihood than {@link searchEts} does.
 *
 * @param values - Scaled to about 1.
 */
export function steadyEts(
  values: Float64Array,
  structure: EtsStructure,
  given: { readonly parameters: GivenEtsParameters; readonly state?: EtsState | undefined },
): EtsCandidate {
  const initial = given.state ?? readStart(values, structure);
  const { lower, upper } = searchBox(structure, given.parameters);
  const box = steadyStart.map((value, i) => clamp(value, lower[i] as number, upper[i] as number));
  const point = Float64Array.of(...box, ...initial);
  const measure = newMeasure();
  const possible = etsPass(values, structure, parametersOf(point), initial.slice(), measure);
  return candidate(structure, point, possible ? logLikelihoodOf(structure, measure) : -Infinity, measure.count);
}

/**
 * Improves parameters and initial states together by Gauss-Newton steps. The likelihood of a model with relative
 * errors is a sum of squares too when every error is multiplied by the geometric mean of the predictions.
 *
 * @param found - Where to start.
 * @param fixed - What stays as it is.
 * @param maxSteps - The most steps.
 * @param check - Called before every pass; may throw.
 */
export function polishEts(
  values: Float64Array,
  found: EtsCandidate,
  fixed: { readonly parameters: GivenEtsParameters; readonly states: boolean; readonly season: boolean },
  maxSteps: number,
  check: () => void,
): EtsCandidate {
  const { structure, point: from } = found;
  const bounds = searchBox(structure, fixed.parameters);
  const measure = newMeasure();
  const scratch = new Float64Array(from.length - parameterCount);
  const shifted = new Float64Array(values.length);
  const moved = from.slice();
  const run = (point: Float64Array, errors: Float64Array): number => {
    check();
    scratch.set(point.subarray(parameterCount));
    if (!etsPass(values, structure, parametersOf(point), scratch, measure, errors)) return Infinity;
    if (!hasRelativeError(structure)) return measure.squares;
    const mean = Math.exp(measure.logSum / measure.count);
    for (let i = 0; i < errors.length; i++) errors[i] = (errors[i] as number) * mean;
    return measure.squares * mean * mean;
  };
  const side = (sign: number, box: Float64Array): Float64Array =>
    from.map((value, i) => {
      if (i < parameterCount) return box[i] as number;
      const held = fixed.states || (i === parameterCount + 1 && structure.trend === 'none');
      if (held || (i > parameterCount + 1 && (structure.seasonLength === 1 || fixed.season))) return value;
      return sign * Infinity;
    });
  const polished = levenbergMarquardt({
    start: from,
    lower: side(-1, bounds.lower),
    upper: side(1, bounds.upper),
    count: values.length,
    errors: run,
    derivative(point, coordinate, errors, out) {
      moved.set(point);
      const step = 1e-6 * Math.max(1e-2, Math.abs(point[coordinate] as number));
      const above = (point[coordinate] as number) + step > (bounds.upper[coordinate] ?? Infinity);
      const signed = above ? -step : step;
      moved[coordinate] = (point[coordinate] as number) + signed;
      if (run(moved, shifted) === Infinity) {
        out.fill(0);
        return;
      }
      for (let i = 0; i < out.length; i++) {
        const change = ((shifted[i] as number) - (errors[i] as number)) / signed;
        out[i] = change === change ? change : 0;
      }
    },
    maxSteps,
    tolerance: 1e-8,
  }).point;
  scratch.set(polished.subarray(parameterCount));
  if (!etsPass(values, structure, parametersOf(polished), scratch, measure)) return found;
  const better = candidate(structure, polished, logLikelihoodOf(structure, measure), measure.count);
  return better.logLikelihood > found.logLikelihood ? better : found;
}

/** Initial states read off the data. */
export function readStart(values: Float64Array, structure: EtsStructure): EtsState {
  if (hasRelativeTrend(structure)) return growthStart(values, structure);
  return hasRelativeSeason(structure) ? relativeStart(values, structure) : etsStart(values, structure);
}

/** The smoothing parameters of a point. */
export function parametersOf(point: Float64Array): EtsParameters {
  const alpha = point[0] as number;
  const beta = alpha * (point[1] as number);
  const gamma = (1 - alpha) * (point[2] as number);
  return { alpha, beta, gamma, phi: point[3] as number };
}

/** The initial states of a point. */
export function stateOf(point: Float64Array): EtsState {
  return point.slice(parameterCount);
}

/** `-n/2 log(sum of squares)`, less the sum of the log predictions where the error is relative. */
export function logLikelihoodOf(structure: EtsStructure, { squares, logSum, count }: EtsPassResult): number {
  // Numbers are known to 16 digits, so no fit is more certain than that.
  const gaussian = -0.5 * count * Math.log(Math.max(squares, count * Number.EPSILON ** 2));
  return hasRelativeError(structure) ? gaussian - logSum : gaussian;
}

function candidate(structure: EtsStructure, point: Float64Array, logLikelihood: number, count: number): EtsCandidate {
  const freedom = etsFreedom(structure) + 1;
  const correction = (2 * freedom * (freedom + 1)) / Math.max(0.1, count - freedom - 1);
  return { structure, point, logLikelihood, aicc: 2 * freedom - 2 * logLikelihood + correction };
}

function newMeasure(): EtsPassResult {
  return { squares: 0, logSum: 0, count: 0 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function searchBox(
  structure: EtsStructure,
  { alpha, beta, gamma, phi }: GivenEtsParameters,
): { lower: Float64Array; upper: Float64Array } {
  const share = (part: number | undefined, whole: number): number | undefined =>
    part === undefined ? undefined : part === 0 ? 0 : part / whole;
  const fixed = [
    alpha,
    structure.trend === 'none' ? 0 : share(beta, alpha ?? 1),
    structure.seasonLength === 1 ? 0 : share(gamma, 1 - (alpha ?? 0)),
    hasDampedTrend(structure) ? phi : 1,
  ];
  return {
    lower: Float64Array.from(fixed, (value, i) => value ?? (lowerBounds[i] as number)),
    upper: Float64Array.from(fixed, (value, i) => value ?? (upperBounds[i] as number)),
  };
}
