import { invalid } from '../../error.ts';
import { fitBudget, type FitOptions } from '../../fit-budget.ts';
import type { RegulariseOptions } from '../../prepare/regularise.ts';
import { checkOptions, toValues } from '../../values.ts';
import type { FittedForecaster, Forecaster } from '../contract.ts';
import { checkTimes } from './check-times.ts';
import { gridOf, TimeGrid } from './time-grid.ts';
import { FittedTimed, lastTimeOf } from './timed-fitted.ts';

/** How times become steps. */
export interface TimedOptions {
  /**
   * Milliseconds between two steps, at least 1.
   * @default the largest of the median distances in each quarter of the time that they span, or a step of the clock (a
   * minute, an hour) within 2 % of it
   */
  readonly stepMs?: number | undefined;
  /** Epoch milliseconds of a step, on the clock of the time zone. @default where the times lie on average */
  readonly originMs?: number | undefined;
  /** What becomes of several values of one step; `'last'` is the one measured last. @default 'mean' */
  readonly combine?: RegulariseOptions['combine'];
  /**
   * An IANA name: steps follow the clock on the wall there, so that 9 o'clock stays 9 o'clock when it is put on.
   * @default UTC
   */
  readonly timeZone?: string | undefined;
  /** What happens at a time that is not after the one before it. `'combine'` sorts them in. @default 'throw' */
  readonly whenDisordered?: 'throw' | 'combine' | undefined;
}

/** What the fit of a timed forecaster takes. */
export interface TimedFitOptions extends FitOptions {
  /** When each value was measured, epoch milliseconds, rising. @default equal steps from `originMs` on */
  readonly times?: ArrayLike<number> | undefined;
}

/** A forecaster that takes times, made by {@link timed}. */
export interface TimedForecaster<Model extends FittedForecaster = FittedForecaster> extends Forecaster<
  FittedTimed<Model>
> {
  /**
   * Learns from values at any times.
   *
   * @param values - Oldest first; NaN means missing.
   * @param options - When they were measured, and a time budget.
   * @throws {MlError} NOVA_ML_INVALID when a value or a time is out of range, or a time is not after the one before it.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are too few observed values, or one time and no `stepMs`.
   * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
   * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
   */
  fit(values: ArrayLike<number>, options?: TimedFitOptions): FittedTimed<Model>;
}

/**
 * Lets any forecaster learn from values at any times, and say when its forecasts are; the `fit` of every forecaster of
 * this package does the same with these defaults when it is given times. The rule: steps lie on a grid, a
 * value belongs to the nearest step, several of one step are combined, and a step without any is missing (NaN), which
 * every model says what it does with. Nothing is interpolated. The grid is as coarse as the coarsest quarter of the
 * series: when a collector went from five minutes to an hour, the steps are hours, and the older values are averaged.
 *
 * With a `timeZone` steps follow the clock on the wall, so that a daily season keeps its hours over daylight saving: the
 * hour that is left out in spring is missing, the two that are one in autumn are combined, and forecasts of steps up to
 * an hour leave one out or repeat one in the same way, beginning right after the last time seen. Longer steps, such as
 * days, are as long as the clock says.
 *
 * @param forecaster - What is to learn; `toJSON` works for all, {@link fittedFromJSON} for those of this package.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or there is no forecaster.
 *
 * @example
 * ```ts
 * import { naive, timed } from '@novacron/ml';
 *
 * const minute = 60_000;
 * // A scrape came late, and one never came.
 * const times = [0, 5, 10.2, 15, 25, 30].map((minutes) => minutes * minute);
 * const fitted = timed(naive()).fit([1, 2, 3, 4, 6, 7], { times });
 * fitted.stepMs / minute // => 5
 * const { mean, times: when } = fitted.forecast(2);
 * [...mean] // => [7, 7]
 * [...when].map((time) => time / minute) // => [35, 40]
 * ```
 */
export function timed<Model extends FittedForecaster>(
  forecaster: Forecaster<Model>,
  options: TimedOptions = {},
): TimedForecaster<Model> {
  if (typeof forecaster?.fit !== 'function') throw invalid('There must be a forecaster', { option: 'forecaster' });
  checkOptions(options);
  const { whenDisordered = 'throw', combine = 'mean', ...given } = options;
  if (whenDisordered !== 'throw' && whenDisordered !== 'combine') {
    throw invalid('whenDisordered must be throw or combine', { option: 'whenDisordered', value: whenDisordered });
  }
  if (!['mean', 'last', 'least', 'largest', 'sum'].includes(combine)) {
    throw invalid('combine must be mean, last, least, largest or sum', { option: 'combine', combine });
  }
  gridOf([0, 1], { ...given, combine }); // refuses wrong options now
  return {
    name: forecaster.name,
    fit(values, fitOptions): FittedTimed<Model> {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const times = fitOptions?.times;
      if (times === undefined) {
        const grid = new TimeGrid({ stepMs: 1, originMs: 0, ...defined(given), combine });
        const inner = forecaster.fit(series, { ...fitOptions, ...check.rest() });
        return new FittedTimed(inner, grid, series.length, whenDisordered);
      }
      checkTimes(times, series.length, whenDisordered === 'throw');
      if ((fitOptions as { readonly regressors?: unknown }).regressors !== undefined) {
        throw invalid('Regressors must be a value a step: make steps of all columns first, by regularise', {
          option: 'regressors',
        });
      }
      const grid = gridOf(times, { ...given, combine });
      const regular = grid.regular(times, series);
      const inner = forecaster.fit(regular.values, check.rest());
      const next = regular.firstStep + regular.values.length;
      return new FittedTimed(inner, grid, next, whenDisordered, lastTimeOf(times));
    },
  };
}

function defined<T extends object>(options: T): { [Name in keyof T]: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
