import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { checkForecast, withinLimits } from '../build-forecast.ts';
import { etsFromJSON } from '../ets-from-json.ts';
import type { FittedEts } from '../ets-fitted.ts';
import { checkedPath, type SimulateOptions } from '../simulation.ts';

/** All that a fitted decomposition knows. */
export interface MstlFit {
  /** The model of the seasonally adjusted series; taken over. */
  readonly inner: FittedEts;
  /** One round of each season, beginning with the step after the training series. */
  readonly seasons: readonly Float64Array[];
  /** How many steps there have been since. */
  readonly steps: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** A fitted decomposition with its model of the rest, made by {@link mstlForecast}. */
export class FittedMstl implements FittedForecaster {
  readonly #fit: MstlFit;
  #steps: number;

  /** @param fit - What was learned. */
  constructor(fit: MstlFit) {
    this.#fit = fit;
    this.#steps = fit.steps;
  }

  /** The seasons and the model of the rest: `MSTL[24,168] + ETS(A,Ad,N)`. */
  get name(): string {
    const { seasons, inner } = this.#fit;
    return seasons.length === 0 ? inner.name : `MSTL[${seasons.map(({ length }) => length).join()}] + ${inner.name}`;
  }

  /** One-step predictions of the training series, the seasons being known. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where the value was missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts the rest and adds the seasons.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options: ForecastOptions = {}): Forecast {
    checkForecast(horizon, options);
    const { minimum, maximum, levels } = options;
    this.#fit.inner.forecast(1, options); // checks the limits
    const forecast = this.#fit.inner.forecast(horizon, { levels });
    for (const row of [forecast.mean, ...forecast.intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
      for (const season of this.#fit.seasons) addSeason(row, season, this.#steps % season.length);
    }
    return withinLimits(forecast, minimum, maximum);
  }

  /**
   * Possible futures, those of the model of the rest with the seasons.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    return this.#fit.inner.simulate(horizon, options).map((path) => {
      for (const season of this.#fit.seasons) addSeason(path, season, this.#steps % season.length);
      return checkedPath(path);
    });
  }

  /**
   * Moves the model of the rest on; the seasons stay.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const rest = Float64Array.from(values, (value, i) => value - this.#season(this.#steps + i));
    this.#fit.inner.update(rest);
    this.#steps += rest.length;
  }

  /** A copy that goes its own way. */
  clone(): FittedMstl {
    return new FittedMstl({ ...this.#fit, inner: this.#fit.inner.clone(), steps: this.#steps });
  }

  /** What the model of the rest says of itself, under the name of both; the season is the longest. */
  describe(): ModelDescription {
    const { seasons, inner } = this.#fit;
    const lengths = seasons.map(({ length }) => length);
    return { ...inner.describe(), name: this.name, seasonLength: Math.max(1, ...lengths) };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { inner, seasons, fittedValues, residuals } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'mstl',
      rest: inner.toJSON(),
      seasons: { count: seasons.length, ...Object.fromEntries(seasons.map((row, i) => [i, encodeFloats(row)])) },
      steps: this.#steps,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  #season(step: number): number {
    let sum = 0;
    for (const season of this.#fit.seasons) sum += season[step % season.length] as number;
    return sum;
  }
}

/**
 * Brings a saved decomposition back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function mstlFromJSON(saved: SavedReader): FittedMstl {
  const rest = saved.object('rest');
  const model = rest.head('novacron-forecaster');
  if (model !== 'ets' && model !== 'relative-ets') throw damaged('rest is of another model');
  const fields = saved.object('seasons');
  const seasons = Array.from({ length: fields.integer('count', 0, 100) }, (_, i) => {
    const season = fields.floats(String(i));
    if (season.length < 2 || season.length > longestSeason) throw damaged('seasons are of no length that can be');
    return season;
  });
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedMstl({
    inner: etsFromJSON(rest, model === 'relative-ets'),
    seasons,
    steps: saved.integer('steps', 0, Number.MAX_SAFE_INTEGER),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}

function addSeason(row: Float64Array, season: Float64Array, from: number): void {
  let position = from;
  for (let step = 0; step < row.length; step++) {
    row[step] = (row[step] as number) + (season[position] as number);
    if (++position === season.length) position = 0;
  }
}
