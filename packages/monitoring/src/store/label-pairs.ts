import { grow } from './grow.ts';
import { Postings } from './postings.ts';
import { Symbols } from './symbols.ts';

/** The name under which metrics' names are pairs; no label has it. */
export const metricLabel = '';

/**
 * The pairs of a label's name and a value that series have, by number, with the series of each. How many series a pair
 * has, how many values a name, and the bytes of their texts are kept as series come and go.
 */
export class LabelPairs {
  readonly #symbols = new Symbols();
  readonly #postings = new Postings();
  #names = new Uint32Array(64);
  #values = new Uint32Array(64);
  #counts = new Uint32Array(64);
  #slots = new Uint32Array(256); // pair + 1
  #size = 0;
  #ranks = new Uint32Array(0);
  /** By the symbol of a name: its pairs, how many of them have series, and the bytes of those. */
  readonly #pairsOfName = new Map<number, number[]>();
  readonly #liveValues = new Map<number, number>();
  readonly #liveBytes = new Map<number, number>();

  /** How many pairs there are, those without series included. */
  get size(): number {
    return this.#size;
  }

  /** The number of a pair, if a series has or had it. */
  find(name: string, value: string): number | undefined {
    const nameSymbol = this.#symbols.find(name);
    const valueSymbol = nameSymbol === undefined ? undefined : this.#symbols.find(value);
    if (nameSymbol === undefined || valueSymbol === undefined) return undefined;
    const pair = this.#slots[this.#slotOf(nameSymbol, valueSymbol)] as number;
    return pair === 0 ? undefined : pair - 1;
  }

  /** The number of a pair, which is new if need be. */
  intern(name: string, value: string): number {
    const nameSymbol = this.#symbols.intern(name);
    const valueSymbol = this.#symbols.intern(value);
    const slot = this.#slotOf(nameSymbol, valueSymbol);
    const found = this.#slots[slot] as number;
    if (found !== 0) return found - 1;
    const pair = this.#size++;
    this.#names = grow(this.#names, pair);
    this.#values = grow(this.#values, pair);
    this.#counts = grow(this.#counts, pair);
    this.#names[pair] = nameSymbol;
    this.#values[pair] = valueSymbol;
    const siblings = this.#pairsOfName.get(nameSymbol);
    if (siblings === undefined) this.#pairsOfName.set(nameSymbol, [pair]);
    else siblings.push(pair);
    this.#slots[slot] = pair + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return pair;
  }

  /** Gives a series to a pair. */
  attach(pair: number, ref: number): void {
    this.#postings.add(pair, ref);
    if ((this.#counts[pair] as number)++ === 0) this.#count(pair, 1);
  }

  /** Takes a series from a pair; {@link LabelPairs.eachRef} still tells it. */
  detach(pair: number): void {
    if (--(this.#counts[pair] as number) === 0) this.#count(pair, -1);
  }

  /** How many series a pair has. */
  count(pair: number): number {
    return this.#counts[pair] as number;
  }

  /** The symbol of a pair's name. */
  nameSymbol(pair: number): number {
    return this.#names[pair] as number;
  }

  /** The symbol of a name; none when no series has or had it. */
  findName(name: string): number | undefined {
    return this.#symbols.find(name);
  }

  /** A pair's name. */
  name(pair: number): string {
    return this.#symbols.text(this.#names[pair] as number);
  }

  /** A pair's value. */
  value(pair: number): string {
    return this.#symbols.text(this.#values[pair] as number);
  }

  /** The pairs of a name. */
  ofName(name: string): readonly number[] {
    const symbol = this.#symbols.find(name);
    return (symbol === undefined ? undefined : this.#pairsOfName.get(symbol)) ?? [];
  }

  /**
   * The place of each pair among all of them, sorted by name and then by value.
   *
   * @param atMost - When pairs have come since the last time and there are more than this many, there is no answer.
   */
  ranks(atMost: number): Uint32Array | undefined {
    if (this.#ranks.length === this.#size) return this.#ranks;
    if (this.#size > atMost) return undefined;
    const sorted = Uint32Array.from({ length: this.#size }, (_, pair) => pair).sort((a, b) => {
      if (this.#names[a] !== this.#names[b]) return this.name(a) < this.name(b) ? -1 : 1;
      return this.value(a) < this.value(b) ? -1 : 1;
    });
    this.#ranks = new Uint32Array(this.#size);
    for (const [rank, pair] of sorted.entries()) this.#ranks[pair] = rank;
    return this.#ranks;
  }

  /** Calls back with the series of a pair, those included that are gone. */
  eachRef(pair: number, visit: (ref: number) => void): void {
    this.#postings.each(pair, visit);
  }

  /** Every name that series have, with how many values it has and the bytes of name and value of each. */
  *names(): Generator<{ name: string; values: number; bytes: number }> {
    for (const [symbol, values] of this.#liveValues) {
      if (values > 0) yield { name: this.#symbols.text(symbol), values, bytes: this.#liveBytes.get(symbol) ?? 0 };
    }
  }

  #count(pair: number, change: 1 | -1): void {
    const symbol = this.#names[pair] as number;
    const bytes = this.name(pair).length + this.value(pair).length;
    this.#liveValues.set(symbol, (this.#liveValues.get(symbol) ?? 0) + change);
    this.#liveBytes.set(symbol, (this.#liveBytes.get(symbol) ?? 0) + change * bytes);
  }

  /** Where the pair of two symbols is, or would be. */
  #slotOf(name: number, value: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(name, value) & mask; ; slot = (slot + 1) & mask) {
      const pair = this.#slots[slot] as number;
      if (pair === 0 || (this.#names[pair - 1] === name && this.#values[pair - 1] === value)) return slot;
    }
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let pair = 0; pair < this.#size; pair++) {
      this.#slots[this.#slotOf(this.#names[pair] as number, this.#values[pair] as number)] = pair + 1;
    }
  }
}

function hash(name: number, value: number): number {
  let mixed = Math.imul(name ^ 0x9e37_79b9, 0x85eb_ca6b) ^ value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
