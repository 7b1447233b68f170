import { seededRandom } from '@novacron/core';
import { invalid } from '../../error.ts';
import { encodeFloats } from '../../json/floats.ts';
import { checkValues } from '../../values.ts';
import { buildForecast } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from '../simulation.ts';
import { ArimaFilter, type ArimaState } from './arima-filter.ts';
import { covarianceRoots, followingValues, innovationResponse } from './arima-paths.ts';
import { armaModel, differenceWeights, type ArmaModel } from './arma-model.ts';
import { arimaName, coefficientNames, type ArimaOrder, type ArimaStructure } from './arima-structure.ts';
import { ownEffect, ownNames } from './own-columns.ts';
import { checkedRegressors } from './regressors.ts';

/** All that a fitted ARIMA model knows. */
export interface ArimaFit {
  /** Which model. */
  readonly structure: ArimaStructure;
  /** Coefficients of the polynomials: ar, ma, sar, sma. */
  readonly coefficients: Float64Array;
  /** Coefficients of the constant, if there is one, and the regressors. */
  readonly regression: Float64Array;
  /** Standard errors of both, in that order. */
  readonly standardErrors: Float64Array;
  /** Standard deviation of the innovations, corrected for the coefficients estimated. */
  readonly sigma: number;
  /** Root mean square of the residuals. */
  readonly rmse: number;
  /** Gaussian log likelihood of the differences. */
  readonly logLikelihood: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** Observed values less what the differences take: how many errors the likelihood has. */
  readonly used: number;
  /** How many steps the model has seen. */
  readonly seen: number;
  /** Where its filter stands; taken over. */
  readonly state: ArimaState;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** What an ARIMA forecast is asked for. */
export interface ArimaForecastOptions extends ForecastOptions {
  /** The regressors over the horizon, a column each, in the order of the fit. @default none */
  readonly regressors?: readonly ArrayLike<number>[] | undefined;
}

/** What an ARIMA model learned. */
export interface ArimaDescription extends ModelDescription {
  /** Orders `p, d, q`. */
  readonly order: ArimaOrder;
  /** Seasonal orders `P, D, Q`. */
  readonly seasonal: ArimaOrder;
  /** Standard error of each of the `parameters`. */
  readonly standardErrors: Readonly<Record<string, number>>;
}

/** Beyond so many steps the variance of the present state is taken to grow as that of the innovations does. */
const exactSteps = 10_000;

/** A fitted ARIMA model, made by {@link arima} and {@link autoArima}. */
export class FittedArima implements FittedForecaster {
  readonly #fit: ArimaFit;
  readonly #model: ArmaModel;
  readonly #delta: Float64Array;
  readonly #filter: ArimaFilter;
  #seen: number;

  /** @param fit - What was learned. */
  constructor(fit: ArimaFit) {
    this.#fit = fit;
    this.#model = armaModel(fit.structure, fit.coefficients);
    this.#delta = differenceWeights(fit.structure);
    this.#filter = new ArimaFilter(this.#model, this.#delta, fit.state);
    this.#seen = fit.seen;
  }

