/**
 * Metric sources, alert rules and the store contract with a store in memory. Runs in browsers too; RxJS streams are
 * in `./stream`, the file store in `./sqlite`, the Linux host's metrics in `./host`.
 *
 * @module
 */
export { MonitoringError } from './error.ts';
export { validateDescriptor, type MetricDescriptor } from './metric/descriptor.ts';
export { prometheusName } from './metric/prometheus-name.ts';
export type {
  Collection,
  CollectionError,
  MetricSource,
  SourceOptions,
  SourceReading,
} from './source/metric-source.ts';
export { collect, type CollectOptions } from './source/collect.ts';
export { storeSource, type StoreSourceOptions } from './source/store-source.ts';
export { customSource, type CustomSourceOptions, type Measured } from './source/custom-source.ts';
export {
  metricRegistry,
  type Counter,
  type Gauge,
  type MetricOptions,
  type MetricRegistry,
  type MetricRegistryOptions,
} from './source/metric-registry.ts';
export type {
  ObservedDisk,
  ObservedHypervisor,
  ObservedList,
  ObservedNetworkInterface,
  ObservedVm,
  ObservedVmStats,
} from './hypervisor/observed-hypervisor.ts';
export { vmDescriptors } from './hypervisor/vm-descriptors.ts';
export { hypervisorSource, type HypervisorSourceOptions } from './hypervisor/hypervisor-source.ts';
export { matchLabels, type LabelCondition, type LabelPredicate, type LabelSelector } from './store/label-selector.ts';
export type {
  AppendResult,
  CardinalityQuery,
  DeleteResult,
  HeadStats,
  MetricStore,
  Rejection,
  RejectionReason,
  SampleBatch,
  SeriesId,
  SeriesListQuery,
  SeriesQuery,
  SeriesSelector,
  StoreStats,
} from './store/metric-store.ts';
export type { Cardinality, CountedName } from './store/cardinality.ts';
export type { StoreRules } from './store/series-catalog.ts';
export type { RetentionOptions, RetentionRule } from './store/retention-rules.ts';
export type { SeriesLimitOptions } from './store/series-limits.ts';
export { memoryStore, type MemoryStoreOptions } from './store/memory-store.ts';
export type { ExpositionFormat } from './exposition/exposition-format.ts';
export { ExpositionParser, type Exposition, type ParseExpositionOptions } from './exposition/exposition-parser.ts';
export { formatExposition, type FormatExpositionOptions } from './exposition/format-exposition.ts';
export { ExemplarBuffer, type Exemplar, type SeriesExemplars } from './metadata/exemplar-buffer.ts';
export { MetadataIndex, type MetricMetadata, type MetricType } from './metadata/metric-metadata.ts';
export { joinLabels, type SeriesTransform } from './relabel/series-transform.ts';
export { transformedSink } from './relabel/transformed-sink.ts';
export type { SampleSink } from './store/sample-sink.ts';
export { exportSamples, type ExportOptions } from './transfer/export-samples.ts';
export { exportParquet, type ParquetExportOptions, type ParquetProgress } from './transfer/export-parquet.ts';
export { importParquet, type ParquetImportOptions } from './transfer/import-parquet.ts';
export { importSamples, type ImportOptions } from './transfer/import-samples.ts';
export type { ParquetColumns } from './transfer/parquet-columns.ts';
export type { Decompressor, ParquetBytes, ParquetSource } from './transfer/parquet-source.ts';
export type { TransferFormat, TransferProgress } from './transfer/transfer-format.ts';
export type { ScrapeTarget } from './scrape/scrape-target.ts';
export { Scraper, type ScraperOptions, type ScrapeReport } from './scrape/scraper.ts';
export type { AlertEvent, AlertSeverity, AlertStatus } from './alert/alert-event.ts';
export type { AlertEvaluator, AlertRule } from './alert/alert-rule.ts';
export type { ConditionRule } from './alert/condition-evaluator.ts';
export { thresholdEvaluator, type ThresholdRule } from './alert/threshold-rule.ts';
export { hysteresisEvaluator, type HysteresisRule } from './alert/hysteresis-rule.ts';
export { absenceEvaluator, type AbsenceEvaluator, type AbsenceRule } from './alert/absence-rule.ts';
