import { invalid } from '../error.ts';

/** The values that each option may take. */
export type SearchSpace<Options> = { readonly [Key in keyof Options]?: readonly Options[Key][] };

/** The most options that are listed one by one. */
export const mostListed = 100_000;

/** All options that a space holds, each by the places of its choices in their lists; there may be any number of them. */
export class SearchGrid<Options extends object> {
  readonly #keys: readonly string[];
  readonly #choices: readonly (readonly unknown[])[];
  readonly #defaults: Options;
  /** How many choices each option has. */
  readonly sizes: readonly number[];
  /** For each option, whether its choices are numbers in order. */
  readonly ordered: readonly boolean[];
  /** How many options there are together; Infinity beyond the range of numbers. */
  readonly count: number;

  /**
   * @param space - The values that each option may take.
   * @param defaults - What options without choices are.
   * @throws {MlError} NOVA_ML_INVALID when an option has no choices.
   */
  constructor(space: SearchSpace<Options>, defaults: Options) {
    const entries = Object.entries(space) as [string, readonly unknown[]][];
    for (const [key, choices] of entries) {
      if (!Array.isArray(choices) || choices.length === 0) {
        throw invalid(`There must be values for ${key}`, { option: key });
      }
    }
    this.#keys = entries.map(([key]) => key);
    this.#choices = entries.map(([, choices]) => choices);
    this.#defaults = defaults;
    this.sizes = this.#choices.map(({ length }) => length);
    this.ordered = this.#choices.map((list) =>
      list.every((choice, i) => typeof choice === 'number' && (i === 0 || choice > (list[i - 1] as number))),
    );
    this.count = this.sizes.reduce((product, size) => product * size, 1);
  }

  /**
   * Every option, the choices of the last changing fastest.
   *
   * @throws {MlError} NOVA_ML_INVALID when there are more than 100,000.
   */
  all(): Options[] {
    if (this.count > mostListed) throw invalid(`There are more than ${mostListed} to try`, { count: this.count });
    return Array.from({ length: this.count }, (_, index) => this.at(this.#placesOf(index)));
  }

  /** The options at some places; without a space, the defaults themselves. */
  at(places: readonly number[]): Options {
    if (this.#keys.length === 0) return this.#defaults;
    const chosen = this.#keys.map((key, option) => [key, this.#choices[option]?.[places[option] as number]]);
    return { ...this.#defaults, ...Object.fromEntries(chosen) } as Options;
  }

  /** Options drawn evenly, none twice. */
  sample(count: number, random: () => number): Options[] {
    const drawn: Options[] = [];
    for (const places of this.shuffled(random)) {
      if (drawn.length === count) break;
      drawn.push(this.at(places));
    }
    return drawn;
  }

  /** Places in random order, none twice, until all have been given. A grid that is too large to list is drawn from. */
  *shuffled(random: () => number): Generator<readonly number[]> {
    if (this.count <= mostListed) {
      const order = Array.from({ length: this.count }, (_, index) => ({ index, rank: random() }));
      for (const { index } of order.sort((a, b) => a.rank - b.rank)) yield this.#placesOf(index);
      return;
    }
    const given = new Set<string>();
    for (;;) {
      const places = this.sizes.map((size) => Math.floor(random() * size));
      const key = places.join();
      if (given.has(key)) continue;
      given.add(key);
      yield places;
    }
  }

  /** The grid counts its options like the digits of a number, the last the fastest. */
  #placesOf(index: number): number[] {
    let rest = index;
    return this.sizes
      .toReversed()
      .map((size) => {
        const place = rest % size;
        rest = Math.floor(rest / size);
        return place;
      })
      .reverse();
  }
}
