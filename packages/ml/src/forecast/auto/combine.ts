import { blend } from './blend.ts';

/** A method's part in the forecast. */
export interface AutoMember {
  /** The method. */
  readonly name: string;
  /** Its weight; all weights sum to 1. */
  readonly weight: number;
  /** Its mean absolute error over the validation, in the unit of the series; NaN where there was none. */
  readonly error: number;
}

/** Everything that the validation said. */
export interface Combination {
  /** A weight a method, in their order. */
  readonly weights: readonly number[];
  /** The mean absolute error of each; NaN without a validation. */
  readonly errors: readonly number[];
  /** The combined forecast at each origin. */
  readonly means: readonly Float64Array[];
  /** Mean absolute error of the combination over the validation; NaN without one. */
  readonly error: number;
  /** Whether the benchmark was taken alone because nothing beat it. */
  readonly gated: boolean;
}

/** How methods are combined. */
export interface CombineOptions {
  /** Whether half of the forecast is the weighted median. */
  readonly robust: boolean;
  /** Whether the benchmark takes part, and not only as the one to beat. */
  readonly benchmarkCounts: boolean;
}

/**
 * The benchmark is taken alone when it beats the combination by more than this part. It has its share in the combination
 * as it is, and what beats that by less does so by luck.
 */
const gate = 0.2;
/** With fewer errors than this the benchmark may be better by luck. */
const leastJudged = 40;

/**
 * Weighs methods by the inverse square of their validation errors (Bates and Granger 1969; Pawlikowski and
 * Chorowska 2020), or takes the benchmark alone where that is better.
 *
 * @param paths - What each method forecast at each origin; the first one is the benchmark; at least one.
 * @param actuals - What came after each origin.
 */
export function combine(
  paths: readonly (readonly Float64Array[])[],
  actuals: readonly Float64Array[],
  { robust, benchmarkCounts }: CombineOptions,
): Combination {
  const errors = paths.map((means) => errorOf(means, actuals));
  const counted = paths.map((_, i) => i > 0 || benchmarkCounts || paths.length === 1);
  const largest = Math.max(...errors.map((error) => (Number.isFinite(error) ? error : 0)));
  const floor = largest * 1e-6;
  const shares = errors.map((error, i) =>
    counted[i] === false ? 0 : Number.isNaN(error) ? 1 : 1 / Math.max(error, floor) ** 2,
  );
  const certain = floor > 0 || actuals.length === 0;
  const sum = shares.reduce((total, share) => total + share, 0);
  const weights = certain && Number.isFinite(sum) ? shares.map((share) => share / sum) : firstOnly(paths.length);
  const mixed = actuals.map((_, origin) => blend(atOrigin(paths, origin), weights, robust));
  const error = errorOf(mixed, actuals);
  const [benchmark = NaN] = errors;
  const judged = actuals.reduce((total, actual) => total + actual.length, 0);
  const gated = judged >= leastJudged && benchmark < error * (1 - gate);
  return {
    weights: gated ? firstOnly(paths.length) : weights,
    errors,
    means: gated ? (paths[0] ?? []) : mixed,
    error: gated ? benchmark : error,
    gated,
  };
}

function firstOnly(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? 1 : 0));
}

function atOrigin(paths: readonly (readonly Float64Array[])[], origin: number): Float64Array[] {
  return paths.map((means) => means[origin] as Float64Array);
}

/** Mean absolute error over all origins; NaN without any. */
function errorOf(means: readonly Float64Array[], actuals: readonly Float64Array[]): number {
  let sum = 0;
  let count = 0;
  for (const [origin, actual] of actuals.entries()) {
    const mean = means[origin] as Float64Array;
    for (let step = 0; step < actual.length; step++) {
      const distance = Math.abs((actual[step] as number) - (mean[step] as number));
      if (distance !== distance) continue;
      sum += distance;
      count++;
    }
  }
  return count > 0 ? sum / count : NaN;
}
