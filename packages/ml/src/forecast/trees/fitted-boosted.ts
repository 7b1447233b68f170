import { FittedBoosting } from '../../boosting/boosting-fitted.ts';
import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { Conformal } from '../auto/conformal.ts';
import { checkForecast, forecastAround } from '../build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { longestLook, treeFeatureNames, type TreeShape } from './tree-features.ts';
import { treePath } from './tree-path.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that fitted trees know of a series. */
export interface BoostedFit {
  /** The trees. */
  readonly model: FittedBoosting;
  /** What they see. */
  readonly shape: TreeShape;
  /** Intervals, in units of `scale`. */
  readonly conformal: Conformal;
  /** The size of the changes over a season. */
  readonly scale: number;
  /** A path is kept above this. */
  readonly low: number;
  /** A path is kept below this. */
  readonly high: number;
  /** The latest values, as many as the longest look; taken over. */
  readonly history: Float64Array;
  /** How many steps the model has seen. */
  readonly seen: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** Boosted trees that forecast a series, made by {@link boostedForecaster} or {@link pooledBoosting}. */
export class FittedBoostedForecaster implements FittedForecaster {
  readonly #fit: BoostedFit;
  #seen: number;

  /** @param fit - What was learned. */
  constructor(fit: BoostedFit) {
    this.#fit = fit;
    this.#seen = fit.seen;
  }

  /** The method's name. */
  get name(): string {
    return 'Boosted trees';
  }

  /** One-step predictions of the training series; NaN for the first values, which have no past. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts step by step, each step taking part in those after it; kept near the range of the past. Beyond 2,000 steps
   * or a season the last season is repeated, sooner where the longest look back is over 20,000 steps. Intervals are
   * conformal: as wide as the errors of held-out forecasts were.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options: ForecastOptions = {}): Forecast {
    checkForecast(horizon, options);
    const { levels = [0.8, 0.95] } = options;
    const { conformal, scale } = this.#fit;
    const widths = levels.map((level) => conformal.widths(level, horizon).map((width) => width * scale));
    return forecastAround(this.#path(horizon), widths, { ...options, levels });
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
   * Moves the past on; a missing value is taken as predicted.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { history } = this.#fit;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const next = value === value ? value : (this.#path(1)[0] as number);
      history.copyWithin(0, 1);
      history[history.length - 1] = next;
      this.#seen++;
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedBoostedForecaster {
    return new FittedBoostedForecaster({ ...this.#fit, history: this.#fit.history.slice(), seen: this.#seen });
  }

  /** How many trees there are, and the share of each feature in what their splits gained, as `importance.lag1`. */
  describe(): ModelDescription {
    const { model, shape, observed, residuals, scale } = this.#fit;
    const { importance } = model;
    const shares = treeFeatureNames(shape).map((name, i) => [`importance.${name}`, importance[i] as number] as const);
    let squares = 0;
    let count = 0;
    for (const residual of residuals) {
      if (residual !== residual) continue;
      squares += (residual / scale) ** 2;
      count++;
    }
    const rmse = Math.sqrt(squares / Math.max(1, count)) * scale;
    return {
      name: this.name,
      parameters: { trees: model.trees, ...Object.fromEntries(shares) },
      seasonLength: shape.seasonLength,
      observations: observed,
      rmse,
      sigma: rmse,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { model, shape, conformal, scale, low, high, history, observed, fittedValues, residuals } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'boosted-trees',
      trees: model.toJSON(),
      shape: savedShape(shape),
      conformal: conformal.toJSON(),
      range: encodeFloats(Float64Array.of(scale, low, high)),
      history: encodeFloats(history),
      seen: this.#seen,
      observed,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  #path(horizon: number): Float64Array {
    const { model, shape, history } = this.#fit;
    return treePath(model, shape, history, this.#seen, horizon, this.#fit);
  }
}

/** What trees see, as plain JSON. */
export function savedShape({ lags, seasonLength, calendar }: TreeShape): Readonly<Record<string, unknown>> {
  return {
    lags: encodeFloats(Float64Array.from(lags)),
    seasonLength,
    calendar: encodeFloats(Float64Array.from(calendar === undefined ? [] : [calendar.startMs, calendar.stepMs])),
    timeZone: calendar?.timeZone ?? 'UTC',
  };
}

/**
 * Reads that.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function shapeFromJSON(saved: SavedReader): TreeShape {
  const lags = [...saved.floats('lags')];
  const isLag = (lag: number): boolean => Number.isInteger(lag) && lag >= 1 && lag <= longestSeason;
  if (lags.length === 0 || lags.length > 1_000 || !lags.every(isLag)) throw damaged('lags must be whole steps back');
  const [startMs, stepMs] = saved.floats('calendar');
  const timeZone = saved.text('timeZone');
  const calendar = startMs === undefined || stepMs === undefined ? undefined : { startMs, stepMs, timeZone };
  return { lags, seasonLength: saved.integer('seasonLength', 1, longestSeason), calendar };
}

/**
 * Brings saved trees back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function boostedFromJSON(saved: SavedReader): FittedBoostedForecaster {
  const shape = shapeFromJSON(saved.object('shape'));
  const model = FittedBoosting.fromJSON(saved.raw('trees'));
  if (model.columns !== treeFeatureNames(shape).length) throw damaged('the trees see other features');
  const [scale = NaN, low = NaN, high = NaN] = saved.floats('range', { length: 3 });
  if (!(scale > 0 && low <= high)) throw damaged('range must be in order');
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedBoostedForecaster({
    model,
    shape,
    conformal: Conformal.fromJSON(saved.object('conformal')),
    scale,
    low,
    high,
    history: saved.floats('history', { length: longestLook(shape) }),
    seen: saved.integer('seen', 0, Number.MAX_SAFE_INTEGER),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
