import { encodeFloats } from '../json/floats.ts';
import { checkValues } from '../values.ts';
import { buildForecast } from './build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from './contract.ts';
import type { EtsState } from './ets-filter.ts';
import { EtsMotion } from './ets-motion.ts';
import {
  etsFreedom,
  etsName,
  hasDampedTrend,
  hasNoVarianceFormula,
  hasRelativeError,
  hasRelativeSeason,
  isRelative,
  type EtsParameters,
  type EtsStructure,
} from './ets-structure.ts';
import { etsVariance } from './ets-variance.ts';
import { simulateEts, type EtsModel } from './simulate-ets.ts';
import { simulatedForecast } from './ets-simulated-forecast.ts';
import type { SimulateOptions } from './simulation.ts';

/** All that a fitted ETS model knows. */
export interface EtsFit {
  /** The model that was fitted. */
  readonly structure: EtsStructure;
  /** Its parameters. */
  readonly parameters: EtsParameters;
  /** The states after the last value; the model takes this array over. */
  readonly state: EtsState;
  /** Which step of the season comes next, 0 being that of the value before which the states started. */
  readonly position: number;
  /** Standard deviation of the one-step errors, corrected for the numbers estimated; a ratio where the error is. */
  readonly sigma: number;
  /** Root mean square of the one-step errors from there on. */
  readonly rmse: number;
  /** Log likelihood of the values from there on, but for a constant. */
  readonly logLikelihood: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** How many of them the likelihood is of, where that is not all of them: those from where the states start. */
  readonly measured?: number | undefined;
  /** Why the structure is not the one that was asked for. */
  readonly reduced?: string | undefined;
  /** One-step predictions of the training series. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** A fitted exponential smoothing model, made by {@link ets} and its named cases. */
export class FittedEts implements FittedForecaster {
  readonly #fit: EtsFit;
  readonly #state: EtsState;
  readonly #motion: EtsMotion;
  #position: number;

  /** @param fit - What was learned. */
  constructor(fit: EtsFit) {
    this.#fit = fit;
    this.#state = fit.state;
    this.#motion = new EtsMotion(fit.structure, fit.parameters);
    this.#position = fit.position;
  }

  /** The model in the notation of Hyndman et al.: `ETS(A,A,A)`. */
  get name(): string {
    return etsName(this.#fit.structure);
  }

  /**
   * One-step predictions of the training series, also where a value was missing; NaN where values before the last 20,000
   * cannot be described.
   */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction over the training series; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts with analytic intervals (Hyndman et al. 2008, chapter 6): exact for additive errors and for relative
   * ones with an additive season, the usual approximation where the season is relative too. Where the trend
   * multiplies, or the season without the error, there is no formula: intervals are then those of some thousand
   * simulated futures, the same every time, and bounds beyond ±1e300 stop there.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    if (hasNoVarianceFormula(this.#fit.structure)) return simulatedForecast(this.#model(), horizon, options);
    return buildForecast(horizon, options, (mean, deviation) => {
      const { parameters, sigma, structure } = this.#fit;
      const { phi } = parameters;
      const { seasonLength } = structure;
      const relativeError = hasRelativeError(structure);
      const relativeSeason = hasRelativeSeason(structure);
      const [level, slope] = this.#state as unknown as readonly [number, number];
      // Relative errors square the means: they are measured in units of the level, so that they stay in range.
      const unit = relativeError ? Math.abs(level) || 1 : sigma || 1;
      const variance = etsVariance(structure, parameters, relativeError ? sigma : sigma / unit);
      let position = this.#position;
      let damping = 0; // phi + phi^2 + ... + phi^step
      let power = 1;
      for (let step = 0; step < horizon; step++) {
        power *= phi;
        damping += power;
        const season = this.#state[2 + position] as number;
        const trend = level + damping * slope;
        mean[step] = relativeSeason ? trend * season : trend + season;
        const expected = (relativeSeason ? trend : trend + season) / unit;
        const spread = variance(expected, relativeSeason ? season : 1);
        deviation[step] = Math.sqrt(Math.max(0, spread)) * unit;
        if (++position === seasonLength) position = 0;
      }
    });
  }

  /**
   * Possible futures: the model run on with random normal errors.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    return simulateEts(this.#model(), horizon, options);
  }

  /**
   * Moves the states on; about 50 ns a value. Where the trend multiplies, or the season without the error, a value
   * that would turn the level, the growth or an index of the season to 0 or below counts as missing.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { seasonLength } = this.#fit.structure;
    const state = this.#state;
    for (let i = 0; i < values.length; i++) {
      const index = 2 + this.#position;
      const error = (values[i] as number) - this.#motion.predict(state, index);
      this.#motion.move(state, index, error === error ? error : 0);
      this.#position = index - 1 === seasonLength ? 0 : index - 1;
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedEts {
    return new FittedEts({ ...this.#fit, state: this.#state.slice(), position: this.#position });
  }

  /**
   * Name, parameters and criteria. Of a series of over 20,000 values likelihood and criteria are those of the part that the
   * states start at, so compare them with models of the same part only; `observations` counts all.
   */
  describe(): ModelDescription {
    const { structure, parameters, observed, measured = observed, rmse, sigma, logLikelihood, reduced } = this.#fit;
    const { alpha, beta, gamma, phi } = parameters;
    const count = etsFreedom(structure) + 1; // and the variance
    const aic = 2 * count - 2 * logLikelihood;
    return {
      name: this.name,
      parameters: {
        alpha,
        ...(structure.trend !== 'none' && { beta }),
        ...(structure.seasonLength > 1 && { gamma }),
        ...(hasDampedTrend(structure) && { phi }),
      },
      seasonLength: structure.seasonLength,
      observations: observed,
      rmse,
      sigma,
      logLikelihood,
      aic,
      aicc: measured > count + 1 ? aic + (2 * count * (count + 1)) / (measured - count - 1) : undefined,
      bic: aic + count * (Math.log(measured) - 2),
      reduced,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { structure, parameters, state: _, fittedValues, residuals, ...rest } = this.#fit;
    const { error, season, trend, seasonLength } = structure;
    const relative = isRelative(structure);
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: relative ? 'relative-ets' : 'ets',
      ...rest,
      ...(relative && { error: error ?? 'additive', season: season ?? 'additive' }),
      trend,
      seasonLength,
      parameters,
      position: this.#position,
      state: encodeFloats(this.#state),
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  #model(): EtsModel {
    const { structure, parameters, sigma } = this.#fit;
    return { structure, parameters, sigma, state: this.#state, position: this.#position };
  }
}
