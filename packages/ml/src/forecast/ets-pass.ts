import type { EtsState } from './ets-filter.ts';
import { damped } from './ets-motion.ts';
import {
  hasRelativeError,
  hasRelativeSeason,
  hasRelativeTrend,
  type EtsParameters,
  type EtsStructure,
} from './ets-structure.ts';

const largestProduct = 1e100;

/** What one pass over the values measured. */
export interface EtsPassResult {
  /** Sum of squared errors: relative ones where the model's error is. */
  squares: number;
  /** Sum of the logarithms of the predictions where the error is relative; otherwise 0. */
  logSum: number;
  /** How many values were observed. */
  count: number;
}

/**
 * Runs any ETS model over values: predict, take the error, let each state take over its part of it (Hyndman, Koehler,
 * Ord, Snyder 2008, tables 2.2 and 2.3). The states of a model with relative errors move as
 * those of its additive twin; only the likelihood differs. A missing value has no error.
 *
 * @param state - The states before the first value; left as they are after the last.
 * @param result - Gets what was measured, so that a pass allocates nothing.
 * @param errors - Gets the error of each value; NaN where it is missing.
 * @param predictions - Gets what is predicted for each value, missing or not.
 * @returns false when the model left its domain: a prediction that is not positive where the error or the season is
 * relative, or a level or a growth that is not. The result is useless then.
 */
export function etsPass(
  values: Float64Array,
  structure: EtsStructure,
  { alpha, beta, gamma, phi }: EtsParameters,
  state: EtsState,
  result: EtsPassResult,
  errors?: Float64Array,
  predictions?: Float64Array,
): boolean {
  const relativeError = hasRelativeError(structure);
  const relativeTrend = hasRelativeTrend(structure);
  const relativeSeason = hasRelativeSeason(structure);
  const positive = relativeError || relativeSeason;
  const end = state.length;
  let level = state[0] as number;
  let slope = state[1] as number;
  let position = 2;
  let squares = 0;
  let logSum = 0;
  let product = 1;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const season = state[position] as number;
    const before = level;
    if (relativeTrend) {
      slope = damped(slope, phi);
      level *= slope;
    } else {
      slope *= phi;
      level += slope;
    }
    const prediction = relativeSeason ? level * season : level + season;
    if (predictions !== undefined) predictions[i] = prediction;
    if (positive && !(prediction > 0 && level > 0)) return false;
    if (relativeTrend && !(level > 0 && slope > 0)) return false;
    const error = (values[i] as number) - prediction;
    if (error === error) {
      count++;
      const part = relativeSeason ? error / season : error;
      state[position] = season + (relativeSeason ? (gamma * error) / level : gamma * error);
      level += alpha * part;
      slope += beta * (relativeTrend ? part / before : part);
      const weighed = relativeError ? error / prediction : error;
      squares += weighed * weighed;
      if (errors !== undefined) errors[i] = weighed;
      if (relativeError) {
        product *= prediction;
        if (product > largestProduct || product < 1 / largestProduct) {
          logSum += Math.log(product);
          product = 1;
        }
      }
    } else if (errors !== undefined) errors[i] = NaN;
    if (++position === end) position = 2;
  }
  state[0] = level;
  state[1] = slope;
  result.squares = squares;
  result.logSum = logSum + Math.log(product);
  result.count = count;
  return Number.isFinite(squares);
}
