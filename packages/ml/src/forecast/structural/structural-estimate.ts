import { levenbergMarquardt } from '../../optimise/levenberg-marquardt.ts';
import {
  structuralPrediction,
  structuralSize,
  structuralStart,
  structuralStep,
  type StructuralShape,
  type StructuralState,
  type StructuralVariances,
} from './structural-filter.ts';

/** Variance, against that of the disturbances, of what is not known before the first value. */
const unknownVariance = 1e8;

/** What a pass of the filter over a series found. */
export interface StructuralPass {
  /** Sum of squared innovations, each divided by its variance. */
  readonly squares: number;
  /** Sum of the logarithms of those variances. */
  readonly logarithms: number;
  /** How many innovations count. */
  readonly used: number;
  /** The state after the last value. */
  readonly state: StructuralState;
}

/** What an estimation found. */
export interface StructuralEstimate extends StructuralPass {
  /** Variances, up to a factor. */
  readonly variances: StructuralVariances;
}

/**
 * Runs the filter. The first observed innovations, one for each number of the state, only find the state.
 *
 * @param errors - Gets the innovations, each divided by its deviation; 0 where they do not count.
 * @param predictions - Gets the predictions; NaN where they do not count.
 */
export function structuralPass(
  values: Float64Array,
  shape: StructuralShape,
  variances: StructuralVariances,
  errors: Float64Array,
  predictions?: Float64Array,
): StructuralPass {
  const size = structuralSize(shape);
  const first = values.find((value) => value === value) ?? 0;
  const state = structuralStart(shape, first, unknownVariance);
  const gain = new Float64Array(size);
  let learning = size;
  let squares = 0;
  let logarithms = 0;
  let used = 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t] as number;
    const prediction = structuralPrediction(shape, state);
    const variance = structuralStep(shape, variances, state, value, gain);
    errors[t] = 0;
    if (learning > 0) {
      if (value === value) learning--;
      continue;
    }
    if (predictions !== undefined) predictions[t] = prediction;
    if (value !== value) continue;
    const error = (value - prediction) / Math.sqrt(variance);
    errors[t] = error;
    squares += error * error;
    logarithms += Math.log(variance);
    used++;
  }
  return { squares, logarithms, used, state };
}

/** Variances of level, slope, season and observations where the search starts. */
const starts: readonly (readonly number[])[] = [
  [0.2, 0.002, 0.01, 1],
  [1, 0.05, 0.1, 0.05],
  [0.01, 0.0001, 0.0005, 1],
];

/** Maximises the likelihood over the variances of the disturbances, whose common factor is concentrated out. */
export function estimateStructural(
  values: Float64Array,
  shape: StructuralShape,
  check: () => void,
): StructuralEstimate {
  const free = [true, shape.slope, shape.seasonLength > 1, true];
  const lower = new Float64Array(4);
  const upper = Float64Array.from(free, (isFree) => (isFree ? 1e3 : 0));
  const evaluate = (point: Float64Array, errors: Float64Array): number => {
    check();
    const { squares, logarithms, used } = structuralPass(values, shape, variancesOf(point), errors);
    const scale = Math.exp(logarithms / (2 * Math.max(1, used)));
    for (let t = 0; t < errors.length; t++) errors[t] = (errors[t] as number) * scale;
    return squares * scale * scale;
  };
  const scratch = new Float64Array(values.length);
  let best: { point: Float64Array; value: number } | undefined;
  for (const start of starts) {
    const found = levenbergMarquardt({
      start: Float64Array.from(start, (x, i) => (free[i] === true ? x : 0)),
      lower,
      upper,
      count: values.length,
      errors: evaluate,
      derivative(point, coordinate, errors, out) {
        const moved = point.slice();
        const step = 1e-5 * Math.max(1e-3, moved[coordinate] as number);
        moved[coordinate] = (moved[coordinate] as number) + step;
        evaluate(moved, scratch);
        for (let t = 0; t < out.length; t++) out[t] = ((scratch[t] as number) - (errors[t] as number)) / step;
      },
      maxSteps: 50,
      tolerance: 1e-9,
    });
    if (best === undefined || found.value < best.value) best = found;
  }
  const variances = variancesOf((best as { point: Float64Array }).point);
  return { variances, ...structuralPass(values, shape, variances, scratch) };
}

function variancesOf(point: Float64Array): StructuralVariances {
  const [level, slope, season, irregular] = point as unknown as readonly [number, number, number, number];
  // The common factor is free: the sum is kept at 1, so that what is unknown stays large beside it.
  const sum = level + slope + season + irregular || 1;
  return { level: level / sum, slope: slope / sum, season: season / sum, irregular: irregular / sum };
}
