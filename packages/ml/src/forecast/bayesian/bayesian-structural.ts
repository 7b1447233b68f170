import { seededRandom } from '@novacron/core';
import { invalid, MlError } from '../../error.ts';
import { fitBudget, type FitOptions } from '../../fit-budget.ts';
import { randomDraws } from '../../statistics/random-draws.ts';
import { checkedInteger, observedCount, toValues } from '../../values.ts';
import { checkedRegressors } from '../arima/regressors.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { FittedBayesianStructural, meanParameters } from './bayesian-fitted.ts';
import { checkedSeasons } from './checked-seasons.ts';
import { gibbsSample, initialState, type GibbsSample } from './gibbs-sampler.ts';
import { seasonBlock, trendBlock, type BayesianSeason, type BayesianTrend } from './state-blocks.ts';
import { StateSpace } from './state-space.ts';

/** Options of a Bayesian structural model. */
export interface BayesianStructuralOptions {
  /**
   * `level`: a random walk; `linear`: with a slope that is one, too; `semi-local`: with a slope that returns to a mean,
   * which makes for narrower intervals far ahead. @default 'linear'
   */
  readonly trend?: BayesianTrend | undefined;
  /** Seasons: free values up to 200 steps, or waves. @default none */
  readonly seasons?: readonly BayesianSeason[] | undefined;
  /** How many regressors are expected to matter, above 0; from their number on all take part. @default 1 */
  readonly expectedRegressors?: number | undefined;
  /** Draws that are kept, 20 to 10,000. @default 300 */
  readonly draws?: number | undefined;
  /** Draws before them, which only find the place, 0 to 10,000. @default 100 */
  readonly burnIn?: number | undefined;
  /** The same seed gives the same fit. @default 1 */
  readonly seed?: number | undefined;
}

/** What the fit of a Bayesian structural model takes. */
export interface BayesianFitOptions extends FitOptions {
  /** Columns as long as the series, without gaps, that may explain it. @default none */
  readonly regressors?: readonly ArrayLike<number>[] | undefined;
}

/** A Bayesian structural forecaster; its fit takes regressors, or times. */
export type BayesianStructuralForecaster = ForecasterWithTimes<FittedBayesianStructural, BayesianFitOptions>;

const leastObserved = 4;

/**
 * Bayesian structural time series (Scott and Varian 2014, R's `bsts`): `y = trend + seasons + x'β + ε`, where trend and
 * seasons wander, and each coefficient of `β` is exactly 0 unless the data speak for it (spike and slab). Gibbs sampling
 * with the simulation smoother of Durbin and Koopman (2002). `components()` gives the parts with credible bands,
 * `coefficients()` how likely each regressor takes part, `convergence()` whether there were enough draws.
 *
 * Missing values (NaN) are bridged; regressors must be known. `fit` throws NOVA_ML_TOO_SHORT below four observed values.
 * Use it to tell what a series is made of and which of many regressors matter; {@link structural} and {@link autoEts}
 * forecast as well without regressors in far less time. Cost: 1 s for 144 values with a season of 12, growing with
 * draws, values and the square of the season; give long seasons waves.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { bayesianStructural } from '@novacron/ml';
 *
 * const users = Array.from({ length: 80 }, (_, i) => 50 + ((i * 37) % 23));
 * const humidity = users.map((_, i) => (i * 17) % 11);
 * const load = users.map((user, i) => 10 + 0.5 * user + ((i * 7) % 5) / 5);
 * const fitted = bayesianStructural({ trend: 'level', draws: 100 }).fit(load, { regressors: [users, humidity] });
 * const [ofUsers, ofHumidity] = fitted.coefficients();
 * Math.abs(ofUsers!.mean - 0.5) < 0.05 // => true
 * ofUsers!.inclusion > 0.9 && ofHumidity!.inclusion < 0.5 // => true
 * fitted.forecast(1, { regressors: [[60], [5]] }).mean.length // => 1
 * ```
 */
