import { fillMissing } from '../../decompose/fill-missing.ts';
import { detectSeasons } from '../../decompose/detect-seasons.ts';
import { invalid, MlError } from '../../error.ts';
import { fitBudget, type FitOptions } from '../../fit-budget.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../../values.ts';
import { buildForecast, checkLevel } from '../build-forecast.ts';
import type { Forecast, ForecastOptions } from '../contract.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { forecastCandidates } from './candidates.ts';
import { combine, type AutoMember } from './combine.ts';
import { conformalWidths } from './conformal.ts';
import type { AutoValidation } from './auto-validation.ts';
import { explain } from './explain.ts';

/** What is wanted of the automatic forecast. */
export interface AutoForecastOptions extends FitOptions, ForecastOptions {
  /** How many steps to forecast, 1 to 1,000,000. */
  readonly horizon: number;
  /** Steps in a season; 1 means none; `'detect'` looks for one. @default 'detect' */
  readonly seasonLength?: number | 'detect' | undefined;
}

/** A forecast that says how it was made. */
export interface AutoForecast extends Forecast {
  /** The methods that were combined, the heaviest first; those with no weight were tried and left out. */
  readonly members: readonly AutoMember[];
  /** The season that was used; 1 means none. */
  readonly seasonLength: number;
  /** How well the same combination forecast the end of the series without seeing it. */
  readonly validation: AutoValidation;
  /** All this in words. */
  readonly explanation: string;
}

/** Older values are left out; that is seven months of hours, or 17 days of 5-minute values. */
const longestHistory = 5_000;
const longestValidation = 500;
const validationReaches: readonly number[] = [1.5, 1];
/** A forecast may leave the range of the history by this part of it, at either end. */
const plausibleReach = 1.5;

/**
 * The forecast to start with: chooses and combines methods for a series, and says why. Naive, seasonal naive, theta,
 * ETS, STL with a damped trend, and regressions on past values forecast the end of the series from two earlier origins
 * without seeing it; they are weighed by the inverse square of their errors there, and the seasonal naive method is taken
 * alone where nothing beats it. Intervals are conformal: as wide as those errors were, growing with the horizon.
 * Forecasts stay within the plausible range: that of the history and one and a half times its width beyond.
 *
 * Missing values (NaN) are filled from the same phase of the seasons around them. Only the last 5,000 values (or ten
 * seasons) are used. A series of one value is repeated. Deterministic.
 *
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed.
 * @throws {MlError} NOVA_ML_INVALID when a value or an option is out of range.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { autoForecast } from '@novacron/ml';
 *
 * const cpu = Array.from({ length: 336 }, (_, hour) => 0.4 + 0.2 * Math.sin((hour * Math.PI) / 12) + (hour % 5) / 100);
 * const forecast = autoForecast(cpu, { horizon: 24, levels: [0.95], minimum: 0, maximum: 1 });
 * forecast.seasonLength // => 24
 * forecast.mean.length // => 24
 * forecast.validation.error < 0.05 // => true
 * ```
 */
