import type { EtsParameters } from './ets-structure.ts';

/**
 * The states of an additive ETS model in one array: `[level, slope, season...]`. The season entry of a step is at
 * `2 + step % seasonLength` and stays there, so nothing is moved when time goes on. Without a season there is one
 * entry that is 0.
 */
export type EtsState = Float64Array;

/**
 * Runs the model over values (Hyndman, Koehler, Ord, Snyder 2008, section 3.2, error correction form): predict, take
 * the error, let each state take over its part of it. A missing value has no error, so the states follow their own
 * prediction.
 *
 * @param state - The states before the first value; left as they are after the last.
 * @param predictions - Gets what is predicted for each value, missing or not.
 * @param slopes - Gets the slope before each value.
 * @returns the sum of squared errors.
 */
export function etsFilter(
  values: Float64Array,
  { alpha, beta, gamma, phi }: EtsParameters,
  state: EtsState,
  predictions?: Float64Array,
  slopes?: Float64Array,
): number {
  const end = state.length;
  let level = state[0] as number;
  let slope = state[1] as number;
  let position = 2;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (slopes !== undefined) slopes[i] = slope;
    const season = state[position] as number;
    slope *= phi;
    level += slope;
    const prediction = level + season;
    if (predictions !== undefined) predictions[i] = prediction;
    const error = (values[i] as number) - prediction;
    if (error === error) {
      sum += error * error;
      level += alpha * error;
      slope += beta * error;
      state[position] = season + gamma * error;
    }
    if (++position === end) position = 2;
  }
  state[0] = level;
  state[1] = slope;
  return sum;
}

/** How a change of one unknown pushes the states directly: multiples of the error, and of the slope before it. */
export interface EtsPush {
  /** Of the error, into the level. */
  readonly level: number;
  /** Of the error, into the slope. */
  readonly slope: number;
  /** Of the error, into the season. */
  readonly season: number;
  /** Of the old slope, into level and slope. */
  readonly damping: number;
}

/**
 * The derivative of every one-step error by one unknown: the same recursion, differentiated.
 *
 * @param state - The derivative of the initial states; overwritten.
 * @param out - Gets the derivatives; 0 where the value is missing.
 */
export function etsSensitivity(
  { alpha, beta, gamma, phi }: EtsParameters,
  push: EtsPush,
  errors: Float64Array,
  slopes: Float64Array,
  state: EtsState,
  out: Float64Array,
): void {
  const end = state.length;
  let level = state[0] as number;
  let slope = state[1] as number;
  let position = 2;
  for (let i = 0; i < errors.length; i++) {
    const season = state[position] as number;
    slope = phi * slope + push.damping * (slopes[i] as number);
    level += slope;
    const error = errors[i] as number;
    if (error === error) {
      const change = -(level + season);
      out[i] = change;
      level += alpha * change + push.level * error;
      slope += beta * change + push.slope * error;
      state[position] = season + gamma * change + push.season * error;
    } else {
      out[i] = 0;
    }
    if (++position === end) position = 2;
  }
}
