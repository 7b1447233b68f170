import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues } from '../../values.ts';
import { Conformal } from '../auto/conformal.ts';
import { checkForecast, forecastAround } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** The level whose misses `update` learns from. */
const learnedLevel = 0.95;

/** A model with conformal intervals, made by {@link conformal}. */
export class FittedConformal implements FittedForecaster {
  readonly #inner: FittedForecaster;
  readonly #errors: Conformal;
  readonly #unit: number;

  /**
   * @param inner - The model; taken over.
   * @param errors - What it got wrong; taken over.
   * @param unit - What the errors count in.
   */
  constructor(inner: FittedForecaster, errors: Conformal, unit: number) {
    this.#inner = inner;
    this.#errors = errors;
    this.#unit = unit;
  }

  /** The model's name, and how its intervals are made. */
  get name(): string {
    return `${this.#inner.name}, conformal`;
  }

  /** Those of the model. */
  get fittedValues(): Float64Array {
    return this.#inner.fittedValues;
  }

  /** Those of the model. */
  get residuals(): Float64Array {
    return this.#inner.residuals;
  }

  /**
   * The means of the model, with intervals as wide as its errors over the validation were, growing with the horizon.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options: ForecastOptions = {}): Forecast {
    checkForecast(horizon, options);
    const { levels = [0.8, 0.95] } = options;
    const { mean } = this.#inner.forecast(horizon, { levels: [] });
    const widths = levels.map((level) => this.#errors.widths(level, horizon).map((width) => width * this.#unit));
    return forecastAround(mean, widths, { ...options, levels });
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
   * Moves the model on. Intervals widen or narrow as its one-step forecasts miss more or less often than they should
   * (adaptive conformal inference, Gibbs and Candès 2021).
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value === value) {
        const [expected = NaN] = this.#inner.forecast(1, { levels: [] }).mean;
        const [width = NaN] = this.#errors.widths(learnedLevel, 1);
        this.#errors.learn(Math.abs(value - expected) / this.#unit, width, learnedLevel);
      }
      this.#inner.update([value]);
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedConformal {
    return new FittedConformal(this.#inner.clone(), this.#errors.clone(), this.#unit);
  }

  /** What the model says, under this name. */
  describe(): ModelDescription {
    return { ...this.#inner.describe(), name: this.name };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit, where it knows the model. */
  toJSON(): SavedModel {
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'conformal',
      inner: this.#inner.toJSON(),
      errors: this.#errors.toJSON(),
      unit: encodeFloats(Float64Array.of(this.#unit)),
    };
  }
}

/**
 * Brings a saved model with conformal intervals back.
 *
 * @param read - Brings the model itself back.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function conformalFromJSON(saved: SavedReader, read: (inner: SavedReader) => FittedForecaster): FittedConformal {
  const [unit = NaN] = saved.floats('unit', { length: 1 });
  if (!(unit > 0)) throw damaged('unit must be above 0');
  return new FittedConformal(read(saved.object('inner')), Conformal.fromJSON(saved.object('errors')), unit);
}
