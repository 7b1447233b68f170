import { floatBits } from '../store/float-bits.ts';
import type { SeriesCatalog } from '../store/series-catalog.ts';
import type { Head } from './head.ts';
import type { StoreReader } from './store-reader.ts';
import { isDeleted } from './tombstones.ts';

/**
 * Brings a file's series and log back to memory. A sample of the log that is not later than its series' chunks was cut
 * before, and one may be in two rows; none is taken twice.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the file's rows make no sense.
 */
export function replay(reader: StoreReader, catalog: SeriesCatalog, head: Head): void {
  const { index, newest } = catalog;
  for (const { ref, metric, labels, newestMs } of reader.series()) {
    index.check(metric, labels);
    catalog.add(metric, labels, ref);
    const slot = index.slotOf(ref);
    newest.set(slot, newestMs);
    head.begin(slot, newestMs);
  }
  index.startAt(reader.nextSeries());
  const tombstones = reader.tombstones();
  for (const { number, batch } of reader.log()) {
    const { refs, timesMs, values } = batch;
    const bits = floatBits(values);
    const { length } = refs;
    let rowNewestMs = -Infinity;
    for (let i = 0; i < length; i++) {
      const slot = index.slotOf(refs[i] as number);
      if (slot < 0) continue;
      const timeMs = timesMs[i] as number;
      const newestMs = newest.get(slot); // not before what is in chunks
      if (timeMs <= newestMs) {
        if (timeMs === newestMs || timeMs <= head.closedMs(slot) || head.samples.holds(slot, timeMs)) continue;
      }
      if (tombstones.size > 0 && isDeleted(tombstones.get(refs[i] as number), number, timeMs)) continue;
      head.add(slot, timeMs, bits, i, number);
      if (timeMs > newestMs) newest.set(slot, timeMs);
      if (timeMs > rowNewestMs) rowNewestMs = timeMs;
    }
    head.endRow(number, length, rowNewestMs);
  }
}
