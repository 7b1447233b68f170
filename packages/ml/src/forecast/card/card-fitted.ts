import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { buildForecast, longestHorizon } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';
import { cardPath, cardReach, cardWidths, type CardModel } from './card-model.ts';
import type { LagRule } from './phase-regression.ts';

/** No rule of Card has more. */
const mostLags = 8;

/** All that a fitted Card model knows. */
export interface CardFit {
  /** Its numbers, in units. */
  readonly model: CardModel;
  /** Steps that growth is carried on for; beyond them the last season is repeated. */
  readonly grows: number;
  /** A power of two near the size of the series. */
  readonly unit: number;
  /** The latest values in units, oldest first, without gaps: as many as forecasts look at, or fewer. */
  readonly past: Float64Array;
  /** How many values it has seen. */
  readonly seen: number;
  /** Standard deviation of the one-step errors. */
  readonly sigma: number;
  /** Root mean square of the residuals. */
  readonly rmse: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** A fitted Card model, made by {@link card}. */
export class FittedCard implements FittedForecaster {
  readonly #fit: CardFit;
  readonly #reach: number;
  #past: Float64Array;
  #seen: number;

  /** @param fit - What was learned. */
  constructor(fit: CardFit) {
    this.#fit = fit;
    this.#reach = cardReach(fit.model);
    this.#past = fit.past;
    this.#seen = fit.seen;
  }

  /** `Card`. */
  get name(): string {
    return 'Card';
  }

  /** One-step predictions of the training series; NaN for the first, as many as lags look back over. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts with normal intervals, which widen as the answers of Rho to a shock add up. Growth of logarithms is carried
   * on for 1,000 steps; then the last season is repeated.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { model, grows, unit, sigma, observed } = this.#fit;
      const exact = Math.min(horizon, grows);
      const path = cardPath(model, this.#past, this.#seen, exact);
      const widths = cardWidths(model, observed, exact);
      const season = Math.min(exact, model.seasonLength);
      for (let step = 0; step < horizon; step++) {
        const from = step < exact ? step : exact - season + ((step - exact) % season);
        mean[step] = (path[from] as number) * unit;
        deviation[step] = (widths[Math.min(step, exact - 1)] as number) * sigma;
      }
    });
  }

  /**
   * Possible futures, drawn from the intervals of the forecast.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    return simulateByForecast(this, horizon, options);
  }

  /**
   * Moves on to new values; growth, season and weights stay. A missing value is taken as predicted.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { model, unit } = this.#fit;
    const known = this.#past.length;
    const row = new Float64Array(known + values.length);
    row.set(this.#past);
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) / unit;
      const from = Math.max(0, known + i - this.#reach);
      row[known + i] =
        value === value ? value : (cardPath(model, row.subarray(from, known + i), this.#seen + i, 1)[0] as number);
    }
    this.#past = row.slice(Math.max(0, row.length - this.#reach));
    this.#seen += values.length;
  }

  /** A copy that goes its own way. */
  clone(): FittedCard {
    return new FittedCard({ ...this.#fit, past: this.#past, seen: this.#seen });
  }

  /** Growth, the weight of each lag, and spread. */
  describe(): ModelDescription {
    const { model, unit, observed, rmse, sigma } = this.#fit;
    const { rho, delta, share } = model;
    const lags = rho.lags.map((lag, k) => [`rho${lag}`, rho.weights[k] as number] as const);
    return {
      name: this.name,
      parameters: { ...Object.fromEntries(lags), growth: delta.later * unit, share },
      seasonLength: delta.season.length,
      observations: observed,
      rmse,
      sigma,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { model, grows, unit, sigma, rmse, observed, fittedValues, residuals } = this.#fit;
    const { seasonLength, differenced, bounded, rho, delta, share, calibration } = model;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'card',
      seasonLength,
      differenced: Number(differenced),
      bounded: Number(bounded),
      share,
      rho: savedRule(rho),
      calibration: calibration === undefined ? 'none' : savedRule(calibration),
      first: delta.first,
      later: delta.later,
      season: encodeFloats(delta.season),
      grows,
      unit,
      past: encodeFloats(this.#past),
      seen: this.#seen,
      sigma,
      rmse,
      observed,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }
}

function savedRule({ intercepts, lags, weights }: LagRule): Record<string, string> {
  return {
    intercepts: encodeFloats(intercepts),
    lags: encodeFloats(Float64Array.from(lags)),
    weights: encodeFloats(weights),
  };
}

function readRule(saved: SavedReader): LagRule {
  const intercepts = saved.floats('intercepts');
  const lags = [...saved.floats('lags')];
  if (intercepts.length === 0) throw damaged('intercepts must not be empty');
  if (lags.length > mostLags) throw damaged('there are too many lags');
  if (lags.some((lag) => !(Number.isInteger(lag) && lag >= 1 && lag <= 2 * longestSeason))) {
    throw damaged('lags must be whole numbers of steps');
  }
  return { intercepts, lags, weights: saved.floats('weights', { length: lags.length }) };
}

/**
 * Brings a saved Card model back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function cardFromJSON(saved: SavedReader): FittedCard {
  const largest = Number.MAX_VALUE;
  const season = saved.floats('season');
  if (season.length === 0) throw damaged('season must not be empty');
  const model: CardModel = {
    seasonLength: saved.integer('seasonLength', 1, longestSeason),
    differenced: saved.integer('differenced', 0, 1) === 1,
    bounded: saved.integer('bounded', 0, 1) === 1,
    share: saved.number('share', 0, 1),
    rho: readRule(saved.object('rho')),
    calibration: saved.raw('calibration') === 'none' ? undefined : readRule(saved.object('calibration')),
    delta: { first: saved.number('first', -largest, largest), later: saved.number('later', -largest, largest), season },
  };
  const past = saved.floats('past');
  if (past.length < Math.max(1, ...model.rho.lags, ...(model.calibration?.lags ?? []))) {
    throw damaged('past must reach back over all lags');
  }
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedCard({
    model,
    grows: saved.integer('grows', 1, longestHorizon),
    unit: saved.number('unit', Number.MIN_VALUE, largest),
    past,
    seen: saved.integer('seen', past.length, Number.MAX_SAFE_INTEGER),
    sigma: saved.number('sigma', 0, largest),
    rmse: saved.number('rmse', 0, largest),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
