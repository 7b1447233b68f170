import { encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { buildForecast } from '../build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import {
  structuralSize,
  structuralStep,
  type StructuralShape,
  type StructuralState,
  type StructuralVariances,
} from './structural-filter.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that a fitted structural model knows. */
export interface StructuralFit {
  /** Its components. */
  readonly shape: StructuralShape;
  /** Variances of the disturbances, against `sigma` squared. */
  readonly variances: StructuralVariances;
  /** The factor of all variances, as a deviation. */
  readonly sigma: number;
  /** Where the filter stands, the covariance against `sigma` squared; taken over. */
  readonly state: StructuralState;
  /** Root mean square of the residuals. */
  readonly rmse: number;
  /** Diffuse log likelihood. */
  readonly logLikelihood: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** Where the components of a structural model stand. */
export interface StructuralComponents {
  /** The level that is expected of the next step. */
  readonly level: number;
  /** How much it rises a step; 0 without a slope. */
  readonly slope: number;
  /** What the season adds to each of the next steps, a whole round; one 0 without a season. */
  readonly season: Float64Array;
}

/** A fitted structural model, made by {@link structural}. */
export class FittedStructural implements FittedForecaster {
  readonly #fit: StructuralFit;
  readonly #gain: Float64Array;

  /** @param fit - What was learned. */
  constructor(fit: StructuralFit) {
    this.#fit = fit;
    this.#gain = new Float64Array(structuralSize(fit.shape));
  }

  /** The model by its components. */
  get name(): string {
    const { slope, seasonLength } = this.#fit.shape;
    const trend = slope ? 'Local linear trend' : 'Local level';
    return seasonLength > 1 ? `${trend} + season[${seasonLength}]` : trend;
  }

  /** One-step predictions of the training series; NaN until the state is found. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /** Level, slope and season as they stand after the latest value. */
  components(): StructuralComponents {
    const { shape, state } = this.#fit;
    const slope = shape.slope ? (state.expected[1] as number) : 0;
    const season = Float64Array.from(phases(shape), (phase) =>
      phase.reduce((sum, [i, w]) => sum + w * (state.expected[i] as number), 0),
    );
    return { level: state.expected[0] as number, slope, season };
  }

  /**
   * Forecasts with analytic intervals: the variance of the state, that of the disturbances to come, and the noise.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { shape, variances, sigma, state } = this.#fit;
      const { level, slope, season } = this.components();
      const size = state.expected.length;
      const between = (i: number, j: number): number => state.covariance[i * size + j] as number;
      const rounds = phases(shape).map((phase) => ({
        withLevel: phase.reduce((sum, [i, w]) => sum + w * between(0, i), 0),
        withSlope: shape.slope ? phase.reduce((sum, [i, w]) => sum + w * between(1, i), 0) : 0,
        own: phase.reduce((sum, [i, w]) => sum + phase.reduce((part, [j, v]) => part + w * v * between(i, j), 0), 0),
      }));
      const [levels, both, slopes] = shape.slope
        ? [between(0, 0), between(0, 1), between(1, 1)]
        : [between(0, 0), 0, 0];
      let later = 0; // what disturbances between the first step and this one add
      for (let step = 0; step < horizon; step++) {
        const { withLevel, withSlope, own } = rounds[step % rounds.length] as (typeof rounds)[number];
        mean[step] = level + step * slope + (season[step % season.length] as number);
        const known = levels + 2 * step * both + step * step * slopes + 2 * (withLevel + step * withSlope) + own;
        deviation[step] = sigma * Math.sqrt(Math.max(0, known + later + variances.irregular));
        const turn = step % shape.seasonLength;
        const waves = shape.seasonLength > 1 && turn <= 1 ? variances.season : 0;
        later += variances.level + variances.slope * step * step + waves;
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
   * One step of the Kalman filter a value, `O(size²)`.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { shape, variances, state } = this.#fit;
    for (let i = 0; i < values.length; i++) structuralStep(shape, variances, state, values[i] as number, this.#gain);
  }

  /** A copy that goes its own way. */
  clone(): FittedStructural {
    const { expected, covariance } = this.#fit.state;
    return new FittedStructural({
      ...this.#fit,
      state: { expected: expected.slice(), covariance: covariance.slice() },
    });
  }

  /** Variances of the disturbances, likelihood and criteria. */
  describe(): ModelDescription {
    const { shape, variances, sigma, observed, rmse, logLikelihood } = this.#fit;
    const size = structuralSize(shape);
    const used = observed - size;
    const count = 2 + (shape.slope ? 1 : 0) + (shape.seasonLength > 1 ? 1 : 0);
    const aic = 2 * count - 2 * logLikelihood;
    const factor = sigma * sigma;
    return {
      name: this.name,
      parameters: {
        levelVariance: variances.level * factor,
        ...(shape.slope && { slopeVariance: variances.slope * factor }),
        ...(shape.seasonLength > 1 && { seasonVariance: variances.season * factor }),
        irregularVariance: variances.irregular * factor,
      },
      seasonLength: shape.seasonLength,
      observations: observed,
      rmse,
      sigma: rmse,
      logLikelihood,
      aic,
      aicc: used > count + 1 ? aic + (2 * count * (count + 1)) / (used - count - 1) : undefined,
      bic: aic + count * (Math.log(Math.max(1, used)) - 2),
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { shape, variances, state, fittedValues, residuals, ...rest } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'structural',
      ...rest,
      shape: { slope: shape.slope ? 1 : 0, seasonLength: shape.seasonLength },
      variances,
      expected: encodeFloats(state.expected),
      covariance: encodeFloats(state.covariance),
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }
}

/** Which numbers of the state, with which weights, make the season of each of the next steps. */
function phases({ slope, seasonLength }: StructuralShape): (readonly (readonly [number, number])[])[] {
  if (seasonLength === 1) return [[]];
  const first = slope ? 2 : 1;
  const all = Array.from({ length: seasonLength - 1 }, (_, i) => [first + i, -1] as const);
  return Array.from({ length: seasonLength }, (_, step) => {
    if (step === 0) return [[first, 1]];
    return step === 1 ? all : [[first + seasonLength - step, 1]];
  });
}

/**
 * Brings a saved structural model back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function structuralFromJSON(saved: SavedReader): FittedStructural {
  const largest = Number.MAX_VALUE;
  const fields = saved.object('shape');
  const shape = {
    slope: fields.integer('slope', 0, 1) === 1,
    seasonLength: fields.integer('seasonLength', 1, longestSeason),
  };
  const size = structuralSize(shape);
  const variances = saved.object('variances');
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedStructural({
    shape,
    variances: {
      level: variances.number('level', 0, 1),
      slope: variances.number('slope', 0, 1),
      season: variances.number('season', 0, 1),
      irregular: variances.number('irregular', 0, 1),
    },
    sigma: saved.number('sigma', 0, largest),
    state: {
      expected: saved.floats('expected', { length: size }),
      covariance: saved.floats('covariance', { length: size * size }),
    },
    rmse: saved.number('rmse', 0, largest),
    logLikelihood: saved.number('logLikelihood', -largest, largest),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
