import { floatBits } from '../store/float-bits.ts';
import type { NewestTimes } from '../store/newest-times.ts';
import type { SeriesCatalog } from '../store/series-catalog.ts';
import type { Head } from './head.ts';
import { groupSlots, isGroup } from './sample-stage.ts';
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
  const slotsOf = slotColumn(catalog);
  for (const { number, batch } of reader.log()) {
    const { refs, timesMs, values } = batch;
    const slots = slotsOf(refs);
    const bits = floatBits(values);
    const { length } = refs;
    let rowNewestMs = -Infinity;
    for (let i = 0; i < length;) {
      const slot = slots[i] as number;
      const timeMs = timesMs[i] as number;
      if (tombstones.size === 0 && isGroup(slots, timesMs, i, length) && areBefore(newest, slot, timeMs)) {
        if (head.addGroup(slot, timeMs, bits, i, number)) {
          for (let each = slot; each < slot + groupSlots; each++) newest.set(each, timeMs);
          if (timeMs > rowNewestMs) rowNewestMs = timeMs;
          i += groupSlots;
          continue;
        }
      }
      const place = i++;
      if (slot < 0) continue;
      const newestMs = newest.get(slot); // not before what is in chunks
      if (timeMs <= newestMs) {
        if (timeMs === newestMs || timeMs <= head.closedMs(slot) || head.samples.holds(slot, timeMs)) continue;
      }
      if (tombstones.size > 0 && isDeleted(tombstones.get(refs[place] as number), number, timeMs)) continue;
      head.add(slot, timeMs, bits, place, number);
      if (timeMs > newestMs) newest.set(slot, timeMs);
      if (timeMs > rowNewestMs) rowNewestMs = timeMs;
    }
    head.endRow(number, length, rowNewestMs);
  }
}

/** Gives the slots of a row's references, -1 for those of no series; good until the next row. */
function slotColumn({ index }: SeriesCatalog): (refs: Uint32Array) => Int32Array {
  let slots = new Int32Array(0);
  return (refs) => {
    const { length } = refs;
    if (slots.length < length) slots = new Int32Array(length);
    for (let i = 0; i < length; i++) slots[i] = index.slotOf(refs[i] as number);
    return slots;
  };
}

/** Whether all samples of a group's slots are before a time. */
function areBefore(newest: NewestTimes, firstSlot: number, timeMs: number): boolean {
  for (let slot = firstSlot; slot < firstSlot + groupSlots; slot++) if (newest.get(slot) >= timeMs) return false;
  return true;
}
