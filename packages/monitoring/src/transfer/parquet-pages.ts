import { NovaError } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { CompactThrift, type ThriftShape, type ThriftStruct } from './compact-thrift.ts';

/** What a page may be at most when it is inflated. */
const mostPageBytes = 2 ** 28;

/** Numbers of Parquet's PageHeader and of the structs in it (parquet-format, `parquet.thrift`). */
const header = { type: 1, inflated: 2, packed: 3, dataPage: 5, dictionaryPage: 7, dataPageV2: 8 } as const;
const pageType = { data: 0, index: 1, dictionary: 2, dataV2: 3 } as const;
const v2 = { values: 1, nulls: 2, rows: 3, definitionBytes: 5, repetitionBytes: 6 } as const;

/** All that PageHeader and the structs in it hold. */
const pageShape: ThriftShape = {
  1: 'i32', // type
  2: 'i32', // uncompressed_page_size
  3: 'i32', // compressed_page_size
  4: 'i32', // crc
  5: { 1: 'i32', 2: 'i32', 3: 'i32', 4: 'i32', 5: {} }, // DataPageHeader: values, encodings, statistics
  6: {}, // IndexPageHeader
  7: { 1: 'i32', 2: 'i32', 3: 'bool' }, // DictionaryPageHeader: entries, encoding, whether it is sorted
  8: { 1: 'i32', 2: 'i32', 3: 'i32', 4: 'i32', 5: 'i32', 6: 'i32', 7: 'bool', 8: {} }, // DataPageHeaderV2
};

/**
 * Checks what the pages of a column say of themselves before anybody believes it: that they have as many values as the row
 * group has rows, and no page more bytes than it can have. A few bytes can claim two thousand million values. Who reads the
 * values must find the same in a header, so that nothing in one may have two meanings; and as a page can have fewer values
 * than it says, all are checked, those too that nobody should come to.
 *
 * @param bytes - The pages of one column of a row group.
 * @param rows - As many as the row group has.
 * @param offset - Where in the file the bytes stand, for the error's sake.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is not true; `details.offset` says of which page.
 */
export function checkPages(bytes: Uint8Array, rows: number, offset: number): void {
  let found = 0;
  for (let start = 0; start < bytes.length;) {
    const thrift = new CompactThrift(bytes, start);
    try {
      const page = thrift.struct(pageShape);
      const packed = page.numbers.get(header.packed) ?? -1;
      if (packed < 0 || thrift.position + packed > bytes.length) throw invalidInput('it is longer than its column');
      found += valuesOf(page, packed);
      if (found > rows) throw invalidInput(`its column has more values than the ${rows} rows of the group`);
      start = thrift.position + packed;
    } catch (error) {
      const reason = NovaError.isInstance(error) ? error.message : String(error);
      throw invalidInput(`the page at byte ${offset + start} makes no sense: ${reason}`, { offset: offset + start });
    }
  }
  if (found < rows) throw invalidInput(`it has ${found} values, not ${rows}`, { offset });
}

/** How many values of its column a page says that it has. */
function valuesOf(page: ThriftStruct, packed: number): number {
  const inflated = page.numbers.get(header.inflated) ?? -1;
  if (inflated < 0 || inflated > mostPageBytes) throw invalidInput(`it is said to have ${inflated} bytes`);
  switch (page.numbers.get(header.type)) {
    case pageType.dictionary: {
      const entries = page.structs.get(header.dictionaryPage)?.numbers.get(1) ?? -1;
      // None takes less than four bytes, but for the bits of booleans.
      if (entries < 0 || entries > inflated * 8) throw invalidInput(`it is said to have ${entries} entries`);
      return 0;
    }
    case pageType.data:
      return countOf(page.structs.get(header.dataPage)?.numbers.get(1));
    case pageType.dataV2: {
      const numbers = page.structs.get(header.dataPageV2)?.numbers ?? new Map<number, number>();
      const values = countOf(numbers.get(v2.values));
      const levels = countOf(numbers.get(v2.definitionBytes)) + countOf(numbers.get(v2.repetitionBytes));
      if (levels > packed || levels > inflated) throw invalidInput('its levels are longer than itself');
      if (countOf(numbers.get(v2.nulls)) > values) throw invalidInput('it has more nulls than values');
      if (countOf(numbers.get(v2.rows)) !== values) throw invalidInput('it has not as many rows as values');
      return values;
    }
    case pageType.index:
      return 0; // which nobody reads
    default:
      throw invalidInput(`it is of the kind ${String(page.numbers.get(header.type))}, which there is not`);
  }
}

function countOf(count: number | undefined): number {
  if (count === undefined || count < 0) throw invalidInput(`it is said to have ${String(count)} values`);
  return count;
}
