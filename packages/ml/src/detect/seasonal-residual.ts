import { MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import type { Forecaster } from '../forecast/contract.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import { checkedInteger, checkOptions, longestSeason, observedCount, toValues } from '../values.ts';
import { checkedLimits, type Baseline } from './baseline.ts';
import { BaselineDetector } from './baseline-detector.ts';
import type { Detector, DetectorOptions, FittedDetector } from './contract.ts';
import { ForecastBaseline } from './forecast-baseline.ts';
import { leaveOneOutMedians } from './leave-one-out-medians.ts';
import { ProfileBaseline } from './profile-baseline.ts';
import { SeasonalProfile } from './seasonal-profile.ts';

/** Options of the seasonal residual detector: a season for the median profile, or a forecaster. */
export interface SeasonalResidualOptions extends DetectorOptions {
  /** Steps in a season, 1 to 527,040; for the median profile. */
  readonly seasonLength?: number | undefined;
  /** How many of the last seasons make the profile, 1 to 255. @default 7 */
  readonly seasons?: number | undefined;
  /** Expects what this forecaster predicts, instead of the median profile. */
  readonly forecaster?: Forecaster | undefined;
}

const fewestResiduals = 2;
const largestResidualWindow = 5_000;

/**
 * Finds values far from what their place in the season makes one expect, measured by the robust spread (1.4826 times
 * the median absolute deviation) of the last residuals, at most 5,000.
 *
 * With `seasonLength`, the expected value is the median of the same step in the last seasons: steady, robust, blind to
 * trends. With `forecaster`, it is the one-step forecast, which follows trends and new levels; what the forecaster
 * learns from an outlier is cut to `threshold` robust standard deviations.
 *
 * Missing values (NaN) are skipped. `scores` and `anomalies` of the training series compare each value with the median
 * of the *other* values of its step, or with the forecaster's fitted values.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or when both or neither of `seasonLength` and
 * `forecaster` are given.
 *
 * @example
 * ```ts
 * import { seasonalResidual } from '@novacron/ml';
 *
 * const day = [1, 1, 5, 9, 5, 1];
 * const history = [0, 1, 2, 3, 4].flatMap((n) => day.map((value) => value + n / 10));
 * const fitted = seasonalResidual({ seasonLength: 6, minimumDeviation: 1 }).fit(history);
 * fitted.detect([1, 1, 5, 9, 5, 9]).map((anomaly) => anomaly.index) // => [5]
 * ```
 */
export function seasonalResidual(options: SeasonalResidualOptions): Detector {
  checkOptions(options);
  const limits = checkedLimits(options);
  const { seasonLength, forecaster, seasons = 7 } = options;
  if ((seasonLength === undefined) === (forecaster === undefined)) {
    throw new MlError({ kind: 'invalid', message: 'Give either seasonLength or forecaster' });
  }
  if (seasonLength !== undefined) checkedInteger(seasonLength, 'seasonLength', 1, longestSeason);
  checkedInteger(seasons, 'seasons', 1, 255);
  const name = 'Seasonal residual';
  return {
    name,
    fit(values, fitOptions): FittedDetector {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const [expected, makeBaseline] =
        forecaster === undefined
          ? learnProfile(series, seasonLength as number, seasons)
          : learnForecaster(series, forecaster, limits.threshold, check.rest());
      const residuals = series.map((value, i) => value - (expected[i] as number)).filter((r) => !Number.isNaN(r));
      if (residuals.length < fewestResiduals) {
        const observed = observedCount(series);
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `${name} needs values of at least two seasons, not ${observed} observed values`,
          details: { observed },
        });
      }
      const window = new SortedWindow(Math.min(residuals.length, largestResidualWindow));
      for (const residual of residuals.subarray(-window.capacity)) window.push(residual);
      const fit = { name, model: 'seasonal-residual', limits, baseline: makeBaseline(window) };
      return BaselineDetector.fromTraining(fit, series, (i) => expected[i] as number);
    },
  };
}

/** What was expected of each training value, and the baseline that goes on from there. */
type Learned = readonly [expected: Float64Array, makeBaseline: (residuals: SortedWindow) => Baseline];

function learnProfile(series: Float64Array, seasonLength: number, seasons: number): Learned {
  const profile = new SeasonalProfile(seasonLength, seasons);
  for (const value of series) profile.push(value);
  return [leaveOneOutMedians(series, seasonLength), (residuals) => new ProfileBaseline(profile, residuals)];
}

function learnForecaster(
  series: Float64Array,
  forecaster: Forecaster,
  reach: number,
  fitOptions: Parameters<Forecaster['fit']>[1],
): Learned {
  const fitted = forecaster.fit(series, fitOptions);
  return [fitted.fittedValues, (residuals) => new ForecastBaseline(fitted, residuals, reach)];
}
