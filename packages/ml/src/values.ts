import { invalid } from './error.ts';

/** Values of a larger magnitude are refused: their sums would leave the range of numbers. */
export const largestMagnitude = 1e300;

/** Longer series are refused before memory is asked for. */
const longestSeries = 100_000_000;

/**
 * Copies what a caller hands in to an array of numbers, checked once so that no model has to. NaN means missing.
 *
 * @throws {MlError} NOVA_ML_INVALID when it is no array of up to 100,000,000 values, or a value is no number, infinite,
 * or beyond ±1e300; `details.index` says where.
 */
export function toValues(values: ArrayLike<number>): Float64Array {
  checkValues(values, 1);
  if (values instanceof Float64Array) return checkedCopy(values);
  const copy = new Float64Array(values.length);
  for (let index = 0; index < copy.length; index++) {
    copy[index] = checkedValue(values[index], index);
  }
  return copy;
}

/** Numbers only, so nothing is asked but their size. */
function checkedCopy(values: Float64Array): Float64Array {
  const copy = values.slice();
  for (let index = 0; index < copy.length; index++) {
    const value = copy[index] as number;
    if (value > largestMagnitude || value < -largestMagnitude) checkedValue(value, index);
  }
  return copy;
}

/**
 * Checks values that are not copied, all of them before the first one counts.
 *
 * @param count - How many of them, from the first, are looked at. @default all
 * @throws {MlError} NOVA_ML_INVALID when it is no array of up to 100,000,000 values, or a value is no number, infinite,
 * or beyond ±1e300; `details.index` says where.
 */
export function checkValues(values: ArrayLike<number>, count: number = Infinity): void {
  if (typeof values !== 'object' || values === null || !Number.isSafeInteger(values.length) || values.length < 0) {
    throw invalid('Values must be an array of numbers', { type: typeof values });
  }
  const { length } = values;
  if (length > longestSeries) throw invalid(`There may be up to ${longestSeries} values, not ${length}`, { length });
  for (let index = 0; index < Math.min(count, length); index++) checkedValue(values[index], index);
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

/**
 * Refuses a call that was made without its options.
 *
 * @throws {MlError} NOVA_ML_INVALID when they are no object.
 */
export function checkOptions(options: unknown): void {
  const isList = Array.isArray(options) || ArrayBuffer.isView(options);
  if (typeof options === 'object' && options !== null && !isList) return;
  const found = isList ? 'an array' : String(options);
  throw invalid(`There must be an object of options, not ${found}`, { type: isList ? 'array' : typeof options });
}

/** The longest season: a year of minutes. */
export const longestSeason = 527_040;
