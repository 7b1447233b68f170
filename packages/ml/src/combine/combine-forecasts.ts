import { invalid } from '../error.ts';
import type { Forecast } from '../forecast/contract.ts';

/** How forecasts become one: trimmed leaves out a share of the highest and the lowest; weights are divided by their sum. */
export type CombineMethod = 'mean' | 'median' | { readonly trimmed: number } | { readonly weights: readonly number[] };

/**
 * Combines forecasts of the same steps by different methods: what one gets wrong another gets right (Bates and Granger
 * 1969). The bounds of intervals are combined as the means are, which makes them a little too wide (Lichtendahl,
 * Grushka-Cockayne, Winkler 2013). The median and the trimmed mean bear one wild forecast.
 *
 * @param forecasts - Equally long, with the same levels in the same order.
 * @throws {MlError} NOVA_ML_INVALID when there is none, they do not match, or the method is out of range.
 *
 * @example
 * ```ts
 * import { combineForecasts, naive, windowAverage } from '@novacron/ml';
 *
 * const values = [4, 8, 6, 2];
 * const forecasts = [naive(), windowAverage({ window: 4 })].map((model) => model.fit(values).forecast(2));
 * [...combineForecasts(forecasts).mean] // => [3.5, 3.5]
 * [...combineForecasts(forecasts, { weights: [3, 1] }).mean] // => [2.75, 2.75]
 * ```
 */
export function combineForecasts(forecasts: readonly Forecast[], method: CombineMethod = 'mean'): Forecast {
  const [first] = forecasts;
  if (first === undefined) throw invalid('There must be a forecast', { option: 'forecasts' });
  const levels = first.intervals.map(({ level }) => level);
  for (const [index, { mean, intervals }] of forecasts.entries()) {
    const same = intervals.length === levels.length && intervals.every(({ level }, i) => level === levels[i]);
    if (mean.length !== first.mean.length || !same)
      throw invalid('Forecasts must have the same steps and levels', { index });
  }
  const mix = mixer(method, forecasts.length);
  const combined = (rows: readonly Float64Array[]): Float64Array => {
    const values = new Float64Array(rows.length);
    return first.mean.map((_, step) => {
      for (const [r, row] of rows.entries()) values[r] = row[step] as number;
      return mix(values);
    });
  };
  return {
    mean: combined(forecasts.map(({ mean }) => mean)),
    intervals: levels.map((level, i) => ({
      level,
      lower: combined(forecasts.map(({ intervals }) => intervals[i]?.lower as Float64Array)),
      upper: combined(forecasts.map(({ intervals }) => intervals[i]?.upper as Float64Array)),
    })),
  };
}

function mixer(method: CombineMethod, count: number): (values: Float64Array) => number {
  if (method === 'mean') return weighted(Array.from({ length: count }, () => 1));
  if (method === 'median') return trimmed(0.5);
  if ('weights' in method) {
    const { weights } = method;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (weights.length !== count || !weights.every((weight) => weight >= 0) || !(sum > 0 && sum < Infinity)) {
      throw invalid('There must be a weight from 0 a forecast, one of them above 0', { option: 'weights' });
    }
    return weighted(weights);
  }
  if (!(method.trimmed >= 0 && method.trimmed <= 0.5))
    throw invalid('trimmed must be a share from 0 to 0.5', { method });
  return trimmed(method.trimmed);
}

function weighted(weights: readonly number[]): (values: Float64Array) => number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return (values) => values.reduce((total, value, i) => total + (value * (weights[i] as number)) / sum, 0);
}

/** Leaves so many of the values out at either end, but at least one or two in. */
function trimmed(share: number): (values: Float64Array) => number {
  return (values) => {
    const sorted = values.slice().sort();
    const out = Math.min(Math.floor(share * sorted.length), (sorted.length - 1) >> 1);
    const kept = sorted.subarray(out, sorted.length - out);
    return kept.reduce((total, value) => total + value / kept.length, 0);
  };
}
