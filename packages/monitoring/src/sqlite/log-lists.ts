import { corruptError, type ByteReader, type ByteWriter } from '../codec/byte-buffer.ts';

/** Lists that take less are not worth remembering. */
const shortBytes = 16;
const maxLists = 256;
const maxRefs = 2 ** 20;

/**
 * The lists of references of a log's rows. Whoever measures the same series again mostly writes them in the same order:
 * a list is told once, as runs of references that follow each other, and then by its number.
 */
export class LogLists {
  #lists: Uint32Array[] = [];
  #byStart = new Map<string, number>();
  #refs = 0;

  /** Forgets all lists. */
  clear(): void {
    this.#lists = [];
    this.#byStart = new Map();
    this.#refs = 0;
  }

  /** Writes a list of at least one reference. */
  write(writer: ByteWriter, refs: Uint32Array): void {
    const known = this.#byStart.get(`${refs[0]} ${refs.length}`);
    if (known !== undefined && isEqual(this.#lists[known] as Uint32Array, refs)) {
      writer.varint(known + 1);
      return;
    }
    writer.varint(0);
    const start = writer.length;
    writeRuns(writer, refs);
    if (writer.length - start >= shortBytes) this.#remember(refs.slice());
  }

  /**
   * Reads a list.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when it is none of that many references.
   */
  read(reader: ByteReader, count: number): Uint32Array {
    const number = reader.varint();
    if (number === 0) {
      const start = reader.position;
      const refs = readRuns(reader, count);
      if (reader.position - start >= shortBytes) this.#remember(refs);
      return refs;
    }
    const refs = this.#lists[number - 1];
    if (refs?.length !== count) throw corruptError('A row of the log has the series of no row before');
    return refs;
  }

  #remember(refs: Uint32Array): void {
    if (this.#lists.length === maxLists || this.#refs + refs.length > maxRefs) return;
    this.#refs += refs.length;
    this.#byStart.set(`${refs[0]} ${refs.length}`, this.#lists.length);
    this.#lists.push(refs);
  }
}

function isEqual(one: Uint32Array, other: Uint32Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** Runs: how far the first reference is from the end of the run before, and how many follow each other. */
function writeRuns(writer: ByteWriter, refs: Uint32Array): void {
  let previous = 0;
  for (let i = 0; i < refs.length;) {
    const first = i;
    do i++;
    while (i < refs.length && refs[i] === (refs[i - 1] as number) + 1);
    writer.signedVarint((refs[first] as number) - previous);
    writer.varint(i - first);
    previous = refs[i - 1] as number;
  }
}

function readRuns(reader: ByteReader, count: number): Uint32Array {
  const refs = new Uint32Array(count);
  let previous = 0;
  for (let position = 0; position < count;) {
    const first = previous + reader.signedVarint();
    const end = position + reader.varint();
    if (end > count || end === position) throw corruptError('A row of the log has too few or too many series');
    for (let ref = first; position < end; ref++) refs[position++] = ref;
    previous = refs[position - 1] as number;
  }
  return refs;
}
