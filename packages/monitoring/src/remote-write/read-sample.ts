import type { ProtoReader } from '../wire/proto-reader.ts';
import type { WriteColumns } from './write-columns.ts';

/** Numbers of fields, with their wire types; both protocols have the same. */
const field = { value: 0x09, timestamp: 0x10 } as const;

/**
 * Reads a `Sample` into columns.
 *
 * @param end - Where it ends.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes are no such message.
 */
export function readSample(reader: ProtoReader, end: number, columns: WriteColumns): void {
  columns.add();
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === field.value) columns.readValue(reader);
    else if (tag === field.timestamp) columns.setTime(reader.signed());
    else reader.skip(tag);
  }
  reader.expectEnd(end);
}
