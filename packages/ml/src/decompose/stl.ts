import { MlError } from '../error.ts';
import { checkedInteger, checkOptions, longestSeason, toValues } from '../values.ts';
import { fillMissing } from './fill-missing.ts';
import { stlFit } from './stl-fit.ts';

/** How a series is taken apart. */
export interface StlOptions {
  /** Steps in the season, from 2; the series must hold two seasons. */
  readonly seasonLength: number;
  /**
   * How many seasons the seasonal smooth looks at, odd and at least 7; `'periodic'` means that the season never changes.
   * @default 13
   */
  readonly seasonWindow?: number | 'periodic' | undefined;
  /** How many values the trend looks at, odd. @default the next odd number from 1.5 m / (1 - 1.5 / seasonWindow) */
  readonly trendWindow?: number | undefined;
  /** Whether the seasonal smooth fits constants (0) or lines (1). @default 0 */
  readonly seasonDegree?: 0 | 1 | undefined;
  /** Whether outliers are weighed down; takes some ten times as long. @default false */
  readonly robust?: boolean | undefined;
  /** How often season and trend are taken in turns; statsmodels takes 5, or 2 when robust. @default 2, or 1 when robust */
  readonly rounds?: number | undefined;
  /**
   * Computes every smooth at every point, not at a tenth of its window; and weighs by the true median distance, where
   * R's partial sort sometimes takes a neighbour of it.
   * @default false
   */
  readonly exact?: boolean | undefined;
}

/** A series as the sum of its parts. */
export interface StlParts {
  /** The repeating part. */
  readonly season: Float64Array;
  /** The slow part. */
  readonly trend: Float64Array;
  /** What is left; NaN where the value was missing. */
  readonly remainder: Float64Array;
  /** How much each value counted, 0 to 1; all 1 unless robust. */
  readonly weights: Float64Array;
}

/**
 * Seasonal and trend decomposition by loess (Cleveland, Cleveland, McRae, Terpenning 1990), step by step as R's `stl`
 * does it. Missing values (NaN) are filled from the same phase of the seasons around them first.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range or a value is infinite.
 * @throws {MlError} NOVA_ML_TOO_SHORT below two seasons, or without any observed value.
 *
 * @example
 * ```ts
 * import { stl } from '@novacron/ml';
 *
 * const load = Array.from({ length: 96 }, (_, hour) => 10 + hour / 10 + 5 * Math.sin((hour * Math.PI) / 12));
 * const { season, trend, remainder } = stl(load, { seasonLength: 24 });
 * Math.abs(season[6]! + trend[6]! + remainder[6]! - load[6]!) < 1e-12 // => true
 * season[6]! > 4 // => true
 * ```
 */
export function stl(values: ArrayLike<number>, options: StlOptions): StlParts {
  checkOptions(options);
  const { seasonWindow = 13, seasonDegree = 0, robust = false, exact = false } = options;
  const seasonLength = checkedInteger(options.seasonLength, 'seasonLength', 2, longestSeason);
  const series = toValues(values);
  const periodic = seasonWindow === 'periodic';
  const window = periodic
    ? 10 * series.length + 1
    : nextOdd(checkedInteger(seasonWindow, 'seasonWindow', 7, 1_000_001));
  const trendWindow = nextOdd(
    options.trendWindow === undefined
      ? Math.ceil((1.5 * seasonLength) / (1 - 1.5 / window))
      : checkedInteger(options.trendWindow, 'trendWindow', 3, 100_000_001),
  );
  if (series.length < 2 * seasonLength) {
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_TOO_SHORT',
      message: `A decomposition needs two seasons of ${seasonLength}, not ${series.length} values`,
      details: { seasonLength, length: series.length },
    });
  }
  const filled = fillMissing(series, seasonLength);
  const parts = stlFit(filled, {
    seasonLength,
    seasonWindow: window,
    trendWindow,
    seasonDegree: periodic ? 0 : seasonDegree,
    periodic,
    robust,
    exact,
    rounds: checkedInteger(options.rounds ?? (robust ? 1 : 2), 'rounds', 1, 100),
  });
  const remainder = series.map((value, i) => value - (parts.season[i] as number) - (parts.trend[i] as number));
  return { ...parts, remainder };
}

function nextOdd(value: number): number {
  const whole = Math.round(value);
  return whole % 2 === 0 ? whole + 1 : whole;
}
