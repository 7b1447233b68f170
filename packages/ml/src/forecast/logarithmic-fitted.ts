import { MlError } from '../error.ts';
import { damaged, encodeFloats } from '../json/floats.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { checkValues, largestMagnitude } from '../values.ts';
import { buildForecast, checkForecast } from './build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from './contract.ts';
import { rootMeanSquare } from './root-mean-square.ts';
import { checkedPath, type SimulateOptions } from './simulation.ts';

/** A model of logarithms that speaks in the unit of the series. */
export class FittedLogarithmic implements FittedForecaster {
  /** The model of the logarithms. */
  readonly inner: FittedForecaster;
  readonly #values: Float64Array;
  /** One-step predictions of the training series. */
  readonly fittedValues: Float64Array;
  /** Value minus prediction; NaN where either is missing. */
  readonly residuals: Float64Array;

  /**
   * @param inner - Fitted to logarithms; taken over.
   * @param values - The series itself.
   */
  constructor(inner: FittedForecaster, values: Float64Array) {
    this.inner = inner;
    this.#values = values.slice();
    this.fittedValues = inner.fittedValues.map(Math.exp);
    this.residuals = values.map((value, i) => value - (this.fittedValues[i] as number));
  }

  /** The inner model's name, of logarithms. */
  get name(): string {
    return `${this.inner.name} of logarithms`;
  }

  /**
   * Forecasts medians; the bounds of the inner model become bounds of the series, which stop at 1e300.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options: ForecastOptions = {}): Forecast {
    checkForecast(horizon, options);
    const { minimum = -Infinity, maximum = Infinity } = options;
    const checked = buildForecast(horizon, { ...options, levels: [] }, () => {});
    const { mean, intervals } = this.inner.forecast(horizon, { levels: options.levels });
    const back = (row: Float64Array, most: number = Infinity): Float64Array => {
      const out = row.map((value) => Math.min(maximum, Math.max(minimum, Math.min(most, Math.exp(value)))));
      if (out.every(Number.isFinite)) return out;
      throw new MlError({
        kind: 'invalid',
        code: 'NOVA_ML_OVERFLOW',
        message: 'The forecast leaves the range of numbers',
      });
    };
    checked.mean.set(back(mean));
    // Bounds stop where values do, or at the mean where that is beyond.
    const furthest = checked.mean.reduce((most, value) => Math.max(most, value), largestMagnitude);
    return {
      mean: checked.mean,
      intervals: intervals.map(({ level, lower, upper }) => ({
        level,
        lower: back(lower, furthest),
        upper: back(upper, furthest),
      })),
    };
  }

  /**
   * Possible futures, those of the inner model, back from logarithms.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    return this.inner.simulate(horizon, options).map((path) => checkedPath(path.map(Math.exp)));
  }

  /**
   * Moves on by logarithms; what has none counts as missing.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    this.inner.update(Float64Array.from(values, (value) => (value > 0 ? Math.log(value) : NaN)));
  }

  /** A copy that goes its own way. */
  clone(): FittedLogarithmic {
    return new FittedLogarithmic(this.inner.clone(), this.#values);
  }

  /** What the inner model says of the logarithms, under this name; the size of errors is in the unit of the series. */
  describe(): ModelDescription {
    const inner = this.inner.describe();
    const rmse = rootMeanSquare(this.residuals);
    return { ...inner, name: this.name, rmse, sigma: inner.rmse > 0 ? (inner.sigma / inner.rmse) * rmse : rmse };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const values = encodeFloats(this.#values);
    return { format: 'novacron-forecaster', version: 1, model: 'logarithmic', inner: this.inner.toJSON(), values };
  }
}

/**
 * Brings a saved model of logarithms back.
 *
 * @param read - Brings the inner model back.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function logarithmicFromJSON(
  saved: SavedReader,
  read: (inner: SavedReader) => FittedForecaster,
): FittedLogarithmic {
  const inner = read(saved.object('inner'));
  const values = saved.floats('values', { missing: true });
  if (values.length !== inner.fittedValues.length) throw damaged('values are of another series');
  return new FittedLogarithmic(inner, values);
}
