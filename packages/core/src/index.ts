/**
 * What all NovaCron packages share: errors, time, cancellation, retry, labels and series. No I/O, no dependency.
 *
 * @module
 */
export { NovaError, type ErrorKind, type ErrorOptions } from './error.ts';
export { abortError, acceleratedClock, systemClock, type Clock } from './clock.ts';
export { withDeadline, type CallOptions } from './call.ts';
export { retry, type RetryPolicy } from './retry.ts';
export { seriesKey, validateLabels, validateMetricName, type Labels } from './labels.ts';
export { createSeries, lowerBound, sliceSeries, type Sample, type Series } from './series.ts';
export { seededRandom } from './random.ts';
