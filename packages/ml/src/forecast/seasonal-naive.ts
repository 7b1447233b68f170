import { MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import { checkedInteger, checkOptions, longestSeason, toValues } from '../values.ts';
import { withTimes, type ForecasterWithTimes } from './timed/with-times.ts';
import { FittedSeasonalNaive } from './seasonal-naive-fitted.ts';

/** Options of the seasonal naive method. */
export interface SeasonalNaiveOptions {
  /** Steps in a season, 1 to 527,040; 1 repeats the last value. */
  readonly seasonLength: number;
}

/**
 * Repeats the last season: the method that every other has to beat, and the best there is for many machines
 * (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2). Intervals are analytic, those of a
 * seasonal random walk.
 *
 * A missing value (NaN) is taken from the season before, and the intervals are as much wider as it is older.
 *
 * The series must have one season and then at least one value whose phase was observed before, and every phase must
 * have been observed; otherwise `fit` throws NOVA_ML_TOO_SHORT. Cost: one pass.
 *
 * @throws {MlError} NOVA_ML_INVALID when the season length is out of range.
 *
 * @example
 * ```ts
 * import { seasonalNaive } from '@novacron/ml';
 *
 * const fitted = seasonalNaive({ seasonLength: 3 }).fit([1, 2, 3, 2, 3, 4]);
 * [...fitted.forecast(4).mean] // => [2, 3, 4, 2]
 * ```
 */
export function seasonalNaive(options: SeasonalNaiveOptions): ForecasterWithTimes {
  checkOptions(options);
  const seasonLength = checkedInteger(options.seasonLength, 'seasonLength', 1, longestSeason);
  const name = seasonLength === 1 ? 'Naive' : 'Seasonal naive';
  return withTimes({
    name,
    fit(values, fitOptions): FittedSeasonalNaive {
      fitBudget(fitOptions);
      const series = toValues(values);
      const fittedValues = new Float64Array(series.length);
      const residuals = new Float64Array(series.length);
      const last = new Float64Array(seasonLength).fill(NaN);
      const age = new Float64Array(seasonLength);
      let observed = 0;
      let count = 0;
      let scale = 0;
      for (let i = 0; i < series.length; i++) {
        const phase = i % seasonLength;
        const value = series[i] as number;
        const fittedValue = last[phase] as number;
        const residual = value - fittedValue;
        fittedValues[i] = fittedValue;
        residuals[i] = residual;
        if (!Number.isNaN(residual)) count++;
        scale = Math.max(scale, Math.abs(residual) || 0);
        if (Number.isNaN(value)) {
          age[phase] = (age[phase] as number) + 1;
        } else {
          last[phase] = value;
          age[phase] = 0;
          observed++;
        }
      }
      if (count === 0 || last.some(Number.isNaN)) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `${name} needs a value for each of the ${seasonLength} steps of a season, and one more`,
          details: { seasonLength, observed },
        });
      }
      return new FittedSeasonalNaive({
        seasonLength,
        last,
        age,
        position: series.length % seasonLength,
        sigma: rootMeanSquare(residuals, count, scale),
        observed,
        fittedValues,
        residuals,
      });
    },
  });
}

/** Squares are taken of parts of the largest, so that they stay in range for values of any size. */
function rootMeanSquare(residuals: Float64Array, count: number, scale: number): number {
  if (scale === 0) return 0;
  let sum = 0;
  for (const residual of residuals) if (!Number.isNaN(residual)) sum += (residual / scale) ** 2;
  return Math.sqrt(sum / count) * scale;
}
