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
export { arima, type ArimaFitOptions, type ArimaForecaster, type ArimaOptions } from './forecast/arima/arima.ts';
export { autoArima, type AutoArimaOptions } from './forecast/arima/auto-arima.ts';
export type { FourierTerm } from './forecast/arima/fourier-columns.ts';
export { arimaByWasm, type ArimaByWasmOptions } from './forecast/arima/arima-by-wasm.ts';
export type { ArimaDescription, ArimaForecastOptions, FittedArima } from './forecast/arima/arima-fitted.ts';
export type { ArimaOrder } from './forecast/arima/arima-structure.ts';
export type { ArimaMethod } from './forecast/arima/estimate-arima.ts';
export { ets, type EtsInitial, type EtsOptions } from './forecast/ets.ts';
export type { EtsParameters, EtsTrend, GivenEtsParameters } from './forecast/ets-structure.ts';
export { autoEts, type AutoEtsOptions } from './forecast/auto-ets.ts';
export { fittedFromJSON } from './forecast/fitted-from-json.ts';
export { holt, type HoltOptions } from './forecast/holt.ts';
export { holtWinters, type HoltWintersOptions } from './forecast/holt-winters.ts';
export { naive } from './forecast/naive.ts';
export { seasonalNaive, type SeasonalNaiveOptions } from './forecast/seasonal-naive.ts';
export type { FittedEts } from './forecast/ets-fitted.ts';
export type { SimulateOptions } from './forecast/simulation.ts';
export { simpleExponentialSmoothing } from './forecast/simple-exponential-smoothing.ts';

export { mstlForecast, type MstlForecastOptions } from './forecast/seasonal/mstl-forecast.ts';
export type { FittedMstl } from './forecast/seasonal/mstl-fitted.ts';
export { structural, type StructuralOptions } from './forecast/structural/structural.ts';
export type { FittedStructural, StructuralComponents } from './forecast/structural/structural-fitted.ts';
export {
  bayesianStructural,
  type BayesianFitOptions,
  type BayesianStructuralForecaster,
  type BayesianStructuralOptions,
} from './forecast/bayesian/bayesian-structural.ts';
export type { BayesianCoefficient } from './forecast/bayesian/coefficient-draws.ts';
export type {
  BayesianComponent,
  BayesianConvergence,
  BayesianForecastOptions,
  FittedBayesianStructural,
} from './forecast/bayesian/bayesian-fitted.ts';
export type { BayesianSeason, BayesianTrend } from './forecast/bayesian/state-blocks.ts';
export { additive, type AdditiveOptions } from './forecast/additive/additive.ts';
export type { AdditiveEvent } from './forecast/additive/additive-design.ts';
export type { AdditiveParts, AdditiveTrend, FittedAdditive } from './forecast/additive/additive-fitted.ts';
export { adida, imapa } from './forecast/simple/aggregated.ts';
export { croston, type CrostonOptions } from './forecast/simple/croston.ts';
export { drift } from './forecast/simple/drift.ts';
export { historicalMean } from './forecast/simple/historical-mean.ts';
export { windowAverage, type WindowAverageOptions } from './forecast/simple/window-average.ts';
export { card, type CardOptions } from './forecast/card/card.ts';
export { ces, type CesOptions } from './forecast/ces/ces.ts';
export type { FittedCes } from './forecast/ces/ces-fitted.ts';
export type { CesSeason } from './forecast/ces/ces-recursion.ts';
export { conformal, type ConformalOptions } from './forecast/conformal/conformal.ts';
export type { FittedConformal } from './forecast/conformal/conformal-fitted.ts';
export { empirical, type EmpiricalOptions } from './forecast/empirical/empirical.ts';
export type { FittedEmpirical } from './forecast/empirical/empirical-fitted.ts';
export { timed, type TimedFitOptions, type TimedForecaster, type TimedOptions } from './forecast/timed/timed.ts';
export type { FittedTimed, TimedForecast, TimedUpdateOptions } from './forecast/timed/timed-fitted.ts';
export type { FitOptionsWithTimes, ForecasterWithTimes } from './forecast/timed/with-times.ts';
export { theta, type ThetaOptions } from './forecast/theta.ts';
export type { FittedTheta } from './forecast/theta-fitted.ts';
export type { ThetaKind } from './forecast/theta-pass.ts';

