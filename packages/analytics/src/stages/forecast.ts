import { NovaError, type CallOptions, type Series } from '@novacron/core';
import { invalid } from '../error.ts';
import type { Stage } from '../pipeline/stage.ts';
import { breather } from './breathe.ts';
import { stepOf } from './step-of.ts';

/** Anything that learns from values with equal steps, like the forecasters of `@novacron/ml`. NaN means missing. */
export interface SeriesForecaster {
  /** Learns, now or later. */
  fit(values: ArrayLike<number>, options?: CallOptions): FittedSeriesForecaster | Promise<FittedSeriesForecaster>;
}

/** What has learned and can forecast. */
export interface FittedSeriesForecaster {
  /** Forecasts the steps that follow. */
  forecast(
    horizon: number,
    options?: {
      readonly levels?: readonly number[] | undefined;
      readonly minimum?: number | undefined;
      readonly maximum?: number | undefined;
    },
  ): {
    readonly mean: Float64Array;
    readonly intervals: readonly {
      readonly level: number;
      readonly lower: Float64Array;
      readonly upper: Float64Array;
    }[];
  };
  /** Names the model. */
  describe?(): { readonly name: string };
}

/** What to forecast. */
export interface ForecastStageOptions {
  /** The method, or which one for a series. */
  readonly forecaster: SeriesForecaster | ((series: Series) => SeriesForecaster);
  /** How many steps, a whole number above 0. */
  readonly horizon: number;
  /** The shares of futures that the intervals are to hold, in (0, 1). @default those of the forecaster */
  readonly levels?: readonly number[] | undefined;
  /** The smallest value that makes sense. @default none */
  readonly minimum?: number | undefined;
  /** The largest value that makes sense. @default none */
  readonly maximum?: number | undefined;
}

/** The forecast of one series, or why there is none. */
export interface SeriesForecast {
  /** What it was made from. */
  readonly series: Series;
  /** The model's name, when it has one. */
  readonly model?: string | undefined;
  /** Times of the forecast steps, epoch milliseconds. */
  readonly timesMs: Float64Array;
  /** The expected values. */
  readonly mean: Float64Array;
  /** Bounds by level. */
  readonly intervals: readonly { readonly level: number; readonly lower: Float64Array; readonly upper: Float64Array }[];
  /** Why the series could not be forecast; then everything above is empty. */
  readonly error?: NovaError | undefined;
}

/**
 * A stage that forecasts each series. A series that can't be forecast, because it is too short or has unequal steps,
 * gets an `error`; the others go on. Any other error ends the run.
 *
 * @throws {AnalyticsError} NOVA_ANALYTICS_INVALID when the horizon is not a whole number above 0.
 *
 * @example
 * ```ts
 * import { forecast, pipeline } from '@novacron/analytics';
 * import { createSeries } from '@novacron/core';
 *
 * const lastValue = {
 *   fit: (values: ArrayLike<number>) => ({
 *     forecast: (horizon: number) => ({ mean: new Float64Array(horizon).fill(values[values.length - 1]!), intervals: [] }),
 *   }),
 * };
 * const series = createSeries('load', {}, [0, 1_000, 2_000], [1, 2, 4]);
 * const { value } = await pipeline('next', () => [series]).pipe(forecast({ forecaster: lastValue, horizon: 2 })).run();
 * [...value[0]!.timesMs, ...value[0]!.mean] // => [3_000, 4_000, 4, 4]
 * ```
 */
export function forecast(options: ForecastStageOptions): Stage<readonly Series[], readonly SeriesForecast[]> {
  const { forecaster, horizon, levels, minimum, maximum } = options;
  if (!(Number.isInteger(horizon) && horizon > 0)) {
    throw invalid(`horizon must be a whole number above 0, not ${String(horizon)}`, {
      option: 'horizon',
      value: horizon,
    });
  }
  return {
    name: `forecast ${horizon} steps`,
    async run(input, { signal, logger }): Promise<readonly SeriesForecast[]> {
      const breathe = breather(signal);
      const output: SeriesForecast[] = [];
      for (const series of input) {
        await breathe();
        try {
          const stepMs = stepOf(series);
          const method = typeof forecaster === 'function' ? forecaster(series) : forecaster;
          const fitted = await method.fit(series.values, { signal });
          const { mean, intervals } = fitted.forecast(horizon, { levels, minimum, maximum });
          const lastMs = series.timesMs.at(-1) as number;
          const timesMs = Float64Array.from({ length: horizon }, (_, step) => lastMs + (step + 1) * stepMs);
          output.push({ series, model: fitted.describe?.().name, timesMs, mean, intervals });
        } catch (error) {
          if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
          logger.warn('A series could not be forecast', {
            metric: series.metric,
            labels: series.labels,
            code: error.code,
          });
          output.push({ series, timesMs: new Float64Array(0), mean: new Float64Array(0), intervals: [], error });
        }
      }
      return output;
    },
  };
}
