import { invalid, MlError } from '../error.ts';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import { checkedInteger } from '../values.ts';
import type { Forecast, ForecastInterval, ForecastOptions } from './contract.ts';

const longestHorizon = 1_000_000;
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
  const { levels = defaultLevels, minimum = -Infinity, maximum = Infinity } = options ?? {};
  checkedInteger(horizon, 'horizon', 1, longestHorizon);
  for (const level of levels) checkLevel(level);
  if (!(minimum <= maximum)) {
    throw invalid(`minimum must not be above maximum, but they are ${minimum} and ${maximum}`, { minimum, maximum });
  }
  const mean = new Float64Array(horizon);
  const deviation = new Float64Array(horizon);
  fill(mean, deviation);
  const clip = (value: number): number => Math.min(maximum, Math.max(minimum, finite(value)));
  const intervals = levels.map((level): ForecastInterval => {
    const quantile = normalQuantile(0.5 + level / 2);
    const lower = new Float64Array(horizon);
    const upper = new Float64Array(horizon);
    for (let step = 0; step < horizon; step++) {
      const spread = quantile * (deviation[step] as number);
      lower[step] = clip((mean[step] as number) - spread);
      upper[step] = clip((mean[step] as number) + spread);
    }
    return { level, lower, upper };
  });
  for (let step = 0; step < horizon; step++) mean[step] = clip(mean[step] as number);
  return { mean, intervals };
}

/** @throws {MlError} NOVA_ML_INVALID when it is not a ratio between 0 and 1, both excluded. */
export function checkLevel(level: unknown): void {
  if (typeof level !== 'number' || !(level > 0 && level < 1)) {
    throw invalid(`A level must be a ratio between 0 and 1, both excluded, not ${String(level)}`, { level });
  }
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_OVERFLOW',
    message: 'The forecast leaves the range of numbers; scale the series down or shorten the horizon',
  });
}
