import { invalid, MlError } from '../../error.ts';
import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, checkOptions, toValues } from '../../values.ts';
import type { Forecaster } from '../contract.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { FittedEmpirical } from './empirical-fitted.ts';

/** Options of empirical intervals. */
export interface EmpiricalOptions {
  /** How many futures are drawn for the intervals, 100 to 10,000. @default 1000 */
  readonly paths?: number | undefined;
  /** The same seed gives the same intervals. @default 1 */
  readonly seed?: number | undefined;
}

const fewestErrors = 2;
const mostErrors = 10_000;

/**
 * Gives any forecaster intervals by simulation with its own errors: the model is run on from step to step, each time with
 * one of its one-step errors drawn at random, and the quantiles of a thousand such futures are the intervals
 * (bootstrapped prediction intervals; Hyndman, Athanasopoulos: Forecasting, Principles and Practice, section 5.5). They
 * assume no normal distribution: loads that jump up but never down get intervals that do.
 *
 * The errors are those of the fit, less their mean, so that a model that follows its past too closely is too sure of
 * itself: {@link conformal} is not. Steps beyond 100,000 divided by the number of futures widen as the model's own
 * intervals do. Missing values (NaN) are what the forecaster makes of them. `fit` throws NOVA_ML_TOO_SHORT when the model
 * has fewer than two errors. Cost: one fit; a forecast, and `simulate`, take a one-step forecast and an update of the model
 * for every step and future. That is 16 µs with {@link theta} and 332 µs with {@link autoForecaster}: a day of hours and
 * 1,000 futures take 0.4 s and 8 s.
 *
 * @param forecaster - What is to have intervals; `toJSON` works for all, {@link fittedFromJSON} for those of this package.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or there is no forecaster.
 *
 * @example
 * ```ts
 * import { empirical, windowAverage } from '@novacron/ml';
 *
 * // Backups make the load jump up now and then.
 * const load = Array.from({ length: 120 }, (_, hour) => 20 + ((hour * 7) % 3) + (hour % 11 === 0 ? 30 : 0));
 * const fitted = empirical(windowAverage({ window: 24 })).fit(load);
 * fitted.name // => 'Window average, empirical'
 * const { mean, intervals } = fitted.forecast(6, { levels: [0.95] });
 * intervals[0]!.upper[0]! - mean[0]! > 3 * (mean[0]! - intervals[0]!.lower[0]!) // => true
 * ```
 */
export function empirical(
  forecaster: Forecaster,
  options: EmpiricalOptions = {},
): ForecasterWithTimes<FittedEmpirical> {
  if (typeof forecaster?.fit !== 'function') throw invalid('There must be a forecaster', { option: 'forecaster' });
  checkOptions(options);
  const paths = checkedInteger(options.paths ?? 1_000, 'paths', 100, 10_000);
  const seed = checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER);
  return withTimes({
    name: `${forecaster.name}, empirical`,
    fit(values, fitOptions): FittedEmpirical {
      const check = fitBudget(fitOptions);
      const inner = forecaster.fit(toValues(values), check.rest());
      const errors = inner.residuals.filter(Number.isFinite).slice(-mostErrors);
      if (errors.length < fewestErrors) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `Empirical intervals need ${fewestErrors} errors of ${forecaster.name}, which has ${errors.length}`,
          details: { needed: fewestErrors, errors: errors.length },
        });
      }
      const middle = errors.reduce((sum, error) => sum + error / errors.length, 0);
      return new FittedEmpirical(
        inner,
        errors.map((error) => error - middle),
        paths,
        seed,
      );
    },
  });
}
