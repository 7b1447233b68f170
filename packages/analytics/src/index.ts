/**
 * Typed, composable analytics pipelines over time series. Runs in Node and in browsers.
 *
 * @module
 */
export { AnalyticsError } from './error.ts';
export { fanOut, type FanOutResult } from './pipeline/fan-out.ts';
export { pipeline, type Pipeline, type PipelineRun, type RunOptions } from './pipeline/pipeline.ts';
export type { StageTrace } from './pipeline/run-trace.ts';
export type { Logger, Stage, StageContext, StageLike } from './pipeline/stage.ts';

export type { Aggregate } from './stages/aggregate.ts';
export {
  anomalies,
  type AnomaliesStageOptions,
  type DetectedAnomaly,
  type FittedSeriesDetector,
  type SeriesAnomalies,
  type SeriesDetector,
  type TimedAnomaly,
} from './stages/anomalies.ts';
export { collect, type SeriesStore } from './stages/collect.ts';
export {
  forecast,
  type FittedSeriesForecaster,
  type ForecastStageOptions,
  type SeriesForecast,
  type SeriesForecaster,
} from './stages/forecast.ts';
export { resample, type ResampleOptions } from './stages/resample.ts';
export { summarise, type SeriesSummary } from './stages/summarise.ts';
export { topN } from './stages/top-n.ts';
