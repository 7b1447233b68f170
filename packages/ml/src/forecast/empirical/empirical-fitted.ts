import { seededRandom } from '@novacron/core';
import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { largestMagnitude } from '../../values.ts';
import { checkForecast, withinLimits } from '../build-forecast.ts';
import type {
  FittedForecaster,
  Forecast,
  ForecastInterval,
  ForecastOptions,
  ModelDescription,
  SavedModel,
} from '../contract.ts';
import { simulateByForecast } from '../draw-paths.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from '../simulation.ts';
import { sortedQuantile } from '../sorted-quantile.ts';

/** Steps of all futures together that an interval is worth. */
const usualSteps = 100_000;
/** From so many steps of all futures together on, `simulate` draws them from the intervals. */
const mostSteps = 1_000_000;

/** A model with empirical intervals, made by {@link empirical}. */
export class FittedEmpirical implements FittedForecaster {
  readonly #inner: FittedForecaster;
  readonly #errors: Float64Array;
  readonly #paths: number;
  readonly #seed: number;

  /**
   * @param inner - The model; taken over.
   * @param errors - Its one-step errors, at least one; taken over.
   * @param paths - How many futures are drawn for the intervals.
   * @param seed - The same seed gives the same intervals.
   */
  constructor(inner: FittedForecaster, errors: Float64Array, paths: number, seed: number) {
    this.#inner = inner;
    this.#errors = errors;
    this.#paths = paths;
    this.#seed = seed;
  }

  /** The model's name, and how its intervals are made. */
  get name(): string {
    return `${this.#inner.name}, empirical`;
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
   * The means of the model, with quantiles of simulated futures as intervals.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options: ForecastOptions = {}): Forecast {
    checkForecast(horizon, options);
    const { levels = [0.8, 0.95], minimum, maximum } = options;
    const { mean, intervals: own } = this.#inner.forecast(horizon, { levels });
    if (levels.length === 0) return withinLimits({ mean, intervals: [] }, minimum, maximum);
    const steps = Math.min(horizon, Math.floor(usualSteps / this.#paths));
    const columns = this.#columns(steps);
    const intervals = levels.map((level, i): ForecastInterval => {
      const lower = new Float64Array(horizon);
      const upper = new Float64Array(horizon);
      for (let step = 0; step < horizon; step++) {
        const middle = mean[step] as number;
        const like = Math.min(step, steps - 1);
        const column = columns[like] as Float64Array;
        const grown = step === like ? 1 : growth(own[i] as ForecastInterval, like, step);
        const base = mean[like] as number;
        lower[step] = middle - grown * Math.max(0, base - sortedQuantile(column, 0.5 - level / 2));
        upper[step] = middle + grown * Math.max(0, sortedQuantile(column, 0.5 + level / 2) - base);
      }
      return { level, lower, upper };
    });
    return withinLimits({ mean, intervals }, minimum, maximum);
  }

  /**
   * Possible futures: the model run on with its own errors. Of over a million steps together they are drawn from the
   * intervals of the forecast instead.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    const { paths, seed } = checkedSimulation(horizon, options);
    if (horizon * paths > mostSteps) return simulateByForecast(this, horizon, options);
    const random = seededRandom(seed);
    return Array.from({ length: paths }, () => checkedPath(this.#run(horizon, random)));
  }

  /**
   * Moves the model on; the errors stay those of the fit.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    this.#inner.update(values);
  }

  /** A copy that goes its own way. */
  clone(): FittedEmpirical {
    return new FittedEmpirical(this.#inner.clone(), this.#errors, this.#paths, this.#seed);
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
      model: 'empirical',
      inner: this.#inner.toJSON(),
      errors: encodeFloats(this.#errors),
      paths: this.#paths,
      seed: this.#seed,
    };
  }

  /** What the futures have at each step, sorted. */
  #columns(steps: number): Float64Array[] {
    const random = seededRandom(this.#seed);
    const columns = Array.from({ length: steps }, () => new Float64Array(this.#paths));
    for (let p = 0; p < this.#paths; p++) {
      const path = this.#run(steps, random);
      for (let step = 0; step < steps; step++) (columns[step] as Float64Array)[p] = path[step] as number;
    }
    for (const column of columns) column.sort();
    return columns;
  }

  #run(steps: number, random: () => number): Float64Array {
    const model = this.#inner.clone();
    const path = new Float64Array(steps);
    const value = new Float64Array(1);
    for (let step = 0; step < steps; step++) {
      const [expected = NaN] = model.forecast(1, { levels: [] }).mean;
      const error = this.#errors[Math.floor(random() * this.#errors.length)] as number;
      value[0] = Math.min(largestMagnitude, Math.max(-largestMagnitude, expected + error));
      path[step] = value[0];
      model.update(value);
    }
    return path;
  }
}

/** How much wider an interval is at a step than at another. */
function growth({ lower, upper }: ForecastInterval, from: number, to: number): number {
  const width = (step: number): number => (upper[step] as number) / 2 - (lower[step] as number) / 2;
  return width(from) > 0 ? width(to) / width(from) : 1;
}

/**
 * Brings a saved model with empirical intervals back.
 *
 * @param read - Brings the model itself back.
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function empiricalFromJSON(saved: SavedReader, read: (inner: SavedReader) => FittedForecaster): FittedEmpirical {
  const errors = saved.floats('errors');
  if (errors.length === 0) throw damaged('errors must not be empty');
  const paths = saved.integer('paths', 100, 10_000);
  return new FittedEmpirical(read(saved.object('inner')), errors, paths, saved.integer('seed', 0, 2 ** 53 - 1));
}
