import { seededRandom } from '@novacron/core';
import { invalid, MlError } from '../error.ts';
import { fitBudget, type FitOptions } from '../fit-budget.ts';
import { checkedInteger, toValues } from '../values.ts';
import { rollingOrigin, type ForecasterLike } from '../validate/rolling-origin.ts';
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

const mostTrials = 100_000;

/**
 * Searches the options of a model by rolling-origin validation. The defaults take part, so that what is found is never
 * worse than they are there; of equals the first is taken. Options that are refused, or find the series too short, lose.
 * Deterministic for a seed.
 *
 * @param make - Makes a forecaster of options.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or there are more than 100,000 to try.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is no room for one origin.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { searchOptions, windowAverage } from '@novacron/ml';
 *
 * // The level jumps every ten steps: a short memory is better.
 * const values = Array.from({ length: 60 }, (_, i) => 10 * Math.floor(i / 10) + (i % 2));
 * const found = searchOptions(windowAverage, values, { space: { window: [2, 10, 40] }, defaults: { window: 20 }, horizon: 2 });
 * found.options // => { window: 2 }
 * found.error < found.defaultError // => true
 * ```
 */
export function searchOptions<Options extends object>(
  make: (options: Options) => ForecasterLike,
  values: ArrayLike<number>,
  search: SearchOptions<Options>,
): SearchResult<Options> {
  const check = fitBudget(search);
  const series = toValues(values);
  const { space, defaults = {} as Options, method = 'grid', clock, signal, timeoutMs } = search;
  const origins = checkedInteger(search.origins ?? 3, 'origins', 1, 1_000);
  const horizon = checkedInteger(search.horizon, 'horizon', 1, 1_000_000);
  if (!['grid', 'random', 'halving', 'bayesian'].includes(method))
    throw invalid('method must be grid, random, halving or bayesian', { method });
  const random = seededRandom(checkedInteger(search.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER));
  const trials = checkedInteger(search.trials ?? 20, 'trials', 1, mostTrials);
  const grid = allOf(space, defaults);
  const asked = method === 'random' ? shuffled(grid, random).slice(0, trials) : grid;
  rollingOrigin({ fit: () => nothing }, series, { horizon, origins: 1 }); // refuses a series that is too short
  const errorOn = (options: Options, count: number): number => {
    check();
    try {
      const budget = { clock, signal, timeoutMs };
      const folds = rollingOrigin(make(options), series, {
        ...budget,
        horizon,
        origins: count,
        forecast: { levels: [] },
      });
      return meanError(folds);
    } catch (error) {
      if (MlError.isInstance(error) && error.kind === 'invalid') return Infinity;
      throw error;
    }
  };
  if (method === 'bayesian') {
    const defaultError = errorOn(defaults, origins);
    const tried = bayesian(grid, space, trials, random, (options) => errorOn(options, origins));
    const all = ranked([{ options: defaults, error: defaultError }, ...tried]);
    return { ...(all[0] as Trial<Options>), defaultError, trials: all };
  }
  let left = asked;
  const most = method === 'halving' ? origins : 1;
  for (let count = 1; count < most && left.length > 1; count *= 2) {
    left = ranked(left.map((options) => ({ options, error: errorOn(options, count) })))
      .slice(0, Math.ceil(left.length / 2))
      .map(({ options }) => options);
  }
  const defaultError = errorOn(defaults, origins);
  const tried = left.map((options) => ({ options, error: errorOn(options, origins) }));
  const all = ranked([{ options: defaults, error: defaultError }, ...tried]);
  return { ...(all[0] as Trial<Options>), defaultError, trials: all };
}

const nothing = { forecast: (horizon: number) => ({ mean: new Float64Array(horizon), intervals: [] }) };

function ranked<Options>(trials: readonly Trial<Options>[]): Trial<Options>[] {
  return trials.toSorted((a, b) => (a.error === b.error ? 0 : a.error - b.error));
}

/** How many are drawn at random before there is something to learn from. */
const firstTrials = 6;

/** Tries what the trials so far make look good; at random at first, and where that has all been tried. */
function bayesian<Options extends object>(
  grid: readonly Options[],
  space: SearchSpace<Options>,
  trials: number,
  random: () => number,
  errorOn: (options: Options) => number,
): Trial<Options>[] {
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
    tried.set(index, { options, error: errorOn(options), places: placesOf(index) });
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

function meanError(folds: ReturnType<typeof rollingOrigin>): number {
  let sum = 0;
  let count = 0;
  for (const { actual, forecast } of folds) {
    for (const [step, value] of actual.entries()) {
      const error = Math.abs(value - (forecast.mean[step] as number));
      if (error !== error) continue;
      sum += error;
      count++;
    }
  }
  return count > 0 ? sum / count : Infinity;
}
