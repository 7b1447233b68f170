import { checkedBoosting, gradientBoosting, type BoostingOptions } from '../../boosting/gradient-boosting.ts';
import { FittedBoosting } from '../../boosting/boosting-fitted.ts';
import { fillMissing } from '../../decompose/fill-missing.ts';
import { invalid, MlError } from '../../error.ts';
import { fitBudget, type FitBudget, type FitOptions } from '../../fit-budget.ts';
import { damaged } from '../../json/floats.ts';
import { SavedReader } from '../../json/saved-reader.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../../values.ts';
import { Conformal } from '../auto/conformal.ts';
import type { SavedModel } from '../contract.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { FittedBoostedForecaster, savedShape, shapeFromJSON } from './fitted-boosted.ts';
import {
  baseOf,
  calendarColumns,
  longestLook,
  treeFeatureNames,
  treeFeatures,
  type SeriesCalendar,
  type TreeShape,
} from './tree-features.ts';
import { treePath } from './tree-path.ts';

/** Options of trees that forecast. */
export interface BoostedOptions extends Omit<BoostingOptions, 'categorical' | 'validation' | 'loss'> {
  /** What the trees make small: squared errors (the mean), or absolute ones (the median). @default 'squared' */
  readonly loss?: 'squared' | 'absolute' | undefined;
  /** Steps in a season; 1 means none. @default 1 */
  readonly seasonLength?: number | undefined;
  /** How many steps back the values lie that the trees see, up to 1,000 of them. @default 1 to 6, and around one season and two */
  readonly lags?: readonly number[] | undefined;
  /** When the values were measured, for hour, weekday and month; all series of a pool begin then. @default none */
  readonly calendar?: SeriesCalendar | undefined;
}

/** The share of each series, its end, that intervals and the number of trees are learned from. */
const heldShare = 0.2;
/** From so many origins in it, for so many series at most. */
const mostOrigins = 6;
const mostJudged = 100;
/** A forecast may leave the range of its past by this part of it. */
const reach = 0.5;

/** Boosted trees that learned from many series, for any. */
export class PooledBoosting {
  readonly #model: FittedBoosting;
  readonly #shape: TreeShape;
  readonly #conformal: Conformal;

  /**
   * @param model - The trees.
   * @param shape - What they see.
   * @param conformal - How wide intervals are, for series of scale 1.
   */
  constructor(model: FittedBoosting, shape: TreeShape, conformal: Conformal) {
    this.#model = model;
    this.#shape = shape;
    this.#conformal = conformal;
  }

