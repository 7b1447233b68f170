import { invalidInput } from '../error.ts';

/**
 * How samples are written as text.
 *
 * - `jsonl`: a line of JSON for each series and part of it, `{"metric":{"__name__":"up","vm":"web-1"},"values":[1],
 *   "timestamps":[1000]}`, as VictoriaMetrics exports and imports it.
 * - `csv`: a line for each sample, `metric,time_ms,value` and then a column for each label; empty where there is none.
 * - `openmetrics`: OpenMetrics 1.0, which `promtool tsdb create-blocks-from openmetrics` takes. Dots in names of metrics
 *   become `_`.
 *
 * All keep every number as it is but the payloads of NaNs.
 */
export type TransferFormat = 'jsonl' | 'csv' | 'openmetrics';

/** How far a transfer has come. */
export interface TransferProgress {
  /** Samples read and written so far. */
  readonly samples: number;
  /** Characters of text so far. */
  readonly characters: number;
}

const formats: ReadonlySet<string> = new Set<TransferFormat>(['jsonl', 'csv', 'openmetrics']);

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when there is no such format. */
export function checkFormat(format: TransferFormat): TransferFormat {
  if (formats.has(format)) return format;
  throw invalidInput(`format must be ${[...formats].join(', ')}, not ${format as string}`);
}
