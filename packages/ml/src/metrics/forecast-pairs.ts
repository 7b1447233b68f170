import { MlError, invalid } from '../error.ts';
import { checkedValue } from '../values.ts';

/**
 * Adds up a term over all pairs of an actual and a forecast value. Pairs whose actual value is missing (NaN) are left
 * out; a forecast must be there.
 *
 * @returns the sum, and how many pairs counted: at least 1.
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, or a value is infinite or beyond ±1e300.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no pair is left.
 */
export function sumOverPairs(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  term: (actual: number, forecast: number, index: number) => number,
): { sum: number; count: number } {
  if (actual.length !== forecast.length) {
    throw invalid(`There must be as many forecasts as actual values, not ${forecast.length} and ${actual.length}`, {
      actual: actual.length,
      forecast: forecast.length,
    });
  }
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const value = checkedValue(actual[i], i);
    const predicted = checkedValue(forecast[i], i);
    if (Number.isNaN(predicted))
      throw invalid(`A forecast must not be missing, but forecast[${i}] is NaN`, { index: i });
    if (Number.isNaN(value)) continue;
    sum += term(value, predicted, i);
    count++;
  }
  if (count === 0) throw undefinedMetric('there is no observed value');
  return { sum, count };
}

/** The error of a metric that would divide by zero. */
export function undefinedMetric(why: string): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_UNDEFINED_METRIC',
    message: `The metric is undefined because ${why}`,
  });
}
