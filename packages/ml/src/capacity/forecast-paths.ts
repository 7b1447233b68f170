import { invalid, MlError } from '../error.ts';
import { checkForecast, checkLevel } from '../forecast/build-forecast.ts';
import type { Forecast, ForecastInterval, ForecastOptions } from '../forecast/contract.ts';
import { drawnLevel, drawPaths } from '../forecast/draw-paths.ts';
import { mostNumbers } from '../forecast/simulation.ts';
import { checkedInteger, checkOptions } from '../values.ts';

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

/**
 * Draws possible futures from the intervals of a forecast, within limits.
 *
 * @returns a row a path.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or what the source says is no forecast.
 * @throws {MlError} NOVA_ML_OVERFLOW when a future would leave the range of numbers.
 */
export function forecastPaths(source: ForecastSource, options: PathOptions): Float64Array[] {
  checkOptions(options);
  const horizon = checkedInteger(options.horizon, 'horizon', 1, 100_000);
  const count = checkedInteger(options.paths ?? 1_000, 'paths', 10, 100_000);
  if (horizon * count > mostNumbers) throw invalid(`That is more than ${mostNumbers} values`, { horizon, count });
  const { minimum = -Infinity, maximum = Infinity } = options;
  checkForecast(horizon, { minimum, maximum });
  const seed = checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER);
  if (typeof source?.forecast !== 'function') throw invalid('There must be a forecast()', { option: 'source' });
  const { mean, interval } = checkedAnswer(source.forecast(horizon, { levels: [drawnLevel] }), horizon);
  return Array.from(drawPaths(mean, interval, count, seed), (path) => {
    for (let step = 0; step < path.length; step++) {
      path[step] = Math.min(maximum, Math.max(minimum, path[step] as number));
      if (!Number.isFinite(path[step])) throw overflow();
    }
    return path;
  });
}

/** The error of futures that are too large. */
export function overflow(): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_OVERFLOW',
    message: 'The futures leave the range of numbers; scale the series down',
  });
}

/** What a model says that may be anybody's. */
function checkedAnswer(forecast: Forecast, horizon: number): { mean: Float64Array; interval: ForecastInterval } {
  const interval = forecast?.intervals?.[0];
  if (interval === undefined) throw invalid('The forecast must have intervals', { option: 'source' });
  const { level, lower, upper } = interval;
  checkLevel(level);
  for (let step = 0; step < horizon; step++) {
    const row = [lower[step], forecast.mean[step], upper[step]];
    if (row.every(Number.isFinite) && (row[0] as number) <= (row[2] as number)) continue;
    throw invalid(`The forecast must have finite numbers and bounds in order, but step ${step + 1} has ${row.join()}`, {
      option: 'source',
      step: step + 1,
    });
  }
  return { mean: forecast.mean, interval };
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
