import { seededRandom } from '@novacron/core';
import { invalid } from '../error.ts';
import type { FitOptions } from '../fit-budget.ts';
import { checkedInteger } from '../values.ts';
import { parzenChoice, type JudgedPlaces } from './parzen-choice.ts';

/** The values that each option may take. */
export type SearchSpace<Options> = { readonly [Key in keyof Options]?: readonly Options[Key][] };

/** How options are searched for. */
export interface SearchOptions<Options> extends FitOptions {
  /** The values that each option may take; those without stay as they are. */
  readonly space: SearchSpace<Options>;
  /** The options to beat, which are always tried. @default none given */
  readonly defaults?: Options | undefined;
  /** Steps to forecast from each origin. */
  readonly horizon: number;
  /** How many origins. @default 3 */
  readonly origins?: number | undefined;
  /**
   * `'grid'` tries all, `'random'` so many of them, `'halving'` all on the last origin, the better half on two, and so
   * on (Jamieson and Talwalkar 2016), `'bayesian'` so many of them, each chosen by those before (tree of Parzen
   * estimators, Bergstra et al. 2011). @default 'grid'
   */
  readonly method?: 'grid' | 'random' | 'halving' | 'bayesian' | undefined;
  /** How many a random or a Bayesian search tries. @default 20 */
  readonly trials?: number | undefined;
  /** Of the random and the Bayesian search. @default 1 */
  readonly seed?: number | undefined;
}

/** Options that were tried on all origins. */
export interface Trial<Options> {
  /** The options. */
  readonly options: Options;
  /** Their mean absolute error over all origins; Infinity where they cannot be fitted. */
  readonly error: number;
}

/** What a search found. */
export interface SearchResult<Options> extends Trial<Options> {
  /** The error of the defaults. */
  readonly defaultError: number;
  /** All that were tried on all origins, the best first. */
  readonly trials: readonly Trial<Options>[];
}

/** Options to try on so many origins. */
export interface SearchTask<Options> {
  /** The options. */
  readonly options: Options;
  /** How many origins, the last ones. */
  readonly origins: number;
}

/** Hands out tasks in rounds, those of one round in any order, is told their errors, and ends with a result. */
export type Plan<Options, Result> = Generator<readonly SearchTask<Options>[], Result, readonly number[]>;

const mostTrials = 100_000;

/**
 * What a search tries, and when: it need not know how that is done.
 *
 * @throws {MlError} NOVA_ML_INVALID at the first round when an option is out of range, or there are too many to try.
 */
export function* searchPlan<Options extends object>(
  search: SearchOptions<Options>,
): Plan<Options, SearchResult<Options>> {
  const { space, defaults = {} as Options, method = 'grid' } = search;
  const origins = checkedInteger(search.origins ?? 3, 'origins', 1, 1_000);
  checkedInteger(search.horizon, 'horizon', 1, 1_000_000);
  if (!['grid', 'random', 'halving', 'bayesian'].includes(method))
    throw invalid('method must be grid, random, halving or bayesian', { method });
  const random = seededRandom(checkedInteger(search.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER));
  const trials = checkedInteger(search.trials ?? 20, 'trials', 1, mostTrials);
  const grid = allOf(space, defaults);
  if (method === 'bayesian') {
    const [defaultError] = (yield [{ options: defaults, origins }]) as [number];
    return best(defaults, defaultError, yield* bayesian(grid, space, trials, origins, random));
  }
  let left: readonly Options[] = method === 'random' ? shuffled(grid, random).slice(0, trials) : grid;
  const most = method === 'halving' ? origins : 1;
  for (let count = 1; count < most && left.length > 1; count *= 2) {
    left = ranked(yield* judged(left, count))
      .slice(0, Math.ceil(left.length / 2))
      .map(({ options }) => options);
  }
  // Without a space the defaults are the grid.
  const [own, ...others] = yield* judged([defaults, ...left.filter((options) => options !== defaults)], origins);
  return best(defaults, (own as Trial<Options>).error, others);
}

function* judged<Options>(options: readonly Options[], origins: number): Plan<Options, Trial<Options>[]> {
  const errors = yield options.map((one) => ({ options: one, origins }));
  return options.map((one, i) => ({ options: one, error: errors[i] as number }));
}

function best<Options>(
  defaults: Options,
  defaultError: number,
  tried: readonly Trial<Options>[],
): SearchResult<Options> {
  const all = ranked([{ options: defaults, error: defaultError }, ...tried]);
  return { ...(all[0] as Trial<Options>), defaultError, trials: all };
}

function ranked<Options>(trials: readonly Trial<Options>[]): Trial<Options>[] {
  return trials.toSorted((a, b) => (a.error === b.error ? 0 : a.error - b.error));
}

/** How many are drawn at random before there is something to learn from. */
const firstTrials = 6;

/** Tries what the trials so far make look good, one by one; at random at first, and where that has all been tried. */
function* bayesian<Options extends object>(
  grid: readonly Options[],
  space: SearchSpace<Options>,
  trials: number,
  origins: number,
  random: () => number,
): Plan<Options, readonly Trial<Options>[]> {
  const choices = Object.values<readonly unknown[] | undefined>(space).map((list) => list ?? []);
  const sizes = choices.map(({ length }) => length);
  const ordered = choices.map((list) =>
    list.every((choice, i) => typeof choice === 'number' && (i === 0 || choice > (list[i - 1] as number))),
  );
  // The grid counts its options like the digits of a number, the last the fastest.
  const placesOf = (index: number): number[] => {
    let rest = index;
    return sizes
      .toReversed()
      .map((size) => {
        const place = rest % size;
        rest = Math.floor(rest / size);
        return place;
      })
      .reverse();
  };
  const indexOf = (places: readonly number[]): number =>
    places.reduce((index, place, option) => index * (sizes[option] as number) + place, 0);
  const order = shuffled([...grid.keys()], random);
  const tried = new Map<number, Trial<Options> & JudgedPlaces>();
  while (tried.size < Math.min(trials, grid.length)) {
    const places = tried.size < firstTrials ? undefined : parzenChoice([...tried.values()], sizes, ordered, random);
    const index = places === undefined ? (order.find((one) => !tried.has(one)) as number) : indexOf(places);
    const options = grid[index] as Options;
    const [error] = (yield [{ options, origins }]) as [number];
    tried.set(index, { options, error, places: placesOf(index) });
  }
  return [...tried.values()].map(({ options, error }) => ({ options, error }));
}

function allOf<Options extends object>(space: SearchSpace<Options>, defaults: Options): Options[] {
  let all: Options[] = [defaults];
  for (const [key, choices] of Object.entries(space) as [string, readonly unknown[]][]) {
    if (!Array.isArray(choices) || choices.length === 0)
      throw invalid(`There must be values for ${key}`, { option: key });
    if (all.length * choices.length > mostTrials)
      throw invalid(`There are more than ${mostTrials} to try`, { option: key });
    all = all.flatMap((options) => choices.map((choice: unknown) => ({ ...options, [key]: choice })));
  }
  return all;
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const order = list.map((item) => ({ item, place: random() }));
  return order.sort((a, b) => a.place - b.place).map(({ item }) => item);
}
