import { invalid } from '../../error.ts';
import type { FitOptions } from '../../fit-budget.ts';
import { checkedInteger, checkOptions } from '../../values.ts';
import { checkForecast } from '../build-forecast.ts';
import type { Forecast, ForecastOptions } from '../contract.ts';
import { FittedTimed, type TimedForecast } from '../timed/timed-fitted.ts';
import type { FittedAuto } from './auto-fitted.ts';
import { autoForecaster } from './auto-forecaster.ts';
import type { AutoValidation } from './auto-validation.ts';
import type { AutoMember } from './combine.ts';

/** What is wanted of the automatic forecast. */
export interface AutoForecastOptions extends FitOptions, ForecastOptions {
  /** How many steps to forecast, 1 to 1,000,000. */
  readonly horizon: number;
  /** Steps in a season; 1 means none; `'detect'` looks for one. @default 'detect' */
  readonly seasonLength?: number | 'detect' | undefined;
  /** Whether values are never below 0, like bytes and requests. @default false */
  readonly nonNegative?: boolean | undefined;
  /** Whether values are ratios from 0 to 1, like a utilisation. @default false */
  readonly ratio?: boolean | undefined;
}

/** What is wanted of the automatic forecast of values at any times. */
export interface AutoForecastWithTimesOptions extends AutoForecastOptions {
  /** When each value was measured, epoch milliseconds, rising; they become steps by the rule of {@link timed}. */
  readonly times: ArrayLike<number>;
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
  /** The model: moves on with new values by `update`, forecasts again, and turns into JSON. */
  readonly fitted: FittedAuto;
}

/** A forecast that says how it was made, and when its steps are. */
export interface TimedAutoForecast extends Omit<AutoForecast, 'fitted'>, TimedForecast {
  /** The model, which also moves on with values at any times. */
  readonly fitted: FittedTimed<FittedAuto>;
}

/**
 * The same for values at any times: they become steps by the rule of {@link timed}, and the forecast says when its steps
 * are.
 *
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed, or there is a single time.
 * @throws {MlError} NOVA_ML_INVALID when a value, a time or an option is out of range, or a time is not after the one
 * before it.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { autoForecast } from '@novacron/ml';
 *
 * const cpu = Array.from({ length: 336 }, (_, hour) => 0.4 + 0.2 * Math.sin((hour * Math.PI) / 12) + (hour % 5) / 100);
 * const times = cpu.map((_, hour) => Date.UTC(2026, 0, 5, hour));
 * const { times: when } = autoForecast(cpu, { horizon: 24, times });
 * new Date(when[0]!).toISOString() // => '2026-01-19T00:00:00.000Z'
 * ```
 */
export function autoForecast(values: ArrayLike<number>, options: AutoForecastWithTimesOptions): TimedAutoForecast;
/**
 * The forecast to start with: fits {@link autoForecaster} for this horizon, and forecasts. It chooses and combines
 * methods by how they forecast the end of the series from earlier origins, and says why. When `timeoutMs` is up, it
 * combines what has been tried until then, the seasonal naive method at least, and says so.
 *
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed.
 * @throws {MlError} NOVA_ML_INVALID when a value or an option is out of range.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { autoForecast } from '@novacron/ml';
 *
 * const cpu = Array.from({ length: 336 }, (_, hour) => 0.4 + 0.2 * Math.sin((hour * Math.PI) / 12) + (hour % 5) / 100);
 * const forecast = autoForecast(cpu, { horizon: 24, levels: [0.95], ratio: true });
 * forecast.seasonLength // => 24
 * forecast.mean.length // => 24
 * forecast.validation.error < 0.05 // => true
 * ```
 */
export function autoForecast(values: ArrayLike<number>, options: AutoForecastOptions): AutoForecast;
export function autoForecast(
  values: ArrayLike<number>,
  options: AutoForecastOptions | AutoForecastWithTimesOptions,
): AutoForecast | TimedAutoForecast {
  checkOptions(options);
  const horizon = checkedInteger(options.horizon, 'horizon', 1, 1_000_000);
  const { seasonLength = 'detect', levels = [0.8, 0.95] } = options;
  checkForecast(horizon, { levels, minimum: options.minimum, maximum: options.maximum });
  const asked = { levels, ...limitsOf(options) };
  const fitted: FittedAuto | FittedTimed<FittedAuto> = autoForecaster({ horizon, seasonLength }).fit(values, options);
  if (fitted instanceof FittedTimed) return { ...fitted.forecast(horizon, asked), ...toldBy(fitted.model), fitted };
  return { ...fitted.forecast(horizon, asked), ...toldBy(fitted), fitted };
}

function toldBy({
  members,
  seasonLength,
  validation,
  explanation,
}: FittedAuto): Pick<AutoForecast, 'members' | 'seasonLength' | 'validation' | 'explanation'> {
  return { members, seasonLength, validation, explanation };
}

function limitsOf(options: AutoForecastOptions): { minimum: number; maximum: number } {
  const { nonNegative = false, ratio = false } = options;
  const minimum = Math.max(options.minimum ?? -Infinity, nonNegative || ratio ? 0 : -Infinity);
  const maximum = Math.min(options.maximum ?? Infinity, ratio ? 1 : Infinity);
  if (!(minimum <= maximum)) {
    throw invalid(`minimum must not be above maximum, but they are ${minimum} and ${maximum}`, { minimum, maximum });
  }
  return { minimum, maximum };
}
