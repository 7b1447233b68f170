import { invalid, MlError } from '../error.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { toValues } from '../values.ts';

/** What a statistical test says. */
export interface TestResult {
  /** The test's statistic. */
  readonly statistic: number;
  /** How likely a statistic as extreme is where the null hypothesis holds, 0 to 1. */
  readonly pValue: number;
}

/** The error of a series that is too short for a test. */
export function tooShort(what: string, needed: number, observed: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `${what} need at least ${needed} observed values, not ${observed}`,
    details: { needed, observed },
  });
}

/**
 * Copies values whose order matters to a test, so that none may be missing inside; missing ends are cut off. They
 * are divided by a power of two near the largest, so that squares stay in the range of numbers.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is missing inside, infinite, or no number.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are too few, or all are equal.
 */
export function wholeValues(values: ArrayLike<number>, what: string, needed: number): Float64Array {
  const series = toValues(values);
  const first = series.findIndex((value) => value === value);
  const cut = series.subarray(Math.max(0, first), series.findLastIndex((value) => value === value) + 1);
  const gap = cut.findIndex(Number.isNaN);
  if (gap >= 0) {
    throw invalid(`${what} need a series without gaps, but values[${first + gap}] is missing`, { index: first + gap });
  }
  if (cut.length < needed) throw tooShort(what, needed, cut.length);
  if (cut.every((value) => value === cut[0])) throw invalid(`${what} need values that are not all equal`, {});
  const unit = powerOfTwoNear(cut);
  return cut.map((value) => value / unit);
}
