import type { Columns } from '../store/sample-columns.ts';
import type { LogRow } from './writer-tasks.ts';

/** Samples of series that become chunks, gathered series by series. */
export class CutColumns {
  readonly #places = new Map<number, number>();
  readonly #counts: number[] = [];
  readonly #firstsMs: number[] = [];
  readonly #lastsMs: number[] = [];
  readonly #intervalsMs: number[] = [];
  /** When what is left of each begins; not a number when nothing is. */
  readonly #leftMs: number[] = [];
  #timesMs: Float64Array;
  #values: Float64Array;
  #length = 0;

  /** @param capacity - About how many samples they will be. */
  constructor(capacity: number) {
    this.#timesMs = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  /** The series, in their order. */
  get slots(): number[] {
    return [...this.#places.keys()];
  }

  /** Samples of each. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  /** The first time of each. */
  get firstsMs(): readonly number[] {
    return this.#firstsMs;
  }

  /** The last time of each. */
  get lastsMs(): readonly number[] {
    return this.#lastsMs;
  }

  /** How long before its last sample each one's last but one was measured. */
  get intervalsMs(): readonly number[] {
    return this.#intervalsMs;
  }

  /** When what is left of each begins; not a number when nothing is. */
  get leftMs(): readonly number[] {
    return this.#leftMs;
  }

  /** All their samples. */
  get columns(): Columns {
    return { timesMs: this.#timesMs.subarray(0, this.#length), values: this.#values.subarray(0, this.#length) };
  }

  /** How many samples there are. */
  get length(): number {
    return this.#length;
  }

  /** Whether samples of a series are among them. */
  has(slot: number): boolean {
    return this.#places.has(slot);
  }

  /** When what is left of a series begins; not a number when nothing is. */
  leftOf(slot: number): number {
    return this.#leftMs[this.#places.get(slot) as number] as number;
  }

  /** Adds the first samples of a series, at least one. */
  add(slot: number, { timesMs, values }: Columns, count: number): void {
    const end = this.#length + count;
    if (end > this.#timesMs.length) {
      this.#timesMs = longer(this.#timesMs, end);
      this.#values = longer(this.#values, end);
    }
    this.#timesMs.set(timesMs.subarray(0, count), this.#length);
    this.#values.set(values.subarray(0, count), this.#length);
    this.#length = end;
    const lastMs = timesMs[count - 1] as number;
    this.#places.set(slot, this.#counts.length);
    this.#counts.push(count);
    this.#firstsMs.push(timesMs[0] as number);
    this.#lastsMs.push(lastMs);
    this.#intervalsMs.push(lastMs - (timesMs[count - 2] ?? lastMs));
    this.#leftMs.push(timesMs[count] ?? Number.NaN);
  }
}

/** What a cut writes, to be taken out of memory once it is committed. */
export interface Cut {
  /** Samples that become chunks. Their columns may be given away. */
  readonly samples: CutColumns;
  /** Series whose samples are written to the log once more, so that old rows can go. */
  readonly spilled: readonly number[];
  readonly row: LogRow | undefined;
  /** Rows of the log that nobody needs any more have lower numbers. */
  readonly logBefore: number;
  /** The number of the next sample. */
  readonly nextNumber: number;
}

function longer(column: Float64Array, length: number): Float64Array {
  const grown = new Float64Array(Math.max(length, column.length * 2));
  grown.set(column);
  return grown;
}
