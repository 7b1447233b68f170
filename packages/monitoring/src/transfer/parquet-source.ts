import { NovaError } from '@novacron/core';
import { invalidInput } from '../error.ts';

/** Bytes somewhere, parts of which can be read: a file, an object in a bucket. */
export interface ParquetBytes {
  /** How many there are. */
  readonly byteLength: number;
  /** Some of them. */
  slice(start: number, end: number): ArrayBuffer | Promise<ArrayBuffer>;
}

/** Where a Parquet file is. */
export type ParquetSource = Blob | Uint8Array | ArrayBuffer | ParquetBytes;

/** Inflates a page to so many bytes. */
export type Decompressor = (packed: Uint8Array, bytes: number) => Uint8Array;

/** Bytes from anywhere, which tells its own errors from those of who reads. */
export class Source {
  readonly byteLength: number;
  readonly #read: (start: number, end: number) => ArrayBuffer | Promise<ArrayBuffer>;
  #failure: unknown;

  constructor(source: ParquetSource) {
    if (source instanceof Blob) {
      this.byteLength = source.size;
      this.#read = (start, end) => source.slice(start, end).arrayBuffer();
    } else if (source instanceof Uint8Array) {
      this.byteLength = source.byteLength;
      this.#read = (start, end) => new Uint8Array(source.subarray(start, end)).buffer;
    } else {
      if (typeof source?.slice !== 'function' || !Number.isSafeInteger(source.byteLength)) {
        throw invalidInput('A Parquet file is a Blob, bytes, or something with byteLength and slice()');
      }
      this.byteLength = source.byteLength;
      this.#read = (start, end) => source.slice(start, end);
    }
  }

  /** @throws whatever the source throws. */
  async slice(start: number, end: number = this.byteLength): Promise<ArrayBuffer> {
    try {
      return await this.#read(start, end);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /**
   * Runs what reads.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID for any error but those of this package and of the source itself: the
   * file makes no sense.
   */
  async tried<T>(what: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (error === this.#failure || NovaError.isInstance(error)) throw error;
      throw invalidInput(`${what} can't be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
