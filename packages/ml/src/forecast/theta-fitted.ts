import { damaged, encodeFloats } from '../json/floats.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { checkValues } from '../values.ts';
import { buildForecast } from './build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from './contract.ts';
import type { ThetaKind } from './theta-pass.ts';
import { simulateByForecast } from './draw-paths.ts';
import type { SimulateOptions } from './simulation.ts';

/** Where a theta model stands after the values that it has seen. */
export interface ThetaState {
  /** The smoothed level. */
  level: number;
  /** Mean of the values. */
  mean: number;
  /** The line's value before the first step. */
  intercept: number;
  /** The line's slope a step. */
  slope: number;
  /** How many values there were. */
  count: number;
}

/**
 * Predicts the next value and moves on by it.
 *
 * @param value - What came; NaN lets the model follow its prediction.
 * @param weight - What is left of the first level after so many steps, for who has it.
 * @returns the prediction.
 */
export function thetaStep(
  state: ThetaState,
  { alpha, share, dynamic }: { readonly alpha: number; readonly share: number; readonly dynamic: boolean },
  value: number,
  weight: number = (1 - alpha) ** state.count,
): number {
  const line = weight * state.intercept + (state.slope * (1 - weight * (1 - alpha))) / alpha;
  const prediction = state.level + share * line;
  const came = value === value ? value : prediction;
  state.level += alpha * (came - state.level);
  const count = state.count + 1;
  if (dynamic) {
    if (count === 1) state.intercept = came;
    else {
      state.slope = ((count - 2) * state.slope + (6 * (came - state.mean)) / count) / (count + 1);
      state.intercept = state.mean + (came - state.mean) / count - (state.slope * (count + 1)) / 2;
    }
  }
  state.mean += (came - state.mean) / count;
  state.count = count;
  return prediction;
}

/** All that a fitted theta model knows. */
export interface ThetaFit {
  /** Which method. */
  readonly kind: ThetaKind;
  /** Smoothing parameter. */
  readonly alpha: number;
  /** Share of the line, `1 - 1 / theta`. */
  readonly share: number;
  /** Whether the season multiplies. */
  readonly relative: boolean;
  /** Seasonal indices, that of the first value first; one neutral index without a season. */
  readonly season: Float64Array;
  /** Where it stands; the model takes this over. */
  readonly state: ThetaState;
  /** Standard deviation of the one-step errors of the adjusted values. */
  readonly sigma: number;
  /** Root mean square of the one-step errors. */
  readonly rmse: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** A fitted theta model, made by {@link theta}. */
export class FittedTheta implements FittedForecaster {
  readonly #fit: ThetaFit;
  readonly #state: ThetaState;

  /** @param fit - What was learned. */
  constructor(fit: ThetaFit) {
    this.#fit = fit;
    this.#state = { ...fit.state };
  }

  /** The method's name. */
  get name(): string {
    return { standard: 'Theta', optimised: 'Optimised theta', dynamic: 'Dynamic optimised theta' }[this.#fit.kind];
  }

  /** One-step predictions of the training series, also where a value was missing. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where the value was missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts with the intervals of exponential smoothing with drift (Hyndman and Billah 2003).
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { alpha, share, kind, season, relative, sigma } = this.#fit;
      const state = { ...this.#state };
      for (let step = 0; step < horizon; step++) {
        const index = season[state.count % season.length] as number;
        const middle = thetaStep(state, { alpha, share, dynamic: kind === 'dynamic' }, NaN);
        mean[step] = relative ? middle * index : middle + index;
        deviation[step] = sigma * Math.sqrt(1 + step * alpha * alpha) * (relative ? Math.abs(index) : 1);
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
   * Moves level and line on; the season stays.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { alpha, share, kind, season, relative } = this.#fit;
    for (let i = 0; i < values.length; i++) {
      const index = season[this.#state.count % season.length] as number;
      const value = values[i] as number;
      thetaStep(this.#state, { alpha, share, dynamic: kind === 'dynamic' }, relative ? value / index : value - index);
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedTheta {
    return new FittedTheta({ ...this.#fit, state: this.#state });
  }

  /** Name, parameters and spread. */
  describe(): ModelDescription {
    const { alpha, share, season, observed, rmse, sigma } = this.#fit;
    return {
      name: this.name,
      parameters: { alpha, theta: 1 / (1 - share) },
      seasonLength: season.length,
      observations: observed,
      rmse,
      sigma,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { kind, season, fittedValues, residuals, ...rest } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'theta',
      ...rest,
      relative: Number(rest.relative),
      method: kind,
      state: { ...this.#state },
      season: encodeFloats(season),
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }
}

/**
 * Brings a saved theta model back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function thetaFromJSON(saved: SavedReader): FittedTheta {
  const largest = Number.MAX_VALUE;
  const kind = saved.text('method');
  if (kind !== 'standard' && kind !== 'optimised' && kind !== 'dynamic') throw damaged('method is unknown');
  const state = saved.object('state');
  const season = saved.floats('season');
  if (season.length === 0) throw damaged('season must not be empty');
  const fittedValues = saved.floats('fittedValues');
  return new FittedTheta({
    kind,
    alpha: saved.number('alpha', 1e-6, 1),
    share: saved.number('share', 0, 1),
    relative: saved.integer('relative', 0, 1) === 1,
    season,
    state: {
      level: state.number('level', -largest, largest),
      mean: state.number('mean', -largest, largest),
      intercept: state.number('intercept', -largest, largest),
      slope: state.number('slope', -largest, largest),
      count: state.integer('count', 0, Number.MAX_SAFE_INTEGER),
    },
    sigma: saved.number('sigma', 0, largest),
    rmse: saved.number('rmse', 0, largest),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
