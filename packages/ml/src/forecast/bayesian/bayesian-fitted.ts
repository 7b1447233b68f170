import { invalid } from '../../error.ts';
import { effectiveSampleSize } from '../../statistics/effective-sample-size.ts';
import { normalQuantile } from '../../statistics/normal-quantile.ts';
import { splitRHat } from '../../statistics/split-r-hat.ts';
import { checkValues } from '../../values.ts';
import { checkedRegressors } from '../arima/regressors.ts';
import { buildForecast, checkLevel } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { savedBayesian, type BayesianFit } from './bayesian-fit.ts';
import { CoefficientDraws, type BayesianCoefficient } from './coefficient-draws.ts';
import type { StateParameters } from './state-space.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** What a Bayesian structural forecast is asked for. */
export interface BayesianForecastOptions extends ForecastOptions {
  /** The regressors over the horizon, a column each, in the order of the fit. @default none */
  readonly regressors?: readonly ArrayLike<number>[] | undefined;
}

/** A part of the training series, with its credible band. */
export interface BayesianComponent {
  /** `trend`, `season24` or `regression`. */
  readonly name: string;
  /** Its posterior mean at each step. */
  readonly mean: Float64Array;
  /** Lower bound of the band. */
  readonly lower: Float64Array;
  /** Upper bound of the band. */
  readonly upper: Float64Array;
}

/** Whether the sampler ran long enough. */
export interface BayesianConvergence {
  /** For each parameter, how many independent draws its draws are worth, and the split R̂, 1 at best. */
  readonly parameters: Readonly<Record<string, { readonly effectiveSize: number; readonly splitRHat: number }>>;
  /** Whether all are worth 25 draws and below 1.2, which is enough for means and bands. */
  readonly converged: boolean;
  /** What to do where they are not. */
  readonly hint?: string | undefined;
}

/** Steps ahead that are worked out one by one. */
const exactSteps = 10_000;
const leastSize = 25;
const largestRHat = 1.2;

/** A fitted Bayesian structural model, made by {@link bayesianStructural}. */
export class FittedBayesianStructural implements FittedForecaster {
  readonly #fit: BayesianFit;
  readonly #coefficients: CoefficientDraws;
  readonly #parameters: StateParameters;
  readonly #gain: Float64Array;

  /** @param fit - What was learned. */
  constructor(fit: BayesianFit) {
    this.#fit = fit;
    this.#coefficients = new CoefficientDraws(fit.coefficients);
    this.#parameters = meanParameters(fit.parameters);
    this.#gain = new Float64Array(fit.space.size);
  }

  /** The model by its parts. */
  get name(): string {
    const { trend, seasons, coefficients } = this.#fit;
    const parts = [
      { level: 'Local level', linear: 'Local linear trend', 'semi-local': 'Semi-local linear trend' }[trend],
      ...seasons.map(({ seasonLength }) => `season[${seasonLength}]`),
      ...(coefficients.length > 0 ? [`${coefficients.length} regressors`] : []),
    ];
    return `Bayesian ${parts.join(' + ')}`;
  }

  /** One-step predictions of the training series by the posterior means; NaN until the state is found. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Trend, seasons and regression over the training series, given all of it. The regression counts from the mean of its
   * regressors, which is part of the trend.
   *
   * @param level - How likely the part lies in its band, in (0, 1). @default 0.95
   * @throws {MlError} NOVA_ML_INVALID when the level is out of range.
   */
  components(level: number = 0.95): readonly BayesianComponent[] {
    checkLevel(level);
    const { space, means, deviations } = this.#fit;
    const quantile = normalQuantile(0.5 + level / 2);
    const names = [...space.blocks.map(({ name }) => name), 'regression'];
    return means.map((mean, part) => {
      const deviation = deviations[part] as Float64Array;
      return {
        name: names[part] as string,
        mean: mean.slice(),
        lower: mean.map((value, t) => value - quantile * (deviation[t] as number)),
        upper: mean.map((value, t) => value + quantile * (deviation[t] as number)),
      };
    });
  }