export function bayesianStructural(options: BayesianStructuralOptions = {}): BayesianStructuralForecaster {
  const { trend = 'linear', expectedRegressors = 1 } = options;
  if (!['level', 'linear', 'semi-local'].includes(trend)) {
    throw invalid(`trend must be level, linear or semi-local, not ${trend as string}`, { trend });
  }
  const seasons = checkedSeasons(options.seasons ?? []);
  if (!(expectedRegressors > 0)) throw invalid('expectedRegressors must be above 0', { expectedRegressors });
  const draws = checkedInteger(options.draws ?? 300, 'draws', 20, 10_000);
  const burnIn = checkedInteger(options.burnIn ?? 100, 'burnIn', 0, 10_000);
  const seed = checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER);
  return withTimes({
    name: 'Bayesian structural model',
    fit(values, fitOptions: BayesianFitOptions | undefined): FittedBayesianStructural {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < leastObserved) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `A Bayesian structural model needs at least ${leastObserved} observed values, not ${observed}`,
          details: { needed: leastObserved, observed },
        });
      }
      const space = new StateSpace([trendBlock(trend), ...seasons.map(seasonBlock)]);
      const { centre, scale } = placeOf(series);
      const columns = checkedRegressors(fitOptions?.regressors, series.length);
      const places = columns.map(placeOf);
      const problem = {
        values: series.map((value) => (value - centre) / scale),
        columns: columns.map((column, c) => standardised(column, places[c] as Place)),
        space,
        damped: trend === 'semi-local',
        inclusion: Math.min(1, expectedRegressors / Math.max(1, columns.length)),
        draws,
        burnIn,
      };
      const sample = gibbsSample(problem, randomDraws(seededRandom(seed)), check);
      const parts = sample.means.slice(0, columns.length > 0 ? undefined : -1);
      const explained = sample.means.at(-1) as Float64Array;
      const pass = finalPass(
        problem.values.map((value, t) => value - (explained[t] as number)),
        space,
        sample,
      );
      const fittedValues = pass.predictions.map((value, t) => centre + (value + (explained[t] as number)) * scale);
      return new FittedBayesianStructural({
        trend,
        seasons,
        space,
        centre,
        scale,
        parameters: sample.parameters,
        coefficients: sample.coefficients.map((row, c) =>
          row.map((draw) => (draw / (places[c] as Place).scale) * scale),
        ),
        centres: Float64Array.from(places, (place) => place.centre),
        // The centre of the series belongs to the trend, which is the first part.
        means: parts.map((part, p) => part.map((value) => value * scale + (p === 0 ? centre : 0))),
        deviations: sample.deviations.slice(0, parts.length).map((part) => part.map((value) => value * scale)),
        state: pass.state,
        sigma: pass.deviation * scale,
        observed,
        fittedValues,
        residuals: series.map((value, t) => value - (fittedValues[t] as number)),
      });
    },
  });
}

interface Place {
  /** The mean of the observed values. */
  readonly centre: number;
  /** Their standard deviation; something near their size when they never change. */
  readonly scale: number;
}

function placeOf(values: Float64Array): Place {
  const unit = powerOfTwoNear(values);
  const scaled = values.filter((value) => value === value).map((value) => value / unit);
  const mean = scaled.reduce((sum, value) => sum + value / scaled.length, 0);
  const deviation = Math.sqrt(scaled.reduce((sum, value) => sum + (value - mean) ** 2 / scaled.length, 0));
  // What is constant but for rounding is constant.
  const spread = deviation > 1e-12 ? deviation * unit : 0;
  return { centre: mean * unit, scale: spread > 0 ? spread : unit };
}

function standardised(column: Float64Array, { centre, scale }: Place): Float64Array {
  const numbers = column.map((value) => (value - centre) / scale);
  return numbers.some((value) => Math.abs(value) > 1e-9) ? numbers : numbers.fill(0);
}

/** The Kalman filter with the posterior means, whose state forecasts and updates go on from. */
function finalPass(values: Float64Array, space: StateSpace, sample: GibbsSample) {
  const parameters = meanParameters(sample.parameters);
  const { size } = space;
  const start = initialState(space);
  const state = { expected: start.mean.slice(), covariance: new Float64Array(size * size) };
  for (let i = 0; i < size; i++) state.covariance[i * (size + 1)] = start.variance[i] as number;
  const gain = new Float64Array(size);
  const predictions = new Float64Array(values.length).fill(NaN);
  let learning = size;
  for (const [t, value] of values.entries()) {
    const prediction = space.value(state.expected);
    if (learning === 0) predictions[t] = prediction;
    else if (value === value) learning--;
    const variance = space.stepCovariance(state.covariance, parameters, value === value, gain);
    space.stepState(state.expected, value - prediction, variance, gain, parameters.damping);
  }
  const next = space.stepCovariance(state.covariance.slice(), parameters, false, gain);
  return { predictions, state, deviation: Math.sqrt(next) };
}