export {
  autoForecast,
  type AutoForecast,
  type AutoForecastOptions,
  type AutoForecastWithTimesOptions,
  type TimedAutoForecast,
} from './forecast/auto/auto-forecast.ts';
export {
  autoForecastMany,
  type AutoForecastManyOptions,
  type ManyForecast,
  type ManyOutcome,
  type ManyProgress,
} from './forecast/auto/auto-forecast-many.ts';
export { autoForecaster, type AutoForecasterOptions } from './forecast/auto/auto-forecaster.ts';
export type { FittedAuto } from './forecast/auto/auto-fitted.ts';
export type { AutoValidation } from './forecast/auto/auto-validation.ts';
export type { AutoMember } from './forecast/auto/combine.ts';

export {
  PooledLagRegression,
  pooledLagRegression,
  type LagRegressionOptions,
} from './forecast/lags/pooled-lag-regression.ts';
export type { FittedLagRegression } from './forecast/lags/fitted-lag-regression.ts';
export { boostedForecaster } from './forecast/trees/boosted-forecaster.ts';
export type { FittedBoostedForecaster } from './forecast/trees/fitted-boosted.ts';
export { PooledBoosting, pooledBoosting, type BoostedOptions } from './forecast/trees/pooled-boosting.ts';
export type { SeriesCalendar } from './forecast/trees/tree-features.ts';
export { degradationTrend, type DegradationTrend, type DegradationTrendOptions } from './capacity/degradation-trend.ts';
export { forecastBudget, type BudgetForecast, type ForecastBudgetOptions } from './capacity/forecast-budget.ts';
export type { ForecastSource, PathOptions } from './capacity/forecast-paths.ts';
export {
  peakInWindow,
  saturationHeadroom,
  type Headroom,
  type Peak,
  type PeakInWindowOptions,
  type SaturationHeadroomOptions,
} from './capacity/peak-in-window.ts';
export { timeToThreshold, type TimeToThreshold, type TimeToThresholdOptions } from './capacity/time-to-threshold.ts';

export { combineForecasts, type CombineMethod } from './combine/combine-forecasts.ts';
export type { Total } from './combine/hierarchy.ts';
export { reconcile, type ReconcileOptions } from './combine/reconcile.ts';
export { reconcileForecasts, type ReconcileForecastsOptions } from './combine/reconcile-forecasts.ts';
export { inverseErrorWeights, stackingWeights } from './combine/stacking-weights.ts';

export { gradientBoosting, type BoostingLoss, type BoostingOptions } from './boosting/gradient-boosting.ts';
export { FittedBoosting } from './boosting/boosting-fitted.ts';
export { calendarFeatures } from './features/calendar-features.ts';
export { selectFeatures, type SelectedFeature, type SelectFeaturesOptions } from './features/select-features.ts';
export { seriesFeatures, type SeriesFeatures, type SeriesFeaturesOptions } from './features/series-features.ts';

export { changepoints, type Changepoint, type ChangepointOptions } from './decompose/changepoints.ts';
export { detectSeasons, type DetectedSeason, type DetectSeasonsOptions } from './decompose/detect-seasons.ts';
export { mstl, type MstlOptions, type MstlParts } from './decompose/mstl.ts';
export { seasonalAdjustment, type SeasonalAdjustmentOptions } from './decompose/seasonal-adjustment.ts';
export { seasonalStrength } from './decompose/seasonal-strength.ts';
export { stl, type StlOptions, type StlParts } from './decompose/stl.ts';

