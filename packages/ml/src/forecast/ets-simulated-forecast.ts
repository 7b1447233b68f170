import { seededRandom } from '@novacron/core';
import { largestMagnitude } from '../values.ts';
import { checkForecast, withinLimits } from './build-forecast.ts';
import type { Forecast, ForecastInterval, ForecastOptions } from './contract.ts';
import { EtsMotion } from './ets-motion.ts';
import { hasDampedTrend, hasRelativeTrend, type EtsStructure } from './ets-structure.ts';
import { drawNormals, etsRunner, type EtsModel } from './simulate-ets.ts';
import { sortedQuantile } from './sorted-quantile.ts';

const longestSimulated = 1_000;
const mostPaths = 4_000;
/** Steps of all futures together; at least 500 futures are drawn. */
const usualSteps = 400_000;
const seed = 1;

/**
 * Forecasts of a model whose variances have no formula (classes 4 and 5 of Hyndman et al. 2008, section 6.4): means
 * without errors, intervals by quantiles of simulated futures, 500 to 4,000 of them in pairs of opposite errors. Beyond
 * 1,000 steps bounds keep moving away from the mean, as those of a random walk do, or faster where the trend is not
 * damped: in proportion to it, but where a trend that is added brings the mean nearer to 0 or past it.
 *
 * @throws {MlError} NOVA_ML_INVALID when the horizon, a level or a limit is out of range.
 * @throws {MlError} NOVA_ML_OVERFLOW when a mean would leave the range of numbers; bounds stop at ±1e300.
 */
export function simulatedForecast(model: EtsModel, horizon: number, options?: ForecastOptions): Forecast {
  checkForecast(horizon, options);
  const { levels = [0.8, 0.95], minimum, maximum } = options ?? {};
  const mean = expectedPath(model, horizon);
  const steps = Math.min(horizon, longestSimulated);
  const columns = levels.length === 0 ? [] : simulatedColumns(model, steps);
  const intervals = levels.map((level): ForecastInterval => {
    const bound = (sign: number): Float64Array => {
      const near = Float64Array.from(columns, (column, step) => {
        const value = sortedQuantile(column, 0.5 + (sign * level) / 2);
        const middle = mean[step] as number;
        return sign < 0 ? Math.min(value, middle) : Math.max(value, middle);
      });
      return carriedOn(near, mean, model.structure, sign);
    };
    return { level, lower: bound(-1), upper: bound(1) };
  });
  return withinLimits({ mean, intervals }, minimum, maximum);
}

/** The model run on without errors. */
function expectedPath({ structure, parameters, ...model }: EtsModel, horizon: number): Float64Array {
  const motion = new EtsMotion(structure, parameters);
  const state = model.state.slice();
  let index = 2 + model.position;
  return new Float64Array(horizon).map(() => {
    const value = motion.predict(state, index);
    motion.move(state, index, 0);
    if (++index === state.length) index = 2;
    return value;
  });
}

/** What the futures have at each step, sorted. */
function simulatedColumns(model: EtsModel, steps: number): Float64Array[] {
  const pairs = Math.min(mostPaths, Math.max(500, Math.floor(usualSteps / steps))) >> 1;
  const columns = Array.from({ length: steps }, () => new Float64Array(2 * pairs));
  const random = seededRandom(seed);
  const run = etsRunner(model);
  const normals = new Float64Array(steps);
  const path = new Float64Array(steps);
  for (let pair = 0; pair < pairs; pair++) {
    drawNormals(normals, random);
    for (const side of [0, 1]) {
      for (let step = 0; step < steps; step++) path[step] = (normals[step] as number) * (1 - 2 * side);
      run(path);
      for (let step = 0; step < steps; step++) {
        (columns[step] as Float64Array)[2 * pair + side] = bounded(path[step] as number);
      }
    }
  }
  for (const column of columns) column.sort();
  return columns;
}

/** What left the range of numbers grew out of it. */
function bounded(value: number): number {
  return value < largestMagnitude ? Math.max(-largestMagnitude, value) : largestMagnitude;
}

/** Bounds of all steps: beyond those simulated their distance from the mean grows by a power of the step. */
function carriedOn(near: Float64Array, mean: Float64Array, structure: EtsStructure, sign: number): Float64Array {
  if (mean.length === near.length) return near;
  const bounds = new Float64Array(mean.length);
  bounds.set(near);
  const { seasonLength, trend } = structure;
  const period = Math.min(seasonLength, near.length);
  const power = trend === 'none' || hasDampedTrend(structure) ? 0.5 : 1.5;
  for (let step = near.length; step < mean.length; step++) {
    const like = near.length - period + ((step - near.length) % period);
    const [bound, from, middle] = [near[like], mean[like], mean[step]] as [number, number, number];
    const ratio = bound / from;
    const grown = ((step + 1) / (like + 1)) ** power;
    // A mean that nears 0 by steps does not become more certain, and beyond 0 a share of it has the wrong sign.
    const inProportion = ratio > 0 && (hasRelativeTrend(structure) || middle / from >= 1);
    const value = inProportion ? ratio ** grown * middle : middle + grown * (bound - from);
    bounds[step] = bounded(sign < 0 ? Math.min(value, middle) : Math.max(value, middle));
  }
  return bounds;
}
