import { checkedSeasonLengths, mstl } from '../../decompose/mstl.ts';
import { fitBudget } from '../../fit-budget.ts';
import { checkOptions, toValues } from '../../values.ts';
import { autoEts } from '../auto-ets.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { FittedMstl } from './mstl-fitted.ts';

/** Options of the forecast by decomposition. */
export interface MstlForecastOptions {
  /** Steps in each of up to 20 seasons, each from 2; those longer than half of the series are left out. */
  readonly seasonLengths: readonly number[];
  /** Whether outliers are weighed down when the seasons are found. @default false */
  readonly robust?: boolean | undefined;
  /** Whether the seasonally adjusted series may have a trend. @default true */
  readonly trend?: boolean | undefined;
  /** Takes less time for the model of the rest and may miss the best by a little. @default false */
  readonly quick?: boolean | undefined;
}

/**
 * Forecast by decomposition (Bandara, Hyndman, Bergmeir 2021; R's `stlf` and `mstl` with `ets`): the seasons are taken
 * away by {@link mstl}, the rest is forecast by {@link autoEts} without a season, and the last of each season is added
 * again, `ŷ(h) = ETS(h) + Σ s(n - m + h)`. Intervals are those of the rest; seasons count as known.
 *
 * Missing values (NaN) are filled to find the seasons and bridged by ETS. `fit` throws NOVA_ML_TOO_SHORT below four
 * observed values. Use it for several seasons at once, or one too long for {@link autoEts}: hours with a day and a week.
 * Seasons stay as they were at the end: fit again when they move. Cost: some 4 ms for 700 values with two seasons.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { mstlForecast } from '@novacron/ml';
 *
 * const wave = (i: number, period: number) => Math.sin((2 * Math.PI * i) / period);
 * const load = Array.from({ length: 700 }, (_, hour) => 50 + 8 * wave(hour, 24) + 4 * wave(hour, 168));
 * const { mean } = mstlForecast({ seasonLengths: [24, 168] }).fit(load).forecast(24);
 * Math.abs(mean[0]! - (50 + 8 * wave(700, 24) + 4 * wave(700, 168))) < 0.5 // => true
 * ```
 */
export function mstlForecast(options: MstlForecastOptions): ForecasterWithTimes<FittedMstl> {
  checkOptions(options);
  const { robust = false, trend = true, quick = false } = options;
  const seasonLengths = checkedSeasonLengths(options.seasonLengths);
  const inner = autoEts({ trend, quick });
  return withTimes({
    name: 'MSTL + ETS',
    fit(values, fitOptions): FittedMstl {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const scale = powerOfTwoNear(series);
      const scaled = series.map((value) => value / scale);
      const parts = mstl(scaled, { seasonLengths, robust });
      const season = new Float64Array(series.length);
      for (const part of parts.seasons) {
        for (let i = 0; i < season.length; i++) season[i] = (season[i] as number) + (part[i] as number) * scale;
      }
      const fitted = inner.fit(
        series.map((value, i) => value - (season[i] as number)),
        check.rest(),
      );
      const fittedValues = fitted.fittedValues.map((value, i) => value + (season[i] as number));
      return new FittedMstl({
        inner: fitted,
        seasons: parts.seasons.map((part, index) => {
          const length = parts.seasonLengths[index] as number;
          const last = part.slice(part.length - length);
          // The step that comes next is the first of the last season.
          return last.map((value) => value * scale);
        }),
        steps: 0,
        fittedValues,
        residuals: series.map((value, i) => value - (fittedValues[i] as number)),
      });
    },
  });
}
