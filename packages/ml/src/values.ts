import { invalid } from './error.ts';

/** Values of a larger magnitude are refused: their sums would leave the range of numbers. */
export const largestMagnitude = 1e300;

/**
 * Copies what a caller hands in to an array of numbers, checked once so that no model has to. NaN means missing.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is no number, infinite, or beyond ±1e300; `details.index` says where.
 */
export function toValues(values: ArrayLike<number>): Float64Array {
  if (typeof values !== 'object' || values === null || !Number.isSafeInteger(values.length) || values.length < 0) {
    throw invalid('Values must be an array of numbers', { type: typeof values });
  }
  const copy = new Float64Array(values.length);
  for (let index = 0; index < copy.length; index++) {
    copy[index] = checkedValue(values[index], index);
  }
  return copy;
}

/**
 * One value that may be missing (NaN) but not infinite.
 *
 * @throws {MlError} NOVA_ML_INVALID when it is no number, infinite, or beyond ±1e300.
 */
export function checkedValue(value: unknown, index: number): number {
  if (typeof value !== 'number' || value > largestMagnitude || value < -largestMagnitude) {
    throw invalid(`Values must be numbers within ±1e300 or NaN for missing, but values[${index}] is ${String(value)}`, {
      index,
    });
  }
  return value;
}

/** How many values are not missing. */
export function observedCount(values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) count++;
  return count;
}

/**
 * @throws {MlError} NOVA_ML_INVALID when it is not a whole number in the range.
 * @returns the number.
 */
export function checkedInteger(value: unknown, name: string, minimum: number, maximum: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw invalid(`${name} must be a whole number from ${minimum} to ${maximum}, not ${String(value)}`, {
    option: name,
    value,
  });
}

/** The longest season: a year of minutes. */
export const longestSeason = 527_040;
