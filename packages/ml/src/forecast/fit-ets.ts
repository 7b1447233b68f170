import { estimateEts, type EtsGiven } from './ets-estimate.ts';
import { etsFilter } from './ets-filter.ts';
import { FittedEts } from './ets-fitted.ts';
import { etsStart } from './ets-start.ts';
import { etsFreedom, type EtsStructure } from './ets-structure.ts';
import { observedCount } from '../values.ts';

/** Parameters of a longer series are learned from this many values at its end; its states see all of it. */
const longestEstimate = 20_000;

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
  const state = given.state?.map((value) => value / scale);
  const latest = scaled.subarray(Math.max(0, scaled.length - longestEstimate));
  const estimate = estimateEts(latest, structure, { parameters: given.parameters, state }, check);
  const end = latest.length === scaled.length ? estimate.state : (state ?? etsStart(scaled, structure));
  const fittedValues = new Float64Array(series.length);
  const squares = etsFilter(scaled, estimate.parameters, end, fittedValues);
  const residuals = new Float64Array(series.length);
  for (let i = 0; i < series.length; i++) {
    fittedValues[i] = (fittedValues[i] as number) * scale;
    residuals[i] = (series[i] as number) - (fittedValues[i] as number);
  }
  const count = observedCount(series);
  const freedom = etsFreedom(structure);
  // Numbers are known to 16 digits, so no fit is more certain than that; a perfect one would have an infinite one.
  const leastSquares = Math.max(squares, count * Number.EPSILON ** 2);
  return new FittedEts({
    structure,
    parameters: estimate.parameters,
    state: end.map((value) => value * scale),
    position: series.length % structure.seasonLength,
    sigma: Math.sqrt(squares / (count > freedom ? count - freedom : Math.max(1, count - 1))) * scale,
    rmse: Math.sqrt(squares / count) * scale,
    logLikelihood: -0.5 * count * (Math.log(leastSquares) + 2 * Math.log(scale)),
    observed: count,
    reduced,
    fittedValues,
    residuals,
  });
}

function powerOfTwoNear(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
}