  /** The share of each feature in what the splits gained, the largest first. */
  get importance(): readonly { readonly feature: string; readonly share: number }[] {
    const { importance } = this.#model;
    return treeFeatureNames(this.#shape)
      .map((feature, i) => ({ feature, share: importance[i] as number }))
      .sort((a, b) => b.share - a.share);
  }

  /** What was learned, as a forecaster for any series, also one that was not there. Its `fit` only looks at sizes. */
  forecaster(): ForecasterWithTimes<FittedBoostedForecaster> {
    return withTimes({
      name: 'Pooled boosted trees',
      fit: (values, options) => {
        const check = fitBudget(options);
        const known = toValues(values);
        const series = prepared(known, this.#shape);
        const { filled, scale } = series;
        const look = longestLook(this.#shape);
        const calendar = calendarColumns(this.#shape, 0, filled.length);
        const fittedValues = new Float64Array(filled.length).fill(NaN);
        for (let t = look; t < filled.length; t++) {
          check();
          const features = treeFeatures(filled, t, this.#shape, scale, t, calendar, t);
          const value = baseOf(filled, t, this.#shape) + scale * this.#model.predict(features);
          fittedValues[t] = Math.min(series.high, Math.max(series.low, value));
        }
        return new FittedBoostedForecaster({
          model: this.#model,
          shape: this.#shape,
          conformal: this.#conformal.clone(),
          scale,
          low: series.low,
          high: series.high,
          history: filled.slice(filled.length - look),
          seen: filled.length,
          observed: observedCount(known),
          fittedValues,
          residuals: known.map((value, t) => value - (fittedValues[t] as number)),
        });
      },
    });
  }

  /** Everything, versioned; {@link PooledBoosting.fromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'pooled-boosting',
      trees: this.#model.toJSON(),
      shape: savedShape(this.#shape),
      conformal: this.#conformal.toJSON(),
    };
  }

  /**
   * Brings saved trees back.
   *
   * @param saved - What `JSON.parse` gave, or the text itself.
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version.
   */
  static fromJSON(saved: unknown): PooledBoosting {
    const reader = new SavedReader(saved);
    if (reader.head('novacron-forecaster') !== 'pooled-boosting') throw damaged('it is another model');
    const shape = shapeFromJSON(reader.object('shape'));
    const model = FittedBoosting.fromJSON(reader.raw('trees'));
    if (model.columns !== treeFeatureNames(shape).length) throw damaged('the trees see other features');
    return new PooledBoosting(model, shape, Conformal.fromJSON(reader.object('conformal')));
  }
}

/**
 * Gradient boosted trees over past values, the phase of the season and the calendar, one model for many series, in the
 * manner of the winners of M5 (Makridakis et al. 2022): every value counts as the distance from that of a season before,
 * in typical such distances of its series, so that large and small machines share what they know. Trees are counted, and
 * intervals made, on the last fifth of each series; then all of it is learned from.
 *
 * Missing values (NaN) are filled from their phase. Series without room for the longest look are left out. Cost: that of
 * {@link gradientBoosting}, twice.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are no ten rows to learn from.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { pooledBoosting } from '@novacron/ml';
 *
 * const fleet = [1, 3, 9].map((size) => Array.from({ length: 90 }, (_, hour) => size * (5 + (hour % 6))));
 * const pooled = pooledBoosting(fleet, { seasonLength: 6, trees: 20 });
 * // A machine that it has never seen.
 * const fresh = pooled.forecaster().fit(Array.from({ length: 40 }, (_, hour) => 2 * (5 + (hour % 6))));
 * Math.round(fresh.forecast(1).mean[0]!) // => 18
 * ```
 */
export function pooledBoosting(
  series: readonly ArrayLike<number>[],
  options: BoostedOptions & FitOptions = {},
): PooledBoosting {
  const check = fitBudget(options);
  const { lags: _lags, calendar: _calendar, seasonLength: _seasonLength, ...boosting } = options;
  const shape = checkedShape(options);
  const look = longestLook(shape);
  const ready = series.flatMap((values) => {
    check();
    const known = toValues(values);
    return known.length > look && observedCount(known) > 0 ? [prepared(known, shape)] : [];
  });
  const ends = ready.map(({ filled }) => filled.length - Math.floor(heldShare * (filled.length - look)));
  const early = learn(ready, ends, shape, { ...boosting, validation: 0.2 }, check);
  const whole = ready.map(({ filled }) => filled.length);
  const model = learn(ready, whole, shape, { ...boosting, validation: 0, trees: Math.max(1, early.trees) }, check);
  const errors = ready
    .slice(0, mostJudged)
    .flatMap((one, s) => heldOutErrors(early, shape, one, ends[s] as number, check));
  return new PooledBoosting(model, shape, Conformal.of(errors.length > 0 ? errors : [Float64Array.of(1)]));
}

/**
 * Refuses options before there is anything to learn from.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 */
export function checkBoostedOptions(options: BoostedOptions): void {
  checkedShape(options);
  checkedBoosting({ ...options, validation: 0 });
}

function checkedShape(options: BoostedOptions): TreeShape {
  const m = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const around = m > 1 ? [m - 1, m, m + 1, 2 * m] : [];
  const lags = options.lags ?? [...new Set([1, 2, 3, 4, 5, 6, ...around])];
  if (!Array.isArray(lags) || lags.length === 0 || lags.length > 1_000 || new Set(lags).size < lags.length) {
    throw invalid('There must be 1 to 1,000 different lags', { option: 'lags' });
  }
  const { calendar } = options;
  if (calendar !== undefined && !(Number.isFinite(calendar.startMs) && calendar.stepMs > 0)) {
    throw invalid('calendar must have a startMs and a stepMs above 0', { option: 'calendar' });
  }
  calendarColumns({ lags: [1], seasonLength: 1, calendar }, 0, 0); // knows the time zone, or refuses it
  const steps = lags.map((lag: number) => checkedInteger(lag, 'lags', 1, longestSeason));
  return { lags: steps, seasonLength: m, calendar };
}

interface PreparedSeries {
  readonly known: Float64Array;
  readonly filled: Float64Array;
  readonly scale: number;
  readonly low: number;
  readonly high: number;
}

function prepared(known: Float64Array, shape: TreeShape): PreparedSeries {
  const look = longestLook(shape);
  if (known.length <= look) throw tooShort(look + 1, known.length);
  const filled = fillMissing(known, shape.seasonLength);
  let sum = 0;
  for (let t = look; t < filled.length; t++)
    sum += Math.abs((filled[t] as number) - baseOf(filled, t, shape)) / filled.length;
  const low = filled.reduce((least, value) => Math.min(least, value));
  const high = filled.reduce((most, value) => Math.max(most, value));
  // A series that never changes has the scale of its size.
  const scale = sum > 0 ? sum : powerOfTwoNear(filled);
  const room = reach * (high - low);
  return { known, filled, scale, low: low - room, high: high + room };
}

/** Learns from the start of each series; rows are in the order of time, so that the last are the latest of all. */
function learn(
  ready: readonly PreparedSeries[],
  ends: readonly number[],
  shape: TreeShape,
  options: BoostingOptions,
  check: FitBudget,
): FittedBoosting {
  const look = longestLook(shape);
  const rows: { readonly age: number; readonly features: number[]; readonly target: number }[] = [];
  for (const [s, { known, filled, scale }] of ready.entries()) {
    const end = ends[s] as number;
    const calendar = calendarColumns(shape, 0, end);
    for (let t = look; t < end; t++) {
      check();
      if (Number.isNaN(known[t])) continue;
      const features = treeFeatures(filled, t, shape, scale, t, calendar, t);
      rows.push({ age: end - t, features, target: ((filled[t] as number) - baseOf(filled, t, shape)) / scale });
    }
  }
  if (rows.length < 10) throw tooShort(look + 10, rows.length);
  rows.sort((a, b) => b.age - a.age);
  const columns = treeFeatureNames(shape).map((_, f) =>
    Float64Array.from(rows, ({ features }) => features[f] as number),
  );
  return gradientBoosting(
    columns,
    rows.map(({ target }) => target),
    { ...options, ...check.rest() },
  );
}

/** Errors of forecasts from a few origins in the part that the trees have not seen, in units of the scale. */
function heldOutErrors(
  model: FittedBoosting,
  shape: TreeShape,
  series: PreparedSeries,
  end: number,
  check: () => void,
): Float64Array[] {
  const { known, filled, scale } = series;
  const horizon = Math.min(Math.max(12, shape.seasonLength), filled.length - end, 200);
  if (horizon < 1) return [];
  const origins = Math.min(mostOrigins, filled.length - end - horizon + 1);
  return Array.from({ length: origins }, (_, i) => {
    check();
    const origin = end + Math.round((i * (filled.length - end - horizon)) / Math.max(1, origins - 1));
    const path = treePath(model, shape, filled.subarray(0, origin), origin, horizon, series);
    return path.map((value, step) => ((known[origin + step] as number) - value) / scale);
  });
}

function tooShort(needed: number, length: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `These trees need at least ${needed} values, not ${length}`,
    details: { needed, length },
  });
}
