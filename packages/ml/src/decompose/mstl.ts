import { invalid } from '../error.ts';
import { checkedInteger, checkOptions, longestSeason, toValues } from '../values.ts';
import { fillMissing } from './fill-missing.ts';
import { Loess } from './loess.ts';
import { stlFit } from './stl-fit.ts';

const mostSeasons = 20;

/** How a series with several seasons is taken apart. */
export interface MstlOptions {
  /** Steps in each of up to 20 seasons, each from 2; those longer than half of the series are left out. */
  readonly seasonLengths: readonly number[];
  /** Window of each seasonal smooth, shortest season first, odd. @default 11, 15, 19 and so on, as in R */
  readonly seasonWindows?: readonly number[] | undefined;
  /** Whether outliers are weighed down. @default false */
  readonly robust?: boolean | undefined;
}

/** A series as the sum of trend, seasons and remainder. */
export interface MstlParts {
  /** The seasons that were found room for, shortest first. */
  readonly seasonLengths: readonly number[];
  /** One repeating part for each of them. */
  readonly seasons: readonly Float64Array[];
  /** The slow part. */
  readonly trend: Float64Array;
  /** What is left; NaN where the value was missing. */
  readonly remainder: Float64Array;
}

/**
 * Decomposition with several seasons: STL for one season after another, each on what the others leave, twice
 * (Bandara, Hyndman, Bergmeir 2021; the order and windows are those of R's `mstl`). Missing values (NaN) are filled
 * first. A series without room for any season gets a smooth trend only.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range or a value is infinite.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is no observed value.
 *
 * @example
 * ```ts
 * import { mstl } from '@novacron/ml';
 *
 * const wave = (i: number, period: number) => Math.sin((2 * Math.PI * i) / period);
 * const load = Array.from({ length: 700 }, (_, hour) => 50 + 8 * wave(hour, 24) + 4 * wave(hour, 168));
 * mstl(load, { seasonLengths: [24, 168] }).seasonLengths // => [24, 168]
 * ```
 */
export function mstl(values: ArrayLike<number>, options: MstlOptions): MstlParts {
  checkOptions(options);
  const series = toValues(values);
  const { robust = false } = options;
  const seasonLengths = [...new Set(checkedSeasonLengths(options.seasonLengths))]
    .sort((a, b) => a - b)
    .filter((length) => 2 * length < series.length);
  const windows = seasonLengths.map((_, i) => {
    const window = options.seasonWindows?.[i] ?? 11 + 4 * i;
    return checkedInteger(window, 'seasonWindows', 7, 1_000_001) | 1;
  });
  const rest = fillMissing(series, seasonLengths[0] ?? 1).slice();
  const seasons = seasonLengths.map(() => new Float64Array(series.length));
  const trend = new Float64Array(series.length);
  for (let round = 0; round < (seasonLengths.length > 1 ? 2 : 1); round++) {
    for (const [index, seasonLength] of seasonLengths.entries()) {
      const season = seasons[index] as Float64Array;
      for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] as number) + (season[i] as number);
      const seasonWindow = windows[index] as number;
      const wide = Math.ceil((1.5 * seasonLength) / (1 - 1.5 / seasonWindow)) | 1;
      const settings = { seasonDegree: 0, periodic: false, robust, exact: false, rounds: robust ? 1 : 2 } as const;
      const parts = stlFit(rest, { ...settings, seasonLength, seasonWindow, trendWindow: wide });
      season.set(parts.season);
      trend.set(parts.trend);
      for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] as number) - (season[i] as number);
    }
  }
  if (seasonLengths.length === 0 && series.length > 0) {
    const window = Math.max(3, Math.floor(series.length / 4)) | 1;
    new Loess(rest.length, { window, degree: 1, jump: Math.ceil(window / 10) }).smooth(rest, undefined, trend);
  }
  const remainder = series.map((value, i) => {
    let known = trend[i] as number;
    for (const season of seasons) known += season[i] as number;
    return value - known;
  });
  return { seasonLengths, seasons, trend, remainder };
}

/**
 * @throws {MlError} NOVA_ML_INVALID when it is no list of up to 20 whole numbers from 2.
 * @returns the list.
 */
export function checkedSeasonLengths(lengths: readonly number[]): readonly number[] {
  if (!Array.isArray(lengths) || lengths.length > mostSeasons) {
    throw invalid(`seasonLengths must be a list of up to ${mostSeasons}`, { option: 'seasonLengths' });
  }
  return lengths.map((length: number) => checkedInteger(length, 'seasonLengths', 2, longestSeason));
}
