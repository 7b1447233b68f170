import { seededRandom } from '@novacron/core';
import { invalid } from '../error.ts';
import type { Forecast, ForecastOptions } from '../forecast/contract.ts';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import { checkedInteger } from '../values.ts';

/** Anything that forecasts: a fitted model of this package or your own. */
export interface ForecastSource {
  /** Forecasts the steps that follow, with an interval for each level. */
  forecast(horizon: number, options?: ForecastOptions): Forecast;
}

/** How futures are drawn. */
export interface PathOptions {
  /** How many steps ahead, 1 to 100,000. */
  readonly horizon: number;
  /** How many futures, 10 to 100,000. @default 1000 */
  readonly paths?: number | undefined;
  /** The same seed gives the same futures. @default 1 */
  readonly seed?: number | undefined;
  /** The smallest value that makes sense. @default none */
  readonly minimum?: number | undefined;
  /** The largest value that makes sense. @default none */
  readonly maximum?: number | undefined;
}

const spreadLevel = 0.8;
/** One number a path and step; more would not fit. */
const mostNumbers = 50_000_000;

/**
 * Draws possible futures from the intervals of a forecast. What the variance of the first step says is fresh noise at
 * every step; what later steps have more is an error that adds up, so that a path that is high stays high. Either side
 * of the mean keeps the width of its own half of the interval.
 *
 * @returns a row a path.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 */
export function forecastPaths(source: ForecastSource, options: PathOptions): Float64Array[] {
  const horizon = checkedInteger(options.horizon, 'horizon', 1, 100_000);
  const count = checkedInteger(options.paths ?? 1_000, 'paths', 10, 100_000);
  if (horizon * count > mostNumbers) throw invalid(`That is more than ${mostNumbers} values`, { horizon, count });
  const { minimum = -Infinity, maximum = Infinity } = options;
  const { mean, intervals } = source.forecast(horizon, { levels: [spreadLevel] });
  const [interval] = intervals;
  if (interval === undefined) throw invalid('The forecast must have intervals', { option: 'source' });
  const quantile = normalQuantile(0.5 + spreadLevel / 2);
  const random = seededRandom(checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER));
  const normal = (): number => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())));
  const widthAt = (step: number): number =>
    ((interval.upper[step] as number) - (interval.lower[step] as number)) / (2 * quantile);
  return Array.from({ length: count }, () => {
    const path = new Float64Array(horizon);
    let added = 0;
    let reached = 0;
    for (let step = 0; step < horizon; step++) {
      const width = widthAt(step);
      const fresh = Math.min(widthAt(0), width);
      const more = Math.max(reached, width * width - fresh * fresh);
      added += normal() * Math.sqrt(more - reached);
      reached = more;
      const error = fresh * normal() + added;
      const half =
        error > 0
          ? (interval.upper[step] as number) - (mean[step] as number)
          : (mean[step] as number) - (interval.lower[step] as number);
      const skew = width > 0 ? half / (quantile * width) : 0;
      path[step] = Math.min(maximum, Math.max(minimum, (mean[step] as number) + error * skew));
    }
    return path;
  });
}

/** A quantile of numbers that are sorted here. */
export function quantileOf(values: Float64Array, probability: number): number {
  const sorted = values.slice().sort();
  const place = probability * (sorted.length - 1);
  const part = place - Math.floor(place);
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.ceil(place)] as number;
  return part === 0 || low === high ? low : low + (high - low) * part; // also with infinite numbers
}

/** @throws {MlError} NOVA_ML_INVALID when it is no finite number. */
export function checkedNumber(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`${name} must be a finite number, not ${String(value)}`, { option: name, value });
}
