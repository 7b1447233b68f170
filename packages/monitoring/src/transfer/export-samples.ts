import { abortError, type CallOptions } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { MetricStore, SeriesListQuery } from '../store/metric-store.ts';
import { csv } from './csv.ts';
import { jsonLines } from './json-lines.ts';
import { openMetrics } from './open-metrics.ts';
import type { SampleText } from './sample-text.ts';
import { seriesParts } from './series-parts.ts';
import { checkFormat, type TransferFormat, type TransferProgress } from './transfer-format.ts';

/** What is exported, and how. */
export interface ExportOptions extends SeriesListQuery, CallOptions {
  /** @default 'jsonl' */
  readonly format?: TransferFormat | undefined;
  /** Samples in memory at a time, about. @default 200_000 */
  readonly maxSamples?: number | undefined;
  /** Hears how far it has come, after each piece. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** How formats are written and read. */
export const sampleTexts: Readonly<Record<TransferFormat, SampleText>> = {
  jsonl: jsonLines,
  csv,
  openmetrics: openMetrics,
};

/**
 * Writes a store's samples as text, piece by piece: for `node:stream`'s `pipeline`, a `Response`, or any loop. The
 * store may be written to meanwhile; what comes may be in the text or not. `timeoutMs` counts for each reading of the
 * store.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the format, `maxSamples` or the query makes no sense.
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT, which can be tried again, when a series comes with a label that none had
 * when a table in CSV was begun.
 * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
 *
 * @example
 * ```ts
 * import { exportSamples, memoryStore } from '@novacron/monitoring';
 *
 * await using store = memoryStore();
 * await store.append([{ metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 1_000, value: 1 }]);
 * let text = '';
 * for await (const piece of exportSamples(store, { format: 'csv' })) text += piece;
 * text // => 'metric,time_ms,value,vm\nvm.up,1000,1,web-1\n'
 * ```
 */
export async function* exportSamples(
  store: MetricStore,
  { format = 'jsonl', maxSamples = 200_000, onProgress, signal, timeoutMs, ...query }: ExportOptions = {},
): AsyncGenerator<string, void, undefined> {
  const text = sampleTexts[checkFormat(format)];
  if (!(maxSamples >= 1)) throw invalidInput(`maxSamples must be 1 or more, not ${String(maxSamples)}`);
  const options = { signal, timeoutMs };
  const { metric, metricMatch, labels: wanted } = query;
  const names = await store.labelNames({ metric, metricMatch, labels: wanted }, options);
  const labels = names.filter((name) => name !== '__name__');
  let samples = 0;
  let characters = 0;
  const piece = (written: string): string => {
    characters += written.length;
    onProgress?.({ samples, characters });
    return written;
  };
  const begin = text.begin(labels);
  if (begin !== '') yield piece(begin);
  for await (const series of seriesParts(store, query, maxSamples, options)) {
    if (signal?.aborted === true) throw abortError(signal);
    if (series.length === 0) continue;
    for (const { values } of series) samples += values.length;
    yield piece(text.write(series, labels));
  }
  const end = text.end();
  if (end !== '') yield piece(end);
}
