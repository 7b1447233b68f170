import { seededRandom } from '@novacron/core';
import { invalid } from '../error.ts';
import type { FitOptions } from '../fit-budget.ts';
import { checkedInteger } from '../values.ts';
import { parzenChoice, type JudgedPlaces } from './parzen-choice.ts';
import { mostListed, SearchGrid, type SearchSpace } from './search-grid.ts';

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
   * `'grid'` tries all, up to 100,000; `'random'` so many of any number; `'halving'` all, as many as a grid, on the last
   * origin, the better half on two, and so on (Jamieson and Talwalkar 2016); `'bayesian'` so many of any number, each
   * chosen by those before (tree of Parzen estimators, Bergstra et al. 2011). @default 'grid'
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

/**
 * What a search tries, and when: it need not know how that is done.
 *
 * @throws {MlError} NOVA_ML_INVALID at the first round when an option is out of range, or a grid has too many to try.
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
  const trials = checkedInteger(search.trials ?? 20, 'trials', 1, mostListed);
  const grid = new SearchGrid(space, defaults);
  if (method === 'bayesian') {
    const [defaultError] = (yield [{ options: defaults, origins }]) as [number];
    return best(defaults, defaultError, yield* bayesian(grid, trials, origins, random));
  }
  let left: readonly Options[] = method === 'random' ? grid.sample(trials, random) : grid.all();
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
  grid: SearchGrid<Options>,
  trials: number,
  origins: number,
  random: () => number,
): Plan<Options, readonly Trial<Options>[]> {
  const others = grid.shuffled(random);
  const tried = new Map<string, Trial<Options> & JudgedPlaces>();
  const untried = (): readonly number[] => {
    for (;;) {
      const places = others.next().value as readonly number[];
      if (!tried.has(places.join())) return places;
    }
  };
  while (tried.size < Math.min(trials, grid.count)) {
    const better =
      tried.size < firstTrials ? undefined : parzenChoice([...tried.values()], grid.sizes, grid.ordered, random);
    const places = better ?? untried();
    const options = grid.at(places);
    const [error] = (yield [{ options, origins }]) as [number];
    tried.set(places.join(), { options, error, places });
  }
  return [...tried.values()].map(({ options, error }) => ({ options, error }));
}
