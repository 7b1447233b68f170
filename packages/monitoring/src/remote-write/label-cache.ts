const initialSlots = 1024;
const empty = 0;
const initialBytes = initialSlots * 64;
/** Longer labels are not remembered: they are no series that comes again and again. */
const longestEntry = 4_096;
/** From as many bytes on they are compared by words. */
const worthWords = 48;

/**
 * Finds the series of labels by the bytes in which a client writes them, without making a text of them: who sends the
 * same series again writes the same bytes. Open addressing; the bytes of all entries stand in one array.
 */
export class LabelCache {
  private slots = new Uint32Array(initialSlots); // entry + 1
  private hashes = new Uint32Array(initialSlots);
  private starts = new Uint32Array(initialSlots + 1);
  private refs = new Uint32Array(initialSlots);
  private bytes = new Uint8Array(initialBytes);
  private view = viewOf(this.bytes);
  /** What was looked for last, by words. */
  private source: Uint8Array = new Uint8Array(0);
  private sourceView = viewOf(this.source);
  private entries = 0;
  /** The entry that was found or added last. */
  private last = -1;
  private readonly maxEntries: number;
  private readonly maxBytes: number;

  /**
   * @param maxEntries - How many are kept; when there are more, all are forgotten.
   * @param maxBytes - How many bytes their labels may take; when there are more, all are forgotten, too.
   */
  constructor(maxEntries: number, maxBytes: number = 256 * 1024 * 1024) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** How many series it knows. */
  get size(): number {
    return this.entries;
  }

  /**
   * The series' reference; undefined when the bytes from `start` to `end` are new. Who sends the same series again sends
   * them in the same order: the one behind the last is looked at first.
   */
  find(source: Uint8Array, start: number, end: number): number | undefined {
    const next = this.last + 1 < this.entries ? this.last + 1 : 0;
    if (next < this.entries && this.holds(next, source, start, end)) {
      this.last = next;
      return this.refs[next];
    }
    const hash = hashOf(source, start, end);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] as number;
      if (entry === empty) return undefined;
      if (this.hashes[entry - 1] !== hash || !this.holds(entry - 1, source, start, end)) continue;
      this.last = entry - 1;
      return this.refs[entry - 1];
    }
  }

  /** Lets go of the bytes in which series were looked for. */
  release(): void {
    this.source = new Uint8Array(0);
    this.sourceView = viewOf(this.source);
  }

  /** Remembers a series, unless its labels are longer than 4 KiB. */
  add(source: Uint8Array, start: number, end: number, ref: number): void {
    const length = end - start;
    if (length > longestEntry) return;
    const used = this.entries === 0 ? 0 : (this.starts[this.entries] as number);
    if (this.entries >= this.maxEntries || used + length > this.maxBytes) this.clear();
    const entry = this.entries++;
    this.last = entry;
    this.makeRoom(length);
    const at = this.starts[entry] as number;
    this.bytes.set(source.subarray(start, end), at);
    this.starts[entry + 1] = at + length;
    this.hashes[entry] = hashOf(source, start, end);
    this.refs[entry] = ref;
    this.place(entry);
  }

  /** Forgets all, and lets go of the room that it took. */
  clear(): void {
    this.slots = new Uint32Array(initialSlots);
    this.hashes = new Uint32Array(initialSlots);
    this.starts = new Uint32Array(initialSlots + 1);
    this.refs = new Uint32Array(initialSlots);
    this.bytes = new Uint8Array(initialBytes);
    this.view = viewOf(this.bytes);
    this.entries = 0;
    this.last = -1;
  }

  private holds(entry: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes, view } = this;
    const at = this.starts[entry] as number;
    const length = end - start;
    if ((this.starts[entry + 1] as number) - at !== length) return false;
    // Labels differ at their end rather than at their beginning.
    let left = length;
    if (length >= worthWords) {
      if (source !== this.source) {
        this.source = source;
        this.sourceView = viewOf(source);
      }
      const { sourceView } = this;
      for (; left >= 4; left -= 4) {
        if (view.getInt32(at + left - 4, true) !== sourceView.getInt32(start + left - 4, true)) return false;
      }
    }
    for (let i = left - 1; i >= 0; i--) if (bytes[at + i] !== source[start + i]) return false;
    return true;
  }

  private makeRoom(byteCount: number): void {
    const used = this.starts[this.entries - 1] as number;
    if (used + byteCount > this.bytes.length) {
      const grown = new Uint8Array(Math.max(Math.min(2 * this.bytes.length, this.maxBytes), used + byteCount));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = viewOf(grown);
    }
    if (this.entries > this.refs.length) {
      this.hashes = grow(this.hashes, 2 * this.refs.length);
      this.starts = grow(this.starts, 2 * this.refs.length + 1);
      this.refs = grow(this.refs, 2 * this.refs.length);
    }
    if (this.entries * 2 > this.slots.length) {
      this.slots = new Uint32Array(2 * this.slots.length);
      for (let entry = 0; entry < this.entries - 1; entry++) this.place(entry);
    }
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[entry] as number) & mask;
    while (this.slots[slot] !== empty) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function grow(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(length);
  grown.set(array);
  return grown;
}

/** FNV-1a over words of four bytes, with a last mixing: labels differ in few bytes. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5 ^ (end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x0100_0193);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
