/** Samples of a block of memory; an array that is longer gets one of its own. */
const blockSamples = 32_768;

/** Columns of samples. */
interface SlicedColumns {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/**
 * Copies the columns of many series into few blocks of memory: a block costs far more than the numbers of a short
 * column. Columns in a block do not overlap, so that each belongs to whoever gets it.
 */
export class SampleSlab {
  #block = new Float64Array(0);
  #used = 0;

  /** A copy of columns, bit by bit. */
  copy({ timesMs, values }: SlicedColumns): SlicedColumns {
    const { length } = timesMs;
    const start = this.#reserve(length);
    this.#block.set(timesMs, start);
    this.#block.set(values, start + length);
    return this.#columns(start, length);
  }

  /** A copy of columns that follow each other, bit by bit. */
  join([first, second]: readonly [SlicedColumns, SlicedColumns]): SlicedColumns {
    const before = first.timesMs.length;
    const length = before + second.timesMs.length;
    const start = this.#reserve(length);
    this.#block.set(first.timesMs, start);
    this.#block.set(second.timesMs, start + before);
    this.#block.set(first.values, start + length);
    this.#block.set(second.values, start + length + before);
    return this.#columns(start, length);
  }

  #reserve(length: number): number {
    if (this.#used + length * 2 > this.#block.length) {
      this.#block = new Float64Array(Math.max(blockSamples * 2, length * 2));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length * 2;
    return start;
  }

  #columns(start: number, length: number): SlicedColumns {
    return {
      timesMs: this.#block.subarray(start, start + length),
      values: this.#block.subarray(start + length, start + length * 2),
    };
  }
}
