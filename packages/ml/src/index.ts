/**
 * Forecasters with intervals, anomaly detectors and accuracy metrics for series with equal steps, in pure TypeScript.
 * Runs in Node and in browsers; nothing here touches a file, the network or a clock of its own.
 *
 * @module
 */
export { MlError } from './error.ts';
export type { FitOptions } from './fit-budget.ts';

export type {
  FittedForecaster,
  Forecast,
  Forecaster,
  ForecastInterval,
  ForecastOptions,
  ModelDescription,
  SavedModel,
} from './forecast/contract.ts';
export { ets, type EtsInitial, type EtsOptions } from './forecast/ets.ts';
export type { EtsParameters, GivenEtsParameters } from './forecast/ets-structure.ts';
export { fittedFromJSON } from './forecast/fitted-from-json.ts';
export { holt, type HoltOptions } from './forecast/holt.ts';
export { holtWinters, type HoltWintersOptions } from './forecast/holt-winters.ts';
export { naive } from './forecast/naive.ts';
export { seasonalNaive, type SeasonalNaiveOptions } from './forecast/seasonal-naive.ts';
export { simpleExponentialSmoothing } from './forecast/simple-exponential-smoothing.ts';

export type { Anomaly, Detector, DetectorDescription, DetectorOptions, FittedDetector } from './detect/contract.ts';
export { detectorFromJSON, type DetectorFromJSONOptions } from './detect/detector-from-json.ts';
export { robustZScore, type RobustZScoreOptions } from './detect/robust-z-score.ts';
export { seasonalResidual, type SeasonalResidualOptions } from './detect/seasonal-residual.ts';

export { coverage } from './metrics/coverage.ts';
export { mae } from './metrics/mae.ts';
export { mape } from './metrics/mape.ts';
export { mase, type MaseOptions } from './metrics/mase.ts';
export { rmse } from './metrics/rmse.ts';
export { smape } from './metrics/smape.ts';
export { wape } from './metrics/wape.ts';
