import { choleskySolver } from '../../optimise/cholesky.ts';

/** What follows from values some steps back: `y = intercept of the phase + Σ weight y(t - lag)`. */
export interface LagRule {
  /** One a phase of the season, that of the first step of the series first; a single one without a season. */
  readonly intercepts: Float64Array;
  /** How many steps back. */
  readonly lags: readonly number[];
  /** One a lag. */
  readonly weights: Float64Array;
}

/** A rule as it was estimated. */
export interface PhaseRegression extends LagRule {
  /** Standard error of each weight. */
  readonly errors: Float64Array;
  /** Standard deviation of the errors. */
  readonly sigma: number;
  /** How many steps it learned from. */
  readonly count: number;
  /** What each of the other columns counts. */
  readonly others: Float64Array;
}

/** What a regression is asked for. */
export interface PhaseRegressionOptions {
  /** Phases that have an intercept each; 1 for one intercept. */
  readonly phases: number;
  /** How many steps back its columns are. */
  readonly lags: readonly number[];
  /** Whether changes from step to step are explained instead of values; columns are changes then too. */
  readonly ofChanges?: boolean;
  /** Other columns, by steps. @default none */
  readonly others?: readonly ((step: number) => number)[];
}

/**
 * Least squares with an intercept for each phase: their means are taken off first, so that a season of any length costs
 * one pass and the normal equations are as small as there are lags (Frisch and Waugh 1933).
 *
 * @returns nothing where there are too few steps.
 */
export function phaseRegression(
  values: Float64Array,
  { phases, lags, ofChanges = false, others = [] }: PhaseRegressionOptions,
): PhaseRegression | undefined {
  const first = Math.max(0, ...lags) + (ofChanges ? 1 : 0);
  const count = values.length - first;
  const width = lags.length + others.length + 1; // what is explained comes last
  if (count < width + phases + 1) return undefined;
  const at = (t: number): number => (values[t] as number) - (ofChanges ? (values[t - 1] as number) : 0);
  const fill = (row: Float64Array, t: number): void => {
    for (let k = 0; k < lags.length; k++) row[k] = at(t - (lags[k] as number));
    for (let k = 0; k < others.length; k++) row[lags.length + k] = (others[k] as (step: number) => number)(t);
    row[width - 1] = at(t);
  };
  const row = new Float64Array(width);
  const means = new Float64Array(phases * width);
  const counts = new Float64Array(phases);
  for (let t = first; t < values.length; t++) {
    fill(row, t);
    const phase = t % phases;
    counts[phase] = (counts[phase] as number) + 1;
    for (let k = 0; k < width; k++)
      means[phase * width + k] = (means[phase * width + k] as number) + (row[k] as number);
  }
  for (let i = 0; i < means.length; i++) {
    means[i] = (means[i] as number) / Math.max(1, counts[Math.floor(i / width)] as number);
  }
  const size = width - 1;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  let total = 0;
  for (let t = first; t < values.length; t++) {
    fill(row, t);
    const phase = t % phases;
    for (let k = 0; k < width; k++) row[k] = (row[k] as number) - (means[phase * width + k] as number);
    const value = row[size] as number;
    total += value * value;
    for (let a = 0; a < size; a++) {
      const x = row[a] as number;
      right[a] = (right[a] as number) + x * value;
      for (let b = 0; b <= a; b++) gram[a * size + b] = (gram[a * size + b] as number) + x * (row[b] as number);
    }
  }
  const solve = choleskySolver(gram, size, 1e-12);
  const found = solve(right);
  let squares = total;
  for (let k = 0; k < size; k++) squares -= (found[k] as number) * (right[k] as number);
  const used = counts.reduce((sum, seen) => sum + (seen > 0 ? 1 : 0), 0);
  const variance = Math.max(0, squares) / Math.max(1, count - size - used);
  const errors = lags.map((_, k) => {
    const unit = new Float64Array(size);
    unit[k] = 1;
    return Math.sqrt(Math.max(0, solve(unit)[k] as number) * variance);
  });
  return {
    intercepts: interceptsOf(means, counts, found),
    lags,
    weights: found.slice(0, lags.length),
    errors: Float64Array.from(errors),
    sigma: Math.sqrt(variance),
    count,
    others: found.slice(lags.length),
  };
}

/** What the means of each phase leave after the columns; a phase that was not seen gets the mean of the others. */
function interceptsOf(means: Float64Array, counts: Float64Array, weights: Float64Array): Float64Array {
  const width = weights.length + 1;
  const intercepts = new Float64Array(counts.length);
  let sum = 0;
  let seen = 0;
  for (let phase = 0; phase < counts.length; phase++) {
    let intercept = means[phase * width + weights.length] as number;
    for (let k = 0; k < weights.length; k++) intercept -= (weights[k] as number) * (means[phase * width + k] as number);
    intercepts[phase] = intercept;
    if (counts[phase] === 0) continue;
    sum += intercept;
    seen++;
  }
  return intercepts.map((intercept, phase) => (counts[phase] === 0 ? sum / seen : intercept));
}
