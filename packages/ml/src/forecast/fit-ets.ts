import { invalid } from '../error.ts';
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
  etsName,
  hasRelativeError,
  inUnit,
  isRelative,
  type EtsParameters,
  type EtsStructure,
} from './ets-structure.ts';
import { powerOfTwoNear } from './power-of-two-near.ts';

/** Parameters of a longer series are learned from this many values at its end; its states see all of it. */
const longestEstimate = 20_000;
const polishSteps = 40;

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
  const whole = latest.length === scaled.length;
  const initial = whole ? found.state : (state ?? readStart(scaled, structure));
  return completeEts(series, scaled, scale, structure, found.parameters, initial, reduced);
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
  if (best.logLikelihood === -Infinity) {
    throw invalid(`${etsName(structure)} cannot describe these values: its predictions would not stay positive`, {});
  }
  return { parameters: parametersOf(best.point), state: stateOf(best.point) };
}

/**
 * Runs the model over the series once more and keeps what a fitted model needs.
 *
 * @param initial - The states before the first value, of the scaled values; taken over.
 */
export function completeEts(
  series: Float64Array,
  scaled: Float64Array,
  scale: number,
  structure: EtsStructure,
  parameters: EtsParameters,
  initial: EtsState,
  reduced?: string,
): FittedEts {
  const relative = hasRelativeError(structure);
  const fittedValues = new Float64Array(series.length);
  const residuals = new Float64Array(series.length);
  const measure = { squares: 0, logSum: 0, count: 0 };
  const end = initial.slice();
  etsPass(scaled, structure, parameters, end, measure, residuals, fittedValues);
  let squares = 0;
  for (let i = 0; i < series.length; i++) {
    const residual = (scaled[i] as number) - (fittedValues[i] as number);
    if (residual === residual) squares += residual * residual;
    fittedValues[i] = (fittedValues[i] as number) * scale;
    residuals[i] = (series[i] as number) - (fittedValues[i] as number);
  }
  const count = observedCount(series);
  const freedom = etsFreedom(structure);
  const variance = measure.squares / (count > freedom ? count - freedom : Math.max(1, count - 1));
  return new FittedEts({
    structure,
    parameters,
    state: inUnit(end, structure, (value) => value * scale),
    position: series.length % structure.seasonLength,
    sigma: Math.sqrt(variance) * (relative ? 1 : scale),
    rmse: Math.sqrt(squares / count) * scale,
    logLikelihood: logLikelihoodOf(structure, { ...measure, count }) - count * Math.log(scale),
    observed: count,
    reduced,
    fittedValues,
    residuals,
  });
}
