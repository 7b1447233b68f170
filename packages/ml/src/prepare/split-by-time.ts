import { invalid } from '../error.ts';
import { toValues } from '../values.ts';

/** How a series is parted. */
export interface SplitOptions {
  /** How much is for validation: a share below 1, or a number of steps from 1. @default 0.15 */
  readonly validation?: number | undefined;
  /** How much is for the test, the latest part: a share below 1, or a number of steps from 1. @default 0.15 */
  readonly test?: number | undefined;
  /** Steps between the parts that belong to none, so that windows of one do not reach into another. @default 0 */
  readonly gap?: number | undefined;
}

/** A part of a series. */
export interface SeriesPart {
  /** Where it begins in the series. */
  readonly start: number;
  /** Its values; a copy. */
  readonly values: Float64Array;
}

/** A series parted in the order of time. */
export interface SeriesSplit {
  /** The oldest part: what models learn from. */
  readonly training: SeriesPart;
  /** The part after it: what is chosen by. */
  readonly validation: SeriesPart;
  /** The latest part: what is judged by, once. */
  readonly test: SeriesPart;
}

/**
 * Parts a series by time: training, then validation, then test. Nothing is shuffled, so that nothing is learned from
 * what comes later.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value or an option is out of range, or nothing is left for training.
 *
 * @example
 * ```ts
 * import { splitByTime } from '@novacron/ml';
 *
 * const { training, validation, test } = splitByTime([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { validation: 2, test: 0.2, gap: 1 });
 * [...training.values] // => [1, 2, 3, 4]
 * [...validation.values] // => [6, 7]
 * [...test.values] // => [9, 10]
 * ```
 */
export function splitByTime(values: ArrayLike<number>, options: SplitOptions = {}): SeriesSplit {
  const series = toValues(values);
  const { length } = series;
  const test = stepsOf(options.test ?? 0.15, 'test', length);
  const validation = stepsOf(options.validation ?? 0.15, 'validation', length);
  const { gap = 0 } = options;
  if (!Number.isInteger(gap) || gap < 0) throw invalid('gap must be a whole number from 0', { gap });
  const testStart = length - test;
  const validationEnd = testStart - (test > 0 ? gap : 0);
  const validationStart = validationEnd - validation;
  const trainingEnd = validationStart - (validation > 0 ? gap : 0);
  if (trainingEnd < 1)
    throw invalid(`Of ${length} values none is left for training`, { length, validation, test, gap });
  const part = (start: number, end: number): SeriesPart => ({ start, values: series.slice(start, end) });
  return {
    training: part(0, trainingEnd),
    validation: part(validationStart, validationEnd),
    test: part(testStart, length),
  };
}

function stepsOf(size: number, name: string, length: number): number {
  if (size >= 0 && size < 1) return Math.round(size * length);
  if (Number.isInteger(size) && size >= 1) return size;
  throw invalid(`${name} must be a share below 1 or a whole number of steps, not ${size}`, { option: name });
}