export type { Anomaly, Detector, DetectorDescription, DetectorOptions, FittedDetector } from './detect/contract.ts';
export { detectorFromJSON, type DetectorFromJSONOptions } from './detect/detector-from-json.ts';
export { robustZScore, type RobustZScoreOptions } from './detect/robust-z-score.ts';
export { seasonalResidual, type SeasonalResidualOptions } from './detect/seasonal-residual.ts';

export { autocorrelation, partialAutocorrelation } from './statistics/autocorrelation.ts';
export {
  dickeyFullerTest,
  type DickeyFullerOptions,
  type DickeyFullerResult,
} from './statistics/dickey-fuller-test.ts';
export { effectiveSampleSize } from './statistics/effective-sample-size.ts';
export { jarqueBeraTest, type JarqueBeraResult } from './statistics/jarque-bera-test.ts';
export { kpssTest, type KpssOptions, type KpssResult } from './statistics/kpss-test.ts';
export { ljungBoxTest, type LjungBoxOptions } from './statistics/ljung-box-test.ts';
export { splitRHat } from './statistics/split-r-hat.ts';
export type { TestResult } from './statistics/test-input.ts';

export { coverage } from './metrics/coverage.ts';
export { mae } from './metrics/mae.ts';
export { mape } from './metrics/mape.ts';
export { mase, type MaseOptions } from './metrics/mase.ts';
export { crps, type QuantileForecast } from './metrics/crps.ts';
export { msis } from './metrics/msis.ts';
export { owa, type OwaScores } from './metrics/owa.ts';
export { pinball } from './metrics/pinball.ts';
export { rmsse } from './metrics/rmsse.ts';
export type { ScaleOptions } from './metrics/scale-of.ts';
export { rmse } from './metrics/rmse.ts';
export { smape } from './metrics/smape.ts';
export { wape } from './metrics/wape.ts';

export {
  rollingOrigin,
  type ForecasterLike,
  type RollingOriginFold,
  type RollingOriginOptions,
} from './validate/rolling-origin.ts';

export { searchOptions } from './search/search-options.ts';
export type { SearchSpace } from './search/search-grid.ts';
export type { SearchOptions, SearchResult, Trial } from './search/search-plan.ts';
export {
  searchOptionsInWorkers,
  type ForecasterModule,
  type WorkerSearchOptions,
} from './search/search-options-in-workers.ts';

export { eventSteps, type CalendarEvent, type StepGrid } from './calendar/calendar-event.ts';
export type { HolidayCountry } from './calendar/holiday-countries.ts';
export { holidays, type HolidaysOptions } from './calendar/holidays.ts';
export { parseICalendar, type ParseICalendarOptions } from './calendar/parse-icalendar.ts';

export {
  bootstrapSeries,
  jitter,
  type AugmentOptions,
  type BootstrapOptions,
  type JitterOptions,
} from './prepare/augment.ts';
export { boxCoxLambda } from './prepare/box-cox.ts';
export { fillGaps, type FillGapsOptions } from './prepare/fill-gaps.ts';
export { findOutliers, replaceOutliers, type Outlier, type OutlierOptions } from './prepare/find-outliers.ts';
export type { UnitJump } from './prepare/find-unit-jumps.ts';
export {
  injectEvents,
  type InjectedSeries,
  type InjectEventsOptions,
  type SyntheticEvent,
  type SyntheticKind,
} from './prepare/inject-events.ts';
export {
  labelSteps,
  learningWindows,
  type LabelledEvent,
  type LearningWindow,
  type LearningWindowsOptions,
} from './prepare/learning-windows.ts';
export {
  qualityReport,
  type QualityReport,
  type QualityReportOptions,
  type Stretch,
} from './prepare/quality-report.ts';
export { regularise, type RegularSeries, type RegulariseOptions } from './prepare/regularise.ts';
export { fitScaler, Scaler, type ScalerMethod, type ScalerOptions } from './prepare/scaler.ts';
export { splitByTime, type SeriesPart, type SeriesSplit, type SplitOptions } from './prepare/split-by-time.ts';
export { VersionedDataset, type LineageStep } from './prepare/versioned-dataset.ts';
