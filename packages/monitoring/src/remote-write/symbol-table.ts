import { invalidInput } from '../error.ts';
import { ProtoReader } from '../wire/proto-reader.ts';
import { LabelCache } from './label-cache.ts';

/** Texts that are numbered by each request, numbered once and for all: the same labels then make the same bytes. */
export class SymbolTable {
  private readonly known: LabelCache;
  private readonly maxSymbols: number;
  private nextNumber = 0;
  /** What the request's numbers are here. */
  private own: number[] = [];
  private places: number[] = [];
  private bytes: Uint8Array = new Uint8Array();
  private key = new Uint32Array(64);
  private readonly onForget: () => void;

  /**
   * @param maxSymbols - How many texts are kept.
   * @param onForget - Called when all numbers become void, because there were more.
   */
  constructor(maxSymbols: number, onForget: () => void) {
    this.maxSymbols = maxSymbols;
    this.known = new LabelCache(Infinity);
    this.onForget = onForget;
  }

  /** Begins a request. */
  begin(): void {
    if (this.known.size > this.maxSymbols) {
      this.known.clear();
      this.onForget();
    }
    this.own = [];
    this.places = [];
  }

  /** Takes the request's next text. */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.places.push(start, end);
    let number = this.known.find(bytes, start, end);
    if (number === undefined) this.known.add(bytes, start, end, (number = this.nextNumber++));
    this.own.push(number);
  }

  /** The bytes by which labels are known; good until the next call. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  keyOf(numbers: readonly number[]): Uint8Array {
    if (numbers.length > this.key.length) this.key = new Uint32Array(2 * numbers.length);
    for (const [index, number] of numbers.entries()) this.key[index] = this.numberOf(number);
    return new Uint8Array(this.key.buffer, 0, numbers.length * 4);
  }

  /** A text of the request. @throws {MonitoringError} NOVA_MONITORING_INVALID when there is none of that number. */
  text(number: number): string {
    this.numberOf(number);
    return new ProtoReader(this.bytes).textAt(this.places[2 * number] as number, this.places[2 * number + 1] as number);
  }

  /** Our number of the request's. @throws {MonitoringError} NOVA_MONITORING_INVALID when there is no such text. */
  private numberOf(number: number): number {
    const own = this.own[number];
    if (own === undefined) throw invalidInput(`There is no text ${number} among the request's ${this.own.length}`);
    return own;
  }
}
