import type { Candidate } from './candidates.ts';

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
  /** The methods, the heaviest first. */
  readonly members: readonly AutoMember[];
  /** The combined forecast at each origin. */
  readonly means: readonly Float64Array[];
  /** Mean absolute error of the combination over the validation; NaN without one. */
  readonly error: number;
  /** The same of the seasonal naive method, or of the naive one without a season. */
  readonly benchmark: number;
  /** Whether the benchmark was taken alone because nothing beat it. */
  readonly gated: boolean;
}

/** The benchmark is taken alone when it beats the combination by more than this part. */
const gate = 0.03;
/** With fewer errors than this the benchmark may be better by luck. */
const leastJudged = 40;

/**
 * Weighs candidates by the inverse square of their validation errors (Bates and Granger 1969; Pawlikowski and
 * Chorowska 2020), or takes the benchmark alone where that is better.
 *
 * @param candidates - The first one is the benchmark; at least one.
 * @param actuals - What came after each origin but the last.
 */
export function combine(candidates: readonly Candidate[], actuals: readonly Float64Array[]): Combination {
  const errors = candidates.map(({ means }) => errorOf(means, actuals));
  const usable = errors.map((error) => (Number.isFinite(error) ? error : 0));
  const floor = Math.max(...usable) * 1e-6;
  const shares = errors.map((error) => (Number.isNaN(error) ? 1 : 1 / Math.max(error, floor) ** 2));
  const certain = floor > 0 || actuals.length === 0;
  const sum = shares.reduce((total, share) => total + share, 0);
  const weights = certain && Number.isFinite(sum) ? shares.map((share) => share / sum) : firstOnly(candidates.length);
  const means = mix(candidates, weights);
  const error = errorOf(means, actuals);
  const [benchmark = NaN] = errors;
  const judged = actuals.reduce((total, actual) => total + actual.length, 0);
  const gated = judged >= leastJudged && benchmark < error * (1 - gate);
  const final = gated ? firstOnly(candidates.length) : weights;
  const members = candidates
    .map(({ name }, i) => ({ name, weight: final[i] as number, error: errors[i] as number }))
    .sort((a, b) => b.weight - a.weight);
  return {
    members,
    means: gated ? (candidates[0]?.means ?? means) : means,
    error: gated ? benchmark : error,
    benchmark,
    gated,
  };
}

function firstOnly(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? 1 : 0));
}

function mix(candidates: readonly Candidate[], weights: readonly number[]): Float64Array[] {
  const [first] = candidates;
  return (first?.means ?? []).map((mean, origin) => {
    const mixed = new Float64Array(mean.length);
    for (const [c, { means }] of candidates.entries()) {
      const part = means[origin] as Float64Array;
      const weight = weights[c] as number;
      for (let step = 0; step < mixed.length; step++) {
        mixed[step] = (mixed[step] as number) + weight * (part[step] as number);
      }
    }
    return mixed;
  });
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
