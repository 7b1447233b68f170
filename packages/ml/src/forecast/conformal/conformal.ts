import { invalid, MlError } from '../../error.ts';
import { fitBudget, type FitBudget } from '../../fit-budget.ts';
import { checkedInteger, checkOptions, toValues } from '../../values.ts';
import { Conformal } from '../auto/conformal.ts';
import type { Forecaster } from '../contract.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { FittedConformal } from './conformal-fitted.ts';
import { StepErrors } from './step-errors.ts';

/** Options of conformal intervals. */
export interface ConformalOptions {
  /** How many steps are validated: as many as you will forecast, 1 to 500. @default 12 */
  readonly horizon?: number | undefined;
  /** From how many places of the second half of the series it forecasts the rest, 1 to 1,000. @default 10 */
  readonly origins?: number | undefined;
  /**
   * `'pooled'` divides errors by a spread that grows with the horizon and pools all steps, so that a few origins are
   * enough. `'own'` takes those of each step for themselves, which trusts no shape but wants 20 origins or more for 95 %
   * (fewer get a normal tail), and adapts each step by itself; then the horizon may be 200 at most.
   * @default 'pooled'
   */
  readonly steps?: 'pooled' | 'own' | undefined;
}

const longestOwn = 200;

/**
 * Gives any forecaster intervals by what it gets wrong: it is fitted to the series up to some places in its second half,
 * forecasts what comes, and its errors there say how wide an interval must be (split conformal prediction, Lei et al.
 * 2018), step by step. Unlike analytic intervals these do not trust the model. `update` widens them when one-step
 * forecasts miss too often, and narrows them when they hardly miss (Gibbs and Candès 2021).
 *
 * Missing values (NaN) are what the forecaster makes of them; none is judged by. `fit` throws NOVA_ML_TOO_SHORT when
 * half of the series has no room for the horizon, or the forecaster cannot be fitted to the half before it. Use it for
 * models whose intervals prove too narrow or too wide; {@link autoForecast} does the same by itself. Cost: as many more
 * fits as origins.
 *
 * @param forecaster - What is to have intervals; `toJSON` works for all, {@link fittedFromJSON} for those of this package.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or there is no forecaster.
 *
 * @example
 * ```ts
 * import { conformal, theta } from '@novacron/ml';
 *
 * const load = Array.from({ length: 120 }, (_, hour) => 50 + 10 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5));
 * const fitted = conformal(theta({ seasonLength: 24 }), { horizon: 24 }).fit(load);
 * fitted.name // => 'Theta, conformal'
 * const { mean, intervals } = fitted.forecast(24, { levels: [0.9] });
 * intervals[0]!.lower[0]! < mean[0]! && mean[0]! < intervals[0]!.upper[0]! // => true
 * ```
 */
export function conformal(
  forecaster: Forecaster,
  options: ConformalOptions = {},
): ForecasterWithTimes<FittedConformal> {
  if (typeof forecaster?.fit !== 'function') throw invalid('There must be a forecaster', { option: 'forecaster' });
  checkOptions(options);
  const { steps = 'pooled' } = options;
  if (steps !== 'pooled' && steps !== 'own') throw invalid('steps must be pooled or own', { option: 'steps', steps });
  const horizon = checkedInteger(options.horizon ?? 12, 'horizon', 1, steps === 'own' ? longestOwn : 500);
  const origins = checkedInteger(options.origins ?? 10, 'origins', 1, 1_000);
  return withTimes({
    name: `${forecaster.name}, conformal`,
    fit(values, fitOptions): FittedConformal {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const unit = powerOfTwoNear(series);
      const errors = placesIn(series.length, horizon, origins).flatMap((origin) =>
        errorsFrom(forecaster, series, origin, horizon, unit, check),
      );
      if (errors.every((row) => row.every(Number.isNaN))) throw tooShort(series.length, horizon);
      const own = steps === 'own' ? StepErrors.of(errors) : undefined;
      if (steps === 'own' && own === undefined) throw tooShort(series.length, horizon);
      return new FittedConformal(forecaster.fit(series, check.rest()), Conformal.of(errors), unit, own);
    },
  });
}

/** Places spread evenly over the second half of a series, each with room for the horizon; the last one leaves no more. */
function placesIn(length: number, horizon: number, wanted: number): number[] {
  const first = Math.ceil(length / 2);
  const last = length - horizon;
  const count = Math.min(wanted, last - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, i) =>
    count === 1 ? last : first + Math.round((i * (last - first)) / (count - 1)),
  );
}

/** What a forecast from a place gets wrong; nothing where the series before it is too short. */
function errorsFrom(
  forecaster: Forecaster,
  series: Float64Array,
  origin: number,
  horizon: number,
  unit: number,
  check: FitBudget,
): Float64Array[] {
  const budget = check.rest();
  try {
    const { mean } = forecaster.fit(series.slice(0, origin), budget).forecast(horizon, { levels: [] });
    return [mean.map((value, step) => (series[origin + step] as number) / unit - value / unit)];
  } catch (error) {
    if (MlError.isInstance(error) && error.kind === 'invalid') return [];
    throw error;
  }
}

function tooShort(length: number, horizon: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `No forecast of ${horizon} steps can be judged within the last half of ${length} values`,
    details: { length, horizon },
  });
}
