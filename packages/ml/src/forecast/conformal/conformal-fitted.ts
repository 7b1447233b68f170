import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues } from '../../values.ts';
import { Conformal } from '../auto/conformal.ts';
import { checkForecast, forecastAround } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';
import { StepErrors } from './step-errors.ts';

/** The level whose misses `update` learns from. */
const learnedLevel = 0.95;

/** A model with conformal intervals, made by {@link conformal}. */
export class FittedConformal implements FittedForecaster {
  readonly #inner: FittedForecaster;
  readonly #errors: Conformal;
  readonly #unit: number;
  readonly #steps: StepErrors | undefined;

  /**
   * @param inner - The model; taken over.
   * @param errors - What it got wrong; taken over.
   * @param unit - What the errors count in.
   * @param steps - The same errors, those of each step for themselves; taken over.
   */
  constructor(inner: FittedForecaster, errors: Conformal, unit: number, steps?: StepErrors) {
    this.#inner = inner;
    this.#errors = errors;
    this.#unit = unit;
    this.#steps = steps;
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
    const widths = levels.map((level) => this.#widths(level, horizon).map((width) => width * this.#unit));
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
   * (adaptive conformal inference, Gibbs and Candès 2021); where every step has its own errors, each step by itself, by
   * the forecasts that were made so many values before.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (this.#steps !== undefined) {
        this.#steps.remember(
          this.#inner.forecast(this.#steps.horizon, { levels: [] }).mean.map((expected) => expected / this.#unit),
        );
        this.#steps.learn(value / this.#unit);
      } else if (value === value) {
        const [expected = NaN] = this.#inner.forecast(1, { levels: [] }).mean;
        const [width = NaN] = this.#errors.widths(learnedLevel, 1);
        this.#errors.learn(Math.abs(value - expected) / this.#unit, width, learnedLevel);
      }
      this.#inner.update([value]);
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedConformal {
    return new FittedConformal(this.#inner.clone(), this.#errors.clone(), this.#unit, this.#steps?.clone());
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
      model: this.#steps === undefined ? 'conformal' : 'conformal-steps',
      inner: this.#inner.toJSON(),
      errors: this.#errors.toJSON(),
      unit: encodeFloats(Float64Array.of(this.#unit)),
      ...(this.#steps !== undefined && { steps: this.#steps.toJSON() }),
    };
  }

  /** Half the width of an interval at each step. Beyond the steps that were validated it grows as pooled errors say. */
  #widths(level: number, horizon: number): Float64Array {
    const pooled = this.#errors.widths(level, horizon);
    const steps = this.#steps;
    if (steps === undefined) return pooled;
    const last = steps.horizon - 1;
    const [lastWidth, lastPooled] = [steps.width(level, last), pooled[Math.min(last, horizon - 1)] as number];
    return pooled.map((width, step) => {
      if (step <= last) return steps.width(level, step);
      return lastPooled > 0 ? (lastWidth * width) / lastPooled : lastWidth;
    });
  }
}

/**
 * Brings a saved model with conformal intervals back.
 *
 * @param read - Brings the model itself back.
 * @param own - Whether every step has its own errors.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function conformalFromJSON(
  saved: SavedReader,
  read: (inner: SavedReader) => FittedForecaster,
  own = false,
): FittedConformal {
  const [unit = NaN] = saved.floats('unit', { length: 1 });
  if (!(unit > 0)) throw damaged('unit must be above 0');
  const steps = own ? StepErrors.fromJSON(saved.object('steps')) : undefined;
  return new FittedConformal(read(saved.object('inner')), Conformal.fromJSON(saved.object('errors')), unit, steps);
}
