import { damaged } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { wallClock } from '../../prepare/wall-clock.ts';
import { checkOptions, checkValues } from '../../values.ts';
import { checkForecast, longestHorizon } from '../build-forecast.ts';
import type {
  FittedForecaster,
  Forecast,
  ForecastInterval,
  ForecastOptions,
  ModelDescription,
  SavedModel,
} from '../contract.ts';
import { checkedSimulation, mostNumbers, type SimulateOptions } from '../simulation.ts';
import { checkTimes } from './check-times.ts';
import { TimeGrid, type GridNumbers } from './time-grid.ts';

/** A forecast that says when its steps are. */
export interface TimedForecast extends Forecast {
  /** Epoch milliseconds of each step. */
  readonly times: Float64Array;
}

/** What an update of a timed model takes. */
export interface TimedUpdateOptions {
  /** When each value was measured, epoch milliseconds, rising. @default the steps that a forecast would have next */
  readonly times?: ArrayLike<number> | undefined;
}

/** A model that knows when its values were, made by {@link timed} and by a `fit` that was given times. */
export class FittedTimed<Model extends FittedForecaster = FittedForecaster> implements FittedForecaster {
  readonly #inner: Model;
  readonly #grid: TimeGrid;
  readonly #whenDisordered: 'throw' | 'combine';
  #next: number;
  #lastMs: number | undefined;

  /**
   * @param inner - The model; taken over.
   * @param grid - Where its steps lie.
   * @param next - The step after the last one seen.
   * @param whenDisordered - What happens at a time that is not after the one before it.
   * @param lastMs - The last time seen, if it is known: in autumn it tells which of two hours comes next.
   */
  constructor(inner: Model, grid: TimeGrid, next: number, whenDisordered: 'throw' | 'combine', lastMs?: number) {
    this.#inner = inner;
    this.#grid = grid;
    this.#next = next;
    this.#whenDisordered = whenDisordered;
    this.#lastMs = lastMs;
  }

  /** The model of the steps, for what it alone can say. Only this object may update it. */
  get model(): Model {
    return this.#inner;
  }

  /** That of the model. */
  get name(): string {
    return this.#inner.name;
  }

  /** Milliseconds from one step to the next. */
  get stepMs(): number {
    return this.#grid.numbers.stepMs;
  }

  /** Those of the model: one a step. */
  get fittedValues(): Float64Array {
    return this.#inner.fittedValues;
  }

  /** Those of the model: one a step. */
  get residuals(): Float64Array {
    return this.#inner.residuals;
  }

