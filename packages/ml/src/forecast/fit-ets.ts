import { invalid, type MlError } from '../error.ts';
import { observedCount } from '../values.ts';
import { estimateEts, type EtsGiven } from './ets-estimate.ts';
import type { EtsState } from './ets-filter.ts';
import { FittedEts } from './ets-fitted.ts';
import { etsPass } from './ets-pass.ts';
import {
  etsStarts,
  logLikelihoodOf,
  parametersOf,
  polishEts,
  readStart,
  searchEts,
  stateOf,
  steadyEts,
} from './ets-search.ts';
import {
  etsFreedom,
  etsIsAffordable,
  etsName,
  hasRelativeError,
  inUnit,
  isRelative,
  type EtsParameters,
  type EtsStructure,
} from './ets-structure.ts';
import { powerOfTwoNear } from './power-of-two-near.ts';

/** Parameters of a longer series are learned from this many values at its end, and its states start there. */
const longestEstimate = 20_000;
const polishSteps = 40;

/** Seasons that states are read off, where parameters are learned from fewer than two. */
const seasonsRead = 5;

/** Where the states of a model start. */
export interface EtsBegin {
  /** The states before that value, of the scaled values; taken over. */
  readonly state: EtsState;
  /** Which value: what comes before it has fitted values only, and counts for nothing else. */
  readonly index: number;
}

/**
 * Fits one ETS structure to checked values.
 *
 * The work is done on values divided by a power of two near the largest, which changes no digit and keeps squares in
 * range for values of any size.
 *
 * @param reduced - Why the structure is not the one that was asked for.
 */
export function fitEts(
  series: Float64Array,
  structure: EtsStructure,
  given: EtsGiven,
  check: () => void,
  reduced?: string,
): FittedEts {
  const scale = powerOfTwoNear(series);
  const scaled = series.map((value) => value / scale);
  const state = given.state && inUnit(given.state, structure, (value) => value / scale);
  const latest = latestOf(scaled);
  const found = estimate(latest, structure, { parameters: given.parameters, state }, check);
  const begin = state === undefined ? beginOf(scaled, latest, structure, found.state) : { state, index: 0 };
  return completeEts(series, scaled, scale, structure, found.parameters, begin, reduced);
}

/** States start where parameters are learned, or earlier where a long season or a gap leaves too little there. */
function beginOf(scaled: Float64Array, latest: Float64Array, structure: EtsStructure, found: EtsState): EtsBegin {
  const enough = (values: Float64Array): boolean => etsIsAffordable(structure, values.length, observedCount(values));
  const index = scaled.length - latest.length;
  if (index === 0 || enough(latest)) return { state: found, index };
  const earlier = Math.max(0, scaled.length - seasonsRead * structure.seasonLength);
  const from = earlier < index && enough(scaled.subarray(earlier)) ? earlier : 0;
  return { state: readStart(scaled.subarray(from), structure), index: from };
}

/** Values at the end that parameters are learned from. */
export function latestOf(scaled: Float64Array): Float64Array {
  return scaled.subarray(Math.max(0, scaled.length - longestEstimate));
}

function estimate(
  values: Float64Array,
  structure: EtsStructure,
  given: EtsGiven,
  check: () => void,
): { parameters: EtsParameters; state: EtsState } {
  if (!isRelative(structure)) return estimateEts(values, structure, given, check);
  const fixed = {
    parameters: given.parameters,
    states: given.state !== undefined,
    season: values.length * (structure.seasonLength + 5) ** 2 > 5e6,
  };
  const found = etsStarts.map((from) => searchEts(values, structure, given, check, from));
  const steady = structure.seasonLength > 1 ? [steadyEts(values, structure, given)] : [];
  const best = [...found, ...steady.filter(({ logLikelihood }) => logLikelihood > -Infinity)]
    .map((start) => polishEts(values, start, fixed, polishSteps, check))
    .reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  if (best.logLikelihood === -Infinity) throw indescribable(structure);
  return { parameters: parametersOf(best.point), state: stateOf(best.point) };
}

function indescribable(structure: EtsStructure): MlError {
  const why = isRelative(structure)
    ? 'its predictions would not stay positive'
    : 'its errors leave the range of numbers';
  return invalid(`${etsName(structure)} cannot describe these values: ${why}`, {});
}

/**
 * Runs the model over the series once more and keeps what a fitted model needs: states, errors and likelihood from where
 * it begins, before that one-step predictions by states read off the first values, NaN from where there is none.
 *
 * @throws {MlError} NOVA_ML_INVALID when the model cannot describe the values from where it begins.
 */
export function completeEts(
  series: Float64Array,
  scaled: Float64Array,
  scale: number,
  structure: EtsStructure,
  parameters: EtsParameters,
  { state: initial, index: begin }: EtsBegin,
  reduced?: string,
): FittedEts {
  const relative = hasRelativeError(structure);
  const fittedValues = new Float64Array(series.length);
  const residuals = new Float64Array(series.length);
  if (begin > 0) predictHead(scaled.subarray(0, begin), structure, parameters, fittedValues.subarray(0, begin));
  const measure = { squares: 0, logSum: 0, count: 0 };
  const end = initial.slice();
  const tail = fittedValues.subarray(begin);
  if (!etsPass(scaled.subarray(begin), structure, parameters, end, measure, undefined, tail)) {
    throw indescribable(structure);
  }
  let squares = 0;
  for (let i = 0; i < series.length; i++) {
    const residual = (scaled[i] as number) - (fittedValues[i] as number);
    if (i >= begin && residual === residual) squares += residual * residual;
    fittedValues[i] = (fittedValues[i] as number) * scale;
    residuals[i] = (series[i] as number) - (fittedValues[i] as number);
  }
  const { count } = measure;
  const observed = observedCount(series);
  const freedom = etsFreedom(structure);
  const variance = measure.squares / (count > freedom ? count - freedom : Math.max(1, count - 1));
  return new FittedEts({
    structure,
    parameters,
    state: inUnit(end, structure, (value) => value * scale),
    position: (series.length - begin) % structure.seasonLength,
    sigma: Math.sqrt(variance) * (relative ? 1 : scale),
    rmse: Math.sqrt(squares / count) * scale,
    logLikelihood: logLikelihoodOf(structure, measure) - count * Math.log(scale),
    observed,
    ...(count < observed && { measured: count }),
    reduced,
    fittedValues,
    residuals,
  });
}

/** What the model would have predicted before it begins, NaN from where it could not. */
function predictHead(
  values: Float64Array,
  structure: EtsStructure,
  parameters: EtsParameters,
  predictions: Float64Array,
): void {
  predictions.fill(NaN);
  if (observedCount(values) === 0) return;
  const measure = { squares: 0, logSum: 0, count: 0 };
  if (etsPass(values, structure, parameters, readStart(values, structure), measure, undefined, predictions)) return;
  const failed = predictions.findLastIndex((prediction) => prediction === prediction);
  if (failed >= 0) predictions[failed] = NaN;
}
