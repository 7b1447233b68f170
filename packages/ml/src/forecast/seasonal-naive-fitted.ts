import { encodeFloats } from '../json/floats.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { checkValues, longestSeason } from '../values.ts';
import { buildForecast } from './build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from './contract.ts';
import { seededRandom } from '@novacron/core';
import { randomDraws } from '../statistics/random-draws.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from './simulation.ts';

/** All that a fitted seasonal naive model knows. */
export interface SeasonalNaiveFit {
  /** Steps in a season. */
  readonly seasonLength: number;
  /** The last observed value of each phase; the model takes this array over. */
  readonly last: Float64Array;
  /** How many seasons ago that was, beyond the latest; the model takes this array over. */
  readonly age: Float64Array;
  /** Which phase comes next. */
  readonly position: number;
  /** Root mean square of the residuals. */
  readonly sigma: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** Predictions from the season before. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** A fitted seasonal naive model, made by {@link seasonalNaive} and {@link naive}. */
export class FittedSeasonalNaive implements FittedForecaster {
  readonly #fit: SeasonalNaiveFit;
  #position: number;

  /** @param fit - What was learned. */
  constructor(fit: SeasonalNaiveFit) {
    this.#fit = fit;
    this.#position = fit.position;
  }

  /** `Seasonal naive`, or `Naive` without a season. */
  get name(): string {
    return this.#fit.seasonLength === 1 ? 'Naive' : 'Seasonal naive';
  }

  /** The value one season before, or the last observed of that phase; NaN in the first season. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus fitted value; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Repeats the last season; the variance grows by that of the residuals with every season.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { seasonLength, last, age, sigma } = this.#fit;
      for (let step = 0; step < horizon; step++) {
        const phase = (this.#position + step) % seasonLength;
        const seasons = Math.floor(step / seasonLength) + 1 + (age[phase] as number);
        mean[step] = last[phase] as number;
        deviation[step] = sigma * Math.sqrt(seasons);
      }
    });
  }

  /**
   * Possible futures, each phase a random walk from season to season.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    const { paths, seed } = checkedSimulation(horizon, options);
    const { seasonLength, last, age, sigma } = this.#fit;
    const { normal } = randomDraws(seededRandom(seed));
    return Array.from({ length: paths }, () => {
      const path = new Float64Array(horizon);
      for (let step = 0; step < horizon; step++) {
        const phase = (this.#position + step) % seasonLength;
        const isFirst = step < seasonLength;
        const before = isFirst ? (last[phase] as number) : (path[step - seasonLength] as number);
        const seasons = isFirst ? 1 + (age[phase] as number) : 1;
        path[step] = before + sigma * Math.sqrt(seasons) * normal();
      }
      return checkedPath(path);
    });
  }

  /**
   * Replaces the oldest values of the season.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { seasonLength, last, age } = this.#fit;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) {
        age[this.#position] = (age[this.#position] as number) + 1;
      } else {
        last[this.#position] = value;
        age[this.#position] = 0;
      }
      this.#position = (this.#position + 1) % seasonLength;
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedSeasonalNaive {
    const { last, age } = this.#fit;
    return new FittedSeasonalNaive({ ...this.#fit, last: last.slice(), age: age.slice(), position: this.#position });
  }

  /** Name, season and spread; the method has no likelihood. */
  describe(): ModelDescription {
    const { seasonLength, observed, sigma } = this.#fit;
    return { name: this.name, parameters: {}, seasonLength, observations: observed, rmse: sigma, sigma };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { seasonLength, last, age, sigma, observed, fittedValues, residuals } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'seasonal-naive',
      seasonLength,
      position: this.#position,
      sigma,
      observed,
      last: encodeFloats(last),
      age: encodeFloats(age),
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }
}

/**
 * Brings a saved seasonal naive model back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function seasonalNaiveFromJSON(saved: SavedReader): FittedSeasonalNaive {
  const seasonLength = saved.integer('seasonLength', 1, longestSeason);
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedSeasonalNaive({
    seasonLength,
    last: saved.floats('last', { length: seasonLength }),
    age: saved.floats('age', { length: seasonLength }),
    position: saved.integer('position', 0, seasonLength - 1),
    sigma: saved.number('sigma', 0, Number.MAX_VALUE),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