  /** The model, `ARIMA(0,1,1)(0,1,1)[12]`. */
  get name(): string {
    return arimaName(this.#fit.structure);
  }

  /** One-step predictions of the training series, also where a value was missing; NaN where the differences begin. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts with analytic intervals: the variance of the state carried on, plus that of the innovations to come.
   * The uncertainty of the coefficients is left out, as everywhere.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range, or a regressor is missing.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ArimaForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const regressors = this.#regressors(options?.regressors, horizon);
      const { expected, history, covariance } = this.#filter.state;
      followingValues(this.#model, this.#delta, { expected, history }, mean);
      addTo(mean, this.#explained(regressors, horizon));
      if (options?.levels?.length === 0) return;
      const response = innovationResponse(this.#model, this.#delta, horizon);
      const near = Math.min(horizon, exactSteps);
      const path = new Float64Array(near);
      for (const root of this.#roots(covariance)) {
        const start = { expected: root.subarray(0, expected.length), history: root.subarray(expected.length) };
        followingValues(this.#model, this.#delta, start, path);
        for (let step = 0; step < near; step++)
          deviation[step] = (deviation[step] as number) + (path[step] as number) ** 2;
      }
      const { sigma } = this.#fit;
      let later = 0; // what innovations after the first step add
      let variance = 0;
      for (let step = 0; step < near; step++) {
        variance = (deviation[step] as number) + later;
        later += (response[step] as number) ** 2;
        deviation[step] = sigma * Math.sqrt(variance);
      }
      const share = variance / later;
      for (let step = near; step < horizon; step++) {
        later += (response[step] as number) ** 2;
        deviation[step] = sigma * Math.sqrt(share * later);
      }
    });
  }

  /**
   * Possible futures: the model run on with random normal innovations.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, the seed, and the regressors to come.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together, the seed or a regressor is
   *   out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options: SimulateOptions & ArimaForecastOptions = {}): Float64Array[] {
    const { paths, seed } = checkedSimulation(horizon, options);
    const regressors = this.#regressors(options.regressors, horizon);
    const random = seededRandom(seed);
    const { sigma } = this.#fit;
    const normal = (): number => sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const { expected, history, covariance } = this.#filter.state;
    const roots = this.#roots(covariance);
    const explained = this.#explained(regressors, horizon);
    const innovations = new Float64Array(horizon);
    return Array.from({ length: paths }, () => {
      const state = new Float64Array(expected.length + history.length);
      state.set(expected);
      state.set(history, expected.length);
      for (const root of roots) {
        const size = normal();
        for (let i = 0; i < state.length; i++) state[i] = (state[i] as number) + size * (root[i] as number);
      }
      for (let step = 1; step < horizon; step++) innovations[step] = normal();
      const path = new Float64Array(horizon);
      const start = { expected: state.subarray(0, expected.length), history: state.subarray(expected.length) };
      followingValues(this.#model, this.#delta, start, path, innovations);
      addTo(path, explained);
      return checkedPath(path);
    });
  }

  /**
   * One step of the filter a value: `O(longest lag)` once the past is known, its square just after a missing value; where
   * lags and differences reach back over 1,000 steps a missing value is taken as predicted.
   *
   * @param values - The values that follow; NaN means missing.
   * @param options - The regressors of the same steps, a column each.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number, or a regressor is missing;
   *   nothing has changed then.
   */
  update(values: ArrayLike<number>, options: Pick<ArimaForecastOptions, 'regressors'> = {}): void {
    checkValues(values);
    const regressors = this.#regressors(options.regressors, values.length);
    const explained = this.#explained(regressors, values.length);
    for (let i = 0; i < values.length; i++) this.#filter.step((values[i] as number) - (explained?.[i] ?? 0));
    this.#seen += values.length;
  }

  /** A copy that goes its own way. */
  clone(): FittedArima {
    const { expected, history, covariance } = this.#filter.state;
    const state = { expected: expected.slice(), history: history.slice(), covariance: covariance?.slice() };
    return new FittedArima({ ...this.#fit, state, seen: this.#seen });
  }

  /** Orders, coefficients with standard errors, likelihood and criteria. */
  describe(): ArimaDescription {
    const { structure, coefficients, regression, standardErrors, observed, used, rmse, sigma, logLikelihood } =
      this.#fit;
    const own = ownNames(structure);
    const outside = Array.from({ length: regression.length - own.length }, (_, i) => `xreg${i + 1}`);
    const names = [...coefficientNames(structure), ...own, ...outside];
    const estimates = [...coefficients, ...regression];
    const count = names.length + 1; // and the variance
    const aic = 2 * count - 2 * logLikelihood;
    return {
      name: this.name,
      parameters: Object.fromEntries(names.map((name, i) => [name, estimates[i] as number])),
      standardErrors: Object.fromEntries(names.map((name, i) => [name, standardErrors[i] as number])),
      order: structure.order,
      seasonal: structure.seasonal,
      seasonLength: structure.seasonLength,
      observations: observed,
      rmse,
      sigma,
      logLikelihood,
      aic,
      aicc: used > count + 1 ? aic + (2 * count * (count + 1)) / (used - count - 1) : undefined,
      bic: aic + count * (Math.log(used) - 2),
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const {
      structure,
      coefficients,
      regression,
      standardErrors,
      state: _,
      fittedValues,
      residuals,
      ...rest
    } = this.#fit;
    const { order, seasonal, seasonLength, constant, fourier } = structure;
    const { expected, history, covariance } = this.#filter.state;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'arima',
      ...rest,
      structure: {
        p: order[0],
        d: order[1],
        q: order[2],
        P: seasonal[0],
        D: seasonal[1],
        Q: seasonal[2],
        seasonLength,
        constant,
        fourier,
      },
      seen: this.#seen,
      coefficients: encodeFloats(coefficients),
      regression: encodeFloats(regression),
      standardErrors: encodeFloats(standardErrors),
      expected: encodeFloats(expected),
      history: encodeFloats(history),
      covariance: encodeFloats(covariance ?? new Float64Array(0)),
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  #roots(covariance: Float64Array | undefined): Float64Array[] {
    const { size, theta } = this.#model;
    const all = size + this.#delta.length;
    if (covariance !== undefined) return covarianceRoots(covariance, all);
    const root = new Float64Array(all);
    root.set(theta);
    return [root];
  }

  #regressors(given: readonly ArrayLike<number>[] | undefined, length: number): readonly Float64Array[] {
    const { structure, regression } = this.#fit;
    const columns = checkedRegressors(given, length);
    const needed = regression.length - ownNames(structure).length;
    if (columns.length !== needed) {
      throw invalid(`The model was fitted with ${needed} regressors, but ${columns.length} were given`, {
        needed,
        given: columns.length,
      });
    }
    return columns;
  }

  /** What the model's own and the given regressors add to the steps that follow; undefined where there are none. */
  #explained(regressors: readonly Float64Array[], length: number): Float64Array | undefined {
    const { structure, regression } = this.#fit;
    if (regression.length === 0) return undefined;
    const sum = ownEffect(structure, regression, length, this.#seen);
    const first = regression.length - regressors.length;
    for (const [c, column] of regressors.entries()) {
      const weight = regression[first + c] as number;
      for (let i = 0; i < length; i++) sum[i] = (sum[i] as number) + weight * (column[i] as number);
    }
    return sum;
  }
}

function addTo(path: Float64Array, explained: Float64Array | undefined): void {
  if (explained === undefined) return;
  for (let step = 0; step < path.length; step++) path[step] = (path[step] as number) + (explained[step] as number);
}
