/**
 * Metrics as RxJS streams: rounds of measurements, alert operators, a sink into a store. Needs `rxjs` 7.
 *
 * @module
 */
export { metricStream, type CollectionRound, type MetricStreamOptions } from './metric-stream.ts';
export { clockScheduler } from './clock-scheduler.ts';
export { toAsyncIterable, type DrainableStream, type ToAsyncIterableOptions } from './to-async-iterable.ts';
export type { DropPolicy } from './bounded-queue.ts';
export { samples } from '../operators/samples.ts';
export { thresholdAlert } from '../operators/threshold-alert.ts';
export { hysteresisAlert } from '../operators/hysteresis-alert.ts';
export { absenceAlert, type AbsenceAlertOptions } from '../operators/absence-alert.ts';
export { toStore, type StoreReport, type ToStoreOptions } from '../operators/to-store.ts';