  /**
   * The forecast of the model, and when its steps are.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): TimedForecast {
    checkForecast(horizon, options);
    const { times, places } = this.#grid.timesFrom(this.#next, horizon, this.#lastMs);
    const { mean, intervals } = this.#inner.forecast(reachOf(places, longestHorizon), options);
    const at = (row: Float64Array): Float64Array => taken(row, places);
    return {
      times,
      mean: at(mean),
      intervals: intervals.map(({ level, lower, upper }): ForecastInterval => ({
        level,
        lower: at(lower),
        upper: at(upper),
      })),
    };
  }

  /**
   * Possible futures, at the times of the forecast.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    const asked = checkedSimulation(horizon, options);
    const { places } = this.#grid.timesFrom(this.#next, horizon, this.#lastMs);
    const most = Math.min(longestHorizon, Math.floor(mostNumbers / asked.paths));
    const paths = this.#inner.simulate(reachOf(places, most), asked);
    return paths.map((path) => taken(path, places));
  }

  /**
   * Moves the model on: values at times become steps by the rule of the fit, those of one call that fall into one step are
   * combined, and steps without any are missing. Values of steps that the model has seen are left out. Without times the
   * first value is that of the first step of a forecast, and so on, over a change of the clock too.
   *
   * @param values - The values that follow, oldest first; NaN means missing.
   * @param options - When they were measured.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number, or a time is no time, not after
   * the one before it, or over ten million steps ahead; nothing has changed then.
   */
  update(values: ArrayLike<number>, options: TimedUpdateOptions = {}): void {
    checkValues(values);
    checkOptions(options);
    const { times = this.#nextTimes(values.length) } = options;
    if (times === undefined) {
      this.#inner.update(values);
      this.#next += values.length;
      return;
    }
    checkTimes(times, values.length, this.#whenDisordered === 'throw');
    const fresh = Array.from({ length: values.length }, (_, i) => i).filter(
      (i) => this.#grid.stepOf(times[i] as number) >= this.#next,
    );
    if (fresh.length > 0) {
      const pick = (row: ArrayLike<number>): number[] => fresh.map((i) => row[i] as number);
      const { values: steps } = this.#grid.regular(pick(times), pick(values), this.#next);
      this.#inner.update(steps);
      this.#next += steps.length;
    }
    this.#lastMs = lastTimeOf(times, this.#lastMs);
  }

  /** The times that a forecast of so many steps would have; undefined where nothing but their number counts. */
  #nextTimes(count: number): Float64Array | undefined {
    if (this.#lastMs === undefined || this.#grid.numbers.timeZone === undefined) return undefined;
    return this.#grid.timesFrom(this.#next, count, this.#lastMs).times;
  }

  /** A copy that goes its own way. */
  clone(): FittedTimed<Model> {
    return new FittedTimed(this.#inner.clone() as Model, this.#grid, this.#next, this.#whenDisordered, this.#lastMs);
  }

  /** What the model says. */
  describe(): ModelDescription {
    return this.#inner.describe();
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit, where it knows the model. */
  toJSON(): SavedModel {
    const { timeZone, ...numbers } = this.#grid.numbers;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: timeZone === undefined ? 'timed' : 'timed-in-zone',
      inner: this.#inner.toJSON(),
      ...numbers,
      ...(timeZone !== undefined && { timeZone }),
      ...(timeZone !== undefined && this.#lastMs !== undefined && { lastMs: this.#lastMs }),
      next: this.#next,
      whenDisordered: this.#whenDisordered,
    };
  }
}

/** What stands at some places of a row; what lies beyond its end is like the end. */
function taken(row: Float64Array, places: Int32Array): Float64Array {
  const values = new Float64Array(places.length);
  const end = row.length - 1;
  for (let k = 0; k < values.length; k++) values[k] = row[Math.min(end, places[k] as number)] as number;
  return values;
}

/** How far the model has to look for the furthest place, as far as it may. */
function reachOf(places: Int32Array, most: number): number {
  let furthest = 0;
  for (const place of places) furthest = Math.max(furthest, place);
  return Math.min(most, furthest + 1);
}

/** The latest of some times and the one before them. */
export function lastTimeOf(times: ArrayLike<number>, before?: number): number | undefined {
  let latest = before ?? -Infinity;
  for (let i = 0; i < times.length; i++) latest = Math.max(latest, times[i] as number);
  return latest === -Infinity ? undefined : latest;
}

/**
 * Brings a saved timed model back.
 *
 * @param read - Brings the model itself back.
 * @param inZone - Whether it has a time zone.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function timedFromJSON(
  saved: SavedReader,
  read: (inner: SavedReader) => FittedForecaster,
  inZone: boolean,
): FittedTimed {
  const combine = saved.text('combine') as GridNumbers['combine'];
  if (!['mean', 'last', 'least', 'largest', 'sum'].includes(combine)) throw damaged('combine is unknown');
  const whenDisordered = saved.text('whenDisordered');
  if (whenDisordered !== 'throw' && whenDisordered !== 'combine') throw damaged('whenDisordered is unknown');
  const numbers: GridNumbers = {
    stepMs: saved.integer('stepMs', 1, 1e13),
    originMs: saved.number('originMs', -8.64e15, 8.64e15),
    combine,
    ...(inZone && { timeZone: zoneOf(saved) }),
  };
  const next = saved.integer('next', -1e15, 1e16);
  // Absent where it was not known, and in what the first release saved.
  const lastMs = saved.raw('lastMs') === undefined ? undefined : saved.number('lastMs', -8.64e15, 8.64e15);
  return new FittedTimed(read(saved.object('inner')), new TimeGrid(numbers), next, whenDisordered, lastMs);
}

function zoneOf(saved: SavedReader): string {
  const timeZone = saved.text('timeZone');
  try {
    wallClock(timeZone);
  } catch (cause) {
    throw damaged('timeZone is unknown', cause);
  }
  return timeZone;
}