export function autoForecast(values: ArrayLike<number>, options: AutoForecastOptions): AutoForecast {
  const check = fitBudget(options);
  const { seasonLength: wanted = 'detect', levels = [0.8, 0.95], minimum, maximum } = options;
  const horizon = checkedInteger(options.horizon, 'horizon', 1, 1_000_000);
  if (wanted !== 'detect') checkedInteger(wanted, 'seasonLength', 1, longestSeason);
  for (const level of levels) checkLevel(level);
  if (minimum !== undefined && maximum !== undefined && !(minimum <= maximum)) {
    throw invalid(`minimum must not be above maximum, but they are ${minimum} and ${maximum}`, { minimum, maximum });
  }
  const all = toValues(values);
  const first = all.findIndex((value) => !Number.isNaN(value));
  if (first === -1)
    throw new MlError({ kind: 'invalid', code: 'NOVA_ML_TOO_SHORT', message: 'There is no observed value' });
  const reach = Math.max(longestHistory, wanted === 'detect' ? 0 : 10 * wanted);
  const recent = all.subarray(Math.max(first, all.length - reach));
  if (observedCount(recent) === 0) return autoForecast(all.subarray(first, lastObserved(all) + 1), options);
  const scale = powerOfTwoNear(recent);
  const scaled = recent.map((value) => value / scale);
  const seasonLength = usableSeason(wanted === 'detect' ? (detectSeasons(scaled)[0]?.length ?? 1) : wanted, scaled);
  const series = fillMissing(scaled, seasonLength);
  check();

  const steps = validationSteps(series.length, seasonLength, horizon);
  const starts = steps === 0 ? [] : validationReaches.map((by) => series.length - Math.round(by * steps));
  const origins = [...new Set(starts), series.length];
  const horizons = origins.map((origin) => (origin === series.length ? horizon : steps));
  const actuals = origins.slice(0, -1).map((origin) => scaled.slice(origin, origin + steps));
  const candidates = forecastCandidates(series, seasonLength, origins, horizons, check);
  const combination = combine(candidates.length > 0 ? candidates : [lastValue(series, origins, horizons)], actuals);
  const path = combination.means.at(-1) as Float64Array;
  const range = plausibleRange(series);
  const errors = actuals.map((actual, origin) =>
    actual.map((value, step) => value - ((combination.means[origin] as Float64Array)[step] as number)),
  );
  const widths = conformalWidths(errors.length > 0 ? errors : [stepErrors(series)], horizon);
  const bands = levels.map((level) => widths(level));
  const limits = { levels: [], minimum, maximum };
  const shifted = (band?: Float64Array, sign: number = 0): Float64Array =>
    buildForecast(horizon, limits, (mean) => {
      for (let step = 0; step < horizon; step++) {
        const middle = Math.min(range.high, Math.max(range.low, path[step] as number));
        mean[step] = (middle + sign * (band?.[step] ?? 0)) * scale;
      }
    }).mean;
  const validation: AutoValidation = {
    origins: actuals.length,
    horizon: steps,
    error: combination.error * scale,
    benchmarkError: combination.benchmark * scale,
    gated: combination.gated,
  };
  const members = combination.members.map((member) => ({ ...member, error: member.error * scale }));
  return {
    mean: shifted(),
    intervals: levels.map((level, i) => ({ level, lower: shifted(bands[i], -1), upper: shifted(bands[i], 1) })),
    members,
    seasonLength,
    validation,
    explanation: explain(members, validation, seasonLength),
  };
}

function lastObserved(values: Float64Array): number {
  let index = values.length - 1;
  while (Number.isNaN(values[index])) index--;
  return index;
}

/** A season needs two of itself; a shorter series is forecast without. */
function usableSeason(seasonLength: number, series: Float64Array): number {
  return 2 * seasonLength < series.length ? seasonLength : 1;
}

/** As many steps as are asked for, or what the series can spare. */
function validationSteps(length: number, seasonLength: number, horizon: number): number {
  const least = Math.max(6, Math.round(2.2 * seasonLength));
  const spare = Math.floor((length - least) / Math.max(...validationReaches));
  const steps = Math.min(horizon, longestValidation, spare);
  return steps >= 1 ? steps : 0;
}

function plausibleRange(series: Float64Array): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of series) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = plausibleReach * (high - low);
  return { low: low - room, high: high + room };
}

function lastValue(
  series: Float64Array,
  origins: readonly number[],
  horizons: readonly number[],
): { name: string; means: Float64Array[] } {
  const means = origins.map((origin, i) => new Float64Array(horizons[i] as number).fill(series[origin - 1] as number));
  return { name: 'naive', means };
}

/** The changes from value to value stand in for errors where there was no validation. */
function stepErrors(series: Float64Array): Float64Array {
  const errors = new Float64Array(1);
  let squares = 0;
  for (let i = 1; i < series.length; i++) squares += ((series[i] as number) - (series[i - 1] as number)) ** 2;
  errors[0] = series.length > 1 ? Math.sqrt(squares / (series.length - 1)) : Math.abs(series[0] as number) / 2;
  return errors;
}
