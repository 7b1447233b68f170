import { seededRandom } from '@novacron/core';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import type { Forecast, ForecastInterval, ForecastOptions } from './contract.ts';
import { powerOfTwoNear } from './power-of-two-near.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from './simulation.ts';

/** The level of the interval that futures are drawn from: wide enough to be known, narrow enough to be right. */
export const drawnLevel = 0.8;

/**
 * Draws possible futures from an interval of a forecast. What the variance of the first step says is fresh noise at
 * every step; what later steps have more is an error that adds up, so that a path that is high stays high. Either side
 * of the mean keeps the width of its own half of the interval.
 */
export function* drawPaths(
  mean: Float64Array,
  { level, lower, upper }: ForecastInterval,
  count: number,
  seed: number,
): Generator<Float64Array> {
  const quantile = normalQuantile(0.5 + level / 2);
  const random = seededRandom(seed);
  const normal = (): number => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())));
  const halves = mean.map((_, step) => (upper[step] as number) / 2 - (lower[step] as number) / 2);
  const unit = powerOfTwoNear(halves); // squares of widths stay in the range of numbers
  const widths = halves.map((half) => half / unit / quantile);
  const fresh = widths[0] as number;
  for (let p = 0; p < count; p++) {
    const path = new Float64Array(mean.length);
    let added = 0;
    let variance = fresh * fresh;
    for (let step = 0; step < path.length; step++) {
      const width = widths[step] as number;
      const grown = Math.max(variance, width * width);
      added += normal() * Math.sqrt(grown - variance);
      variance = grown;
      // A step that is surer than those before, as at the low of a relative season, has smaller errors of the same kind.
      const error = variance > 0 ? ((fresh * normal() + added) * width) / Math.sqrt(variance) : 0;
      const middle = mean[step] as number;
      const half = error > 0 ? (upper[step] as number) - middle : middle - (lower[step] as number);
      const skew = width > 0 ? half / (quantile * width) : 0;
      path[step] = middle + error * skew;
    }
    yield path;
  }
}

/** A model that forecasts with intervals. */
interface Source {
  forecast(horizon: number, options: ForecastOptions): Forecast;
}

/**
 * Possible futures of a model that has no simulation of its own, from the intervals of its forecast.
 *
 * @param rest - What else the forecast is asked for.
 * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
 * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
 */
export function simulateByForecast(
  source: Source,
  horizon: number,
  options?: SimulateOptions,
  rest?: ForecastOptions,
): Float64Array[] {
  const { paths, seed } = checkedSimulation(horizon, options);
  const { mean, intervals } = source.forecast(horizon, { ...rest, levels: [drawnLevel] });
  return Array.from(drawPaths(mean, intervals[0] as ForecastInterval, paths, seed), checkedPath);
}
