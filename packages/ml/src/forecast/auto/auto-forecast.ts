import { invalid } from '../../error.ts';
import type { FitOptions } from '../../fit-budget.ts';
import { checkedInteger, checkOptions } from '../../values.ts';
import { checkForecast } from '../build-forecast.ts';
import type { Forecast, ForecastOptions } from '../contract.ts';
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
export function autoForecast(values: ArrayLike<number>, options: AutoForecastOptions): AutoForecast {
  checkOptions(options);
  const horizon = checkedInteger(options.horizon, 'horizon', 1, 1_000_000);
  const { seasonLength = 'detect', levels = [0.8, 0.95] } = options;
  const { minimum, maximum } = limitsOf(options);
  checkForecast(horizon, { levels });
  const fitted = autoForecaster({ horizon, seasonLength }).fit(values, options);
  return {
    ...fitted.forecast(horizon, { levels, minimum, maximum }),
    members: fitted.members,
    seasonLength: fitted.seasonLength,
    validation: fitted.validation,
    explanation: fitted.explanation,
    fitted,
  };
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
