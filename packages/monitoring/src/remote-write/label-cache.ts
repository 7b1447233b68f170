const initialSlots = 1024;
const empty = 0;
/** An entry is the number of its bytes, a reference, and the hash of the bytes, 4 bytes each, and then its bytes. */
const headBytes = 12;
/** Longer labels are not remembered: they are no series that comes again and again. */
const longestEntry = 4_096;
/** From as many bytes on they are compared by words. */
const worthWords = 48;

/** Where entries stand, one behind the other. */
export interface EntryMemory {
  /** The place of the first one: above 0, a multiple of 4. */
  readonly first: number;
  /** All of it, at least so many bytes. What was in it still is; arrays of before are good for nothing. */
  ofLength(bytes: number): Uint8Array;
  /** Lets go of it. */
  clear(): void;
}

/** Memory for nothing but entries. */
function entryMemory(): EntryMemory {
  let memory = new Uint8Array(0);
  return {
    first: 4,
    ofLength(bytes) {
      if (bytes <= memory.length) return memory;
      const grown = new Uint8Array(Math.max(bytes, 2 * memory.length));
      grown.set(memory);
      memory = grown;
      return memory;
    },
    clear() {
      memory = new Uint8Array(0);
    },
  };
}

/**
 * Finds the series of labels by the bytes in which a client writes them, without making a text of them: who sends the
 * same series again writes the same bytes. Open addressing; the bytes of all entries stand in one array.
 */
export class LabelCache {
  /** The entry that is expected next: the one behind the last that was found or added; the first one where it is `end`. */
  next: number;
  /** Where the last entry ends. */
  end: number;
  private slots = new Uint32Array(initialSlots); // places of entries
  private bytes: Uint8Array;
  private words: Uint32Array;
  private view: DataView;
  /** What was looked for last, by words. */
  private source: Uint8Array = new Uint8Array(0);
  private sourceView = viewOf(this.source);
  private entries = 0;
  private readonly maxEntries: number;
  private readonly maxBytes: number;
  private readonly memory: EntryMemory;

  /**
   * @param maxEntries - How many are kept; when there are more, all are forgotten.
   * @param maxBytes - How many bytes their labels may take; when there are more, all are forgotten, too.
   * @param memory - Where they stand.
   */
  constructor(maxEntries: number, maxBytes: number = 256 * 1024 * 1024, memory: EntryMemory = entryMemory()) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    this.memory = memory;
    this.next = this.end = memory.first;
    this.bytes = this.source;
    this.words = new Uint32Array(0);
    this.view = this.sourceView;
  }

  /** How many series it knows. */
  get size(): number {
    return this.entries;
  }

  /** Where the first entry stands. */
  get first(): number {
    return this.memory.first;
  }

  /**
   * The series' reference; undefined when the bytes from `start` to `end` are new. Who sends the same series again sends
   * them in the same order: the one behind the last is looked at first.
   */
  find(source: Uint8Array, start: number, end: number): number | undefined {
    if (this.entries === 0) return undefined;
    const next = this.next < this.end ? this.next : this.first;
    if (this.holds(next, source, start, end)) return this.found(next);
    const hash = hashOf(source, start, end);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] as number;
      if (entry === empty) return undefined;
      if (this.words[entry / 4 + 2] === hash && this.holds(entry, source, start, end)) return this.found(entry);
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
    const used = this.end - this.first - this.entries * headBytes;
    if (this.entries >= this.maxEntries || used + length > this.maxBytes) this.clear();
    const entry = this.end;
    this.end = behind(entry, length);
    this.makeRoom();
    this.words[entry / 4] = length;
    this.words[entry / 4 + 1] = ref;
    this.words[entry / 4 + 2] = hashOf(source, start, end);
    this.bytes.set(source.subarray(start, end), entry + headBytes);
    this.entries++;
    this.next = this.end;
    this.place(entry);
  }

  /** Forgets all, and lets go of the room that it took. */
  clear(): void {
    this.memory.clear();
    this.slots = new Uint32Array(initialSlots);
    this.bytes = new Uint8Array(0);
    this.words = new Uint32Array(0);
    this.view = viewOf(this.bytes);
    this.entries = 0;
    this.next = this.end = this.first;
  }

  private found(entry: number): number {
    this.next = behind(entry, this.words[entry / 4] as number);
    return this.words[entry / 4 + 1] as number;
  }

  private holds(entry: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes, view } = this;
    const length = end - start;
    if (this.words[entry / 4] !== length) return false;
    const at = entry + headBytes;
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

  private makeRoom(): void {
    if (this.end > this.bytes.length) {
      this.bytes = this.memory.ofLength(this.end);
      this.words = new Uint32Array(this.bytes.buffer, 0, this.bytes.length >>> 2);
      this.view = viewOf(this.bytes);
    }
    if ((this.entries + 1) * 2 > this.slots.length) {
      this.slots = new Uint32Array(2 * this.slots.length);
      let entry = this.first;
      for (let i = 0; i < this.entries; i++) {
        this.place(entry);
        entry = behind(entry, this.words[entry / 4] as number);
      }
    }
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.words[entry / 4 + 2] as number) & mask;
    while (this.slots[slot] !== empty) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }
}

/** Where an entry of so many bytes ends. */
function behind(entry: number, length: number): number {
  return (entry + headBytes + length + 3) & ~3;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
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