  /**
   * The coefficients of the regressors, in their order, with the share of draws in which each takes part.
   *
   * @param level - How likely a coefficient lies in its interval, in (0, 1). @default 0.95
   * @throws {MlError} NOVA_ML_INVALID when the level is out of range.
   */
  coefficients(level: number = 0.95): readonly BayesianCoefficient[] {
    checkLevel(level);
    return this.#coefficients.summaries(level);
  }

  /** How well the sampler mixed. */
  convergence(): BayesianConvergence {
    const names = this.#parameterNames();
    const judged = names.map((name, i) => {
      const draws = this.#fit.parameters[i] as Float64Array;
      return [name, { effectiveSize: effectiveSampleSize(draws), splitRHat: splitRHat(draws) }] as const;
    });
    const bad = judged.filter(([, { effectiveSize, splitRHat: r }]) => effectiveSize < leastSize || !(r < largestRHat));
    if (bad.length === 0) return { parameters: Object.fromEntries(judged), converged: true };
    const hint = `Take more draws and a longer burn-in, or a simpler trend: ${bad.map(([name]) => name).join(', ')}`;
    return { parameters: Object.fromEntries(judged), converged: false, hint };
  }

  /**
   * Forecasts with the state as it is known, the disturbances and the noise to come, and what is not known of the
   * coefficients. Variances are taken at their posterior means. Beyond 10,000 steps, or two seasons, and
   * without regressors the last season is repeated with its growth, and the spread grows by the power by which it grew.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon, a level or a regressor is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: BayesianForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { space, centre, scale, state } = this.#fit;
      const { size } = space;
      const { variances, irregular, damping } = this.#parameters;
      const regressors = this.#regressors(options?.regressors, horizon);
      const intervals = options?.levels?.length !== 0;
      // What each number of the state adds to the value of the step.
      const loading = new Float64Array(size);
      for (const place of space.observed) loading[place] = 1;
      const disturbances = space.disturbed.map(([place]) => place);
      const variance = space.disturbed.map(([, index]) => index);
      let later = irregular;
      const season = Math.max(1, ...this.#fit.seasons.map(({ seasonLength }) => seasonLength));
      const exact = regressors.length > 0 ? horizon : Math.min(horizon, Math.max(exactSteps, 2 * season));
      for (let step = 0; step < exact; step++) {
        let expected = 0;
        let known = 0;
        for (let i = 0; i < size; i++) {
          const weight = loading[i] as number;
          expected += weight * (state.expected[i] as number);
          if (!intervals || weight === 0) continue;
          let sum = 0.5 * weight * (state.covariance[i * size + i] as number);
          for (let j = 0; j < i; j++) sum += (state.covariance[i * size + j] as number) * (loading[j] as number);
          known += 2 * weight * sum;
        }
        mean[step] = centre + expected * scale;
        const spread = Math.sqrt(Math.max(0, known + later)) * scale;
        deviation[step] = spread;
        if (regressors.length > 0) {
          const row = this.#row(regressors, step);
          mean[step] = centre + expected * scale + this.#coefficients.effect(row);
          deviation[step] = Math.hypot(spread, this.#coefficients.deviation(row));
        }
        for (let i = 0; i < disturbances.length; i++) {
          const weight = loading[disturbances[i] as number] as number;
          later += weight * weight * (variances[variance[i] as number] as number);
        }
        space.retreat(loading, damping);
      }
      goOn(mean, deviation, exact, season);
    });
  }

  /**
   * Possible futures, drawn from the intervals of the forecast.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, the seed, and the regressors over the horizon.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(
    horizon: number,
    options: SimulateOptions & Pick<BayesianForecastOptions, 'regressors'> = {},
  ): Float64Array[] {
    const { regressors } = options;
    return simulateByForecast(
      { forecast: (steps, asked) => this.forecast(steps, { ...asked, regressors }) },
      horizon,
      options,
    );
  }

  /**
   * One step of the Kalman filter a value, `O(size²)`; what was drawn stays.
   *
   * @param options - The regressors of the same steps, a column each.
   * @throws {MlError} NOVA_ML_INVALID when a value or a regressor is infinite, beyond ±1e300 or no number; nothing has
   * changed then.
   */
  update(values: ArrayLike<number>, options: Pick<BayesianForecastOptions, 'regressors'> = {}): void {
    checkValues(values);
    const regressors = this.#regressors(options.regressors, values.length);
    const { space, centre, scale, state } = this.#fit;
    for (let i = 0; i < values.length; i++) {
      const value = ((values[i] as number) - centre - this.#coefficients.effect(this.#row(regressors, i))) / scale;
      const innovation = value - space.value(state.expected);
      const variance = space.stepCovariance(state.covariance, this.#parameters, value === value, this.#gain);
      space.stepState(state.expected, innovation, variance, this.#gain, this.#parameters.damping);
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedBayesianStructural {
    const { expected, covariance } = this.#fit.state;
    const state = { expected: expected.slice(), covariance: covariance.slice() };
    return new FittedBayesianStructural({ ...this.#fit, state });
  }

  /** Posterior means of the deviations, the damping and the coefficients. */
  describe(): ModelDescription {
    const { seasons, scale, observed, residuals, trend } = this.#fit;
    const { variances, irregular, damping } = this.#parameters;
    let squares = 0;
    let count = 0;
    for (const residual of residuals) {
      if (residual !== residual) continue;
      squares += (residual / scale) ** 2;
      count++;
    }
    const deviations = [...variances, irregular].map((variance) => Math.sqrt(variance) * scale);
    const names = this.#parameterNames();
    return {
      name: this.name,
      parameters: {
        ...Object.fromEntries(deviations.map((deviation, i) => [names[i] as string, deviation])),
        ...(trend === 'semi-local' && { damping }),
        ...Object.fromEntries(this.coefficients().map(({ mean }, i) => [`regressor${i + 1}`, mean])),
      },
      seasonLength: Math.max(1, ...seasons.map(({ seasonLength }) => seasonLength)),
      observations: observed,
      rmse: Math.sqrt(squares / Math.max(1, count)) * scale,
      sigma: this.#fit.sigma,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    return savedBayesian(this.#fit);
  }

  #parameterNames(): string[] {
    const { space, trend } = this.#fit;
    const names = [...space.variances.map((name) => `${name}Deviation`), 'irregularDeviation'];
    return trend === 'semi-local' ? [...names, 'damping'] : names;
  }

  #regressors(given: readonly ArrayLike<number>[] | undefined, length: number): readonly Float64Array[] {
    const columns = checkedRegressors(given, length);
    const needed = this.#fit.coefficients.length;
    if (columns.length === needed) return columns;
    throw invalid(`The model was fitted with ${needed} regressors, but ${columns.length} were given`, {
      option: 'regressors',
      needed,
    });
  }

  /** The regressors of a step, as far from their means as the model counts them. */
  #row(regressors: readonly Float64Array[], index: number): number[] {
    return regressors.map((column, c) => (column[index] as number) - (this.#fit.centres[c] as number));
  }
}

/** Fills the steps after the first `exact`: what they do in the long run is seen from those. */
function goOn(mean: Float64Array, deviation: Float64Array, exact: number, seasonLength: number): void {
  if (exact === mean.length) return;
  const last = exact - 1;
  const growth = (mean[last] as number) - (mean[last - seasonLength] as number);
  const doubling = (deviation[last] as number) / (deviation[(exact >> 1) - 1] as number);
  const power = doubling > 0 && doubling < Infinity ? Math.log2(doubling) : 0;
  for (let step = exact; step < mean.length; step++) {
    mean[step] = (mean[step - seasonLength] as number) + growth;
    deviation[step] = (deviation[last] as number) * ((step + 1) / exact) ** power;
  }
}

/** Posterior means of what was drawn. */
export function meanParameters(draws: readonly Float64Array[]): StateParameters {
  const means = draws.map((row) => row.reduce((sum, draw) => sum + draw / row.length, 0));
  const [irregular = 0, damping = 1] = means.slice(-2);
  return { variances: Float64Array.from(means.slice(0, -2)), irregular, damping };
}
