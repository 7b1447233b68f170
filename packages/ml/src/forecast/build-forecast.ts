import { invalid, MlError } from '../error.ts';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import { checkedInteger, checkOptions } from '../values.ts';
import type { Forecast, ForecastInterval, ForecastOptions } from './contract.ts';

/** Steps that a forecast may have. */
export const longestHorizon = 1_000_000;
const defaultLevels: readonly number[] = [0.8, 0.95];

/**
 * Checks what was asked for, has a model fill in means and standard deviations, and makes the intervals: the mean
 * plus and minus a normal quantile times the standard deviation.
 *
 * @param fill - Writes the mean and the standard deviation of each step.
 * @throws {MlError} NOVA_ML_INVALID when the horizon, a level or a limit is out of range.
 * @throws {MlError} NOVA_ML_OVERFLOW when a number would be infinite.
 */
export function buildForecast(
  horizon: number,
  options: ForecastOptions | undefined,
  fill: (mean: Float64Array, deviation: Float64Array) => void,
): Forecast {
  const { levels = defaultLevels } = options ?? {};
  checkForecast(horizon, options);
  const mean = new Float64Array(horizon);
  const deviation = new Float64Array(horizon);
  fill(mean, deviation);
  const widths = levels.map((level) => {
    const quantile = normalQuantile(0.5 + level / 2);
    return deviation.map((size) => quantile * size);
  });
  return forecastAround(mean, widths, { ...options, levels });
}

/**
 * Refuses a forecast that can't be asked for.
 *
 * @throws {MlError} NOVA_ML_INVALID when the horizon, a level or a limit is out of range.
 */
export function checkForecast(horizon: number, options?: ForecastOptions): void {
  if (options !== undefined) checkOptions(options);
  const { levels = defaultLevels, minimum = -Infinity, maximum = Infinity } = options ?? {};
  checkedInteger(horizon, 'horizon', 1, longestHorizon);
  if (!Array.isArray(levels)) throw invalid('levels must be a list, like [0.95]', { option: 'levels' });
  for (const level of levels) checkLevel(level);
  for (const [option, limit] of Object.entries({ minimum, maximum })) {
    if (typeof limit !== 'number') throw invalid(`${option} must be a number, not ${String(limit)}`, { option });
  }
  if (!(minimum <= maximum)) {
    throw invalid(`minimum must not be above maximum, but they are ${minimum} and ${maximum}`, { minimum, maximum });
  }
}

/**
 * A forecast with intervals that reach as far above the mean as below.
 *
 * @param mean - The mean of each step; taken over.
 * @param widths - For each level half the width of the interval at each step.
 * @param options - The levels and the limits, checked already.
 * @throws {MlError} NOVA_ML_OVERFLOW when a number would be infinite.
 */
export function forecastAround(
  mean: Float64Array,
  widths: readonly Float64Array[],
  { levels = defaultLevels, minimum, maximum }: ForecastOptions,
): Forecast {
  const intervals = levels.map((level, i): ForecastInterval => {
    const width = widths[i] as Float64Array;
    const lower = new Float64Array(mean.length);
    const upper = new Float64Array(mean.length);
    for (let step = 0; step < mean.length; step++) {
      lower[step] = (mean[step] as number) - (width[step] as number);
      upper[step] = (mean[step] as number) + (width[step] as number);
    }
    return { level, lower, upper };
  });
  return withinLimits({ mean, intervals }, minimum, maximum);
}

/**
 * Moves what lies outside the limits onto them, in place.
 *
 * @throws {MlError} NOVA_ML_OVERFLOW when a number is infinite.
 */
export function withinLimits(forecast: Forecast, minimum: number = -Infinity, maximum: number = Infinity): Forecast {
  for (const values of [forecast.mean, ...forecast.intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
    checkFinite(values);
    clip(values, minimum, maximum);
  }
  return forecast;
}

/** @throws {MlError} NOVA_ML_INVALID when it is not a ratio between 0 and 1, both excluded. */
export function checkLevel(level: unknown): void {
  if (typeof level !== 'number' || !(level > 0 && level < 1)) {
    throw invalid(`A level must be a ratio between 0 and 1, both excluded, not ${String(level)}`, { level });
  }
}

function checkFinite(values: Float64Array): void {
  let rest = 0; // stays 0 unless a value is infinite or no number
  for (let step = 0; step < values.length; step++) {
    const value = values[step] as number;
    rest += value - value;
  }
  if (rest === 0) return;
  throw new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_OVERFLOW',
    message: 'The forecast leaves the range of numbers; scale the series down or shorten the horizon',
  });
}

function clip(values: Float64Array, minimum: number, maximum: number): void {
  if (minimum === -Infinity && maximum === Infinity) return;
  for (let step = 0; step < values.length; step++) {
    values[step] = Math.min(maximum, Math.max(minimum, values[step] as number));
  }
}
