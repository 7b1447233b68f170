import type { Labels } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import { decodeLogRow } from '../codec/log-row.ts';
import { admit } from '../store/admit.ts';
import type { NewestTimes } from '../store/newest-times.ts';
import { Rejections } from '../store/rejections.ts';
import type { SeriesIndex } from '../store/series-index.ts';
import type { Head } from './head.ts';
import type { StoreFile } from './store-file.ts';

/**
 * Brings a file's series and log back to memory. A sample of the log that is not later than its series' chunks was
 * cut before; so none is there twice.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the file's rows make no sense.
 */
export function replay(file: StoreFile, index: SeriesIndex, newest: NewestTimes, head: Head): void {
  for (const { id, metric, labels } of file.series()) {
    index.add(index.describe(metric, parseLabels(labels), id));
    newest.set(id, file.newestMs(id));
  }
  const known = (ref: number): boolean => index.get(ref) !== undefined;
  for (const { number, batch: row } of file.log()) {
    const batch = decodeLogRow(row);
    head.push(admit(batch, known, newest, -Infinity, new Rejections()), number, batch.refs.length);
  }
}

function parseLabels(text: string): Labels {
  try {
    return Object.freeze(JSON.parse(text) as Labels);
  } catch (error) {
    throw corruptError('The labels of a series are damaged', error);
  }
}
