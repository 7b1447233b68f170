import { seededRandom } from '@novacron/core';
import { fillMissing } from '../decompose/fill-missing.ts';
import { stl } from '../decompose/stl.ts';
import { invalid } from '../error.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import { randomDraws } from '../statistics/random-draws.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../values.ts';

/** How many copies to make, and which. */
export interface AugmentOptions {
  /** How many, 1 to 100,000. @default 10 */
  readonly copies?: number | undefined;
  /** The same seed gives the same copies. @default 1 */
  readonly seed?: number | undefined;
}

/** Options of noise. */
export interface JitterOptions extends AugmentOptions {
  /** The deviation of the noise, in typical changes from value to value. @default 0.5 */
  readonly strength?: number | undefined;
}

/** Options of a block bootstrap. */
export interface BootstrapOptions extends AugmentOptions {
  /** Steps in a season; 1 means none: then the changes from value to value are shuffled. @default 1 */
  readonly seasonLength?: number | undefined;
  /** Length of the blocks that stay together. @default two seasons, at least 8 */
  readonly blockLength?: number | undefined;
}

/**
 * Copies of a series with normal noise on each value; missing values (NaN) stay.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 *
 * @example
 * ```ts
 * import { jitter } from '@novacron/ml';
 *
 * jitter([1, 2, 3, 2], { copies: 3 }).map(({ length }) => length) // => [4, 4, 4]
 * ```
 */
export function jitter(values: ArrayLike<number>, options: JitterOptions = {}): readonly Float64Array[] {
  const series = toValues(values);
  const { copies, random } = checked(options);
  const { strength = 0.5 } = options;
  if (!(strength >= 0 && strength < Infinity)) throw invalid('strength must be a number from 0', { strength });
  const changes = series.map((value, i) => value - (series[i - 1] ?? NaN)).filter((change) => change === change);
  const deviation = changes.length > 0 ? strength * robustScale(SortedWindow.of(changes)) : 0;
  return Array.from({ length: copies }, () => series.map((value) => value + deviation * random.normal()));
}

/**
 * Copies of a series with the same trend and season but other luck: the remainder of its decomposition is put together
 * anew from blocks of itself, which keeps what neighbours share (moving block bootstrap; Bergmeir, Hyndman and Benítez
 * 2016). Fit a model to each and take the median: bagging. Missing values are filled.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed, or there are no two seasons.
 *
 * @example
 * ```ts
 * import { bootstrapSeries } from '@novacron/ml';
 *
 * const load = Array.from({ length: 48 }, (_, i) => 10 + 5 * Math.sin((i * Math.PI) / 6) + ((i * 7) % 5));
 * const copies = bootstrapSeries(load, { seasonLength: 12, copies: 20 });
 * copies.length // => 20
 * ```
 */
export function bootstrapSeries(values: ArrayLike<number>, options: BootstrapOptions = {}): readonly Float64Array[] {
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const { copies, random } = checked(options);
  const series = toValues(values);
  const block = checkedInteger(options.blockLength ?? Math.max(8, 2 * seasonLength), 'blockLength', 1, 1e9);
  if (observedCount(series) < 2) {
    const filled = fillMissing(series, seasonLength);
    return Array.from({ length: copies }, () => filled.slice());
  }
  const filled = fillMissing(series, seasonLength);
  if (seasonLength === 1) {
    const changes = Float64Array.from(
      { length: filled.length - 1 },
      (_, i) => (filled[i + 1] as number) - (filled[i] as number),
    );
    return Array.from({ length: copies }, () => walk(filled[0] as number, inBlocks(changes, block, random.uniform)));
  }
  const { season, trend, remainder } = stl(filled, { seasonLength });
  return Array.from({ length: copies }, () =>
    inBlocks(remainder, block, random.uniform).map((rest, i) => rest + (season[i] as number) + (trend[i] as number)),
  );
}

function walk(start: number, changes: Float64Array): Float64Array {
  const path = new Float64Array(changes.length + 1).fill(start);
  for (let i = 0; i < changes.length; i++) path[i + 1] = (path[i] as number) + (changes[i] as number);
  return path;
}

/** As long as the numbers, made of blocks of them that begin anywhere; the first is cut anywhere. */
function inBlocks(numbers: Float64Array, block: number, uniform: () => number): Float64Array {
  const length = Math.min(block, numbers.length);
  const made = new Float64Array(numbers.length);
  let place = -Math.floor(uniform() * length);
  while (place < made.length) {
    const from = Math.floor(uniform() * (numbers.length - length + 1));
    for (let i = Math.max(0, -place); i < length && place + i < made.length; i++) {
      made[place + i] = numbers[from + i] as number;
    }
    place += length;
  }
  return made;
}

function checked(options: AugmentOptions) {
  const seed = checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER);
  return {
    copies: checkedInteger(options.copies ?? 10, 'copies', 1, 100_000),
    random: randomDraws(seededRandom(seed)),
  };
}
