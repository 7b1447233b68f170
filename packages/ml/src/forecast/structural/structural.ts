import { invalid, MlError } from '../../error.ts';
import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { estimateStructural, structuralPass } from './structural-estimate.ts';
import { FittedStructural } from './structural-fitted.ts';
import { structuralSize } from './structural-filter.ts';

/** Options of a structural model. */
export interface StructuralOptions {
  /** `level`: a random walk; `linear`: a level with a slope, both random walks. @default 'linear' */
  readonly trend?: 'level' | 'linear' | undefined;
  /** Steps in a season, 1 (none) to 200. @default 1 */
  readonly seasonLength?: number | undefined;
}

const longestSeason = 200;

/**
 * The basic structural model (Harvey 1989; R's `StructTS`, statsmodels' `UnobservedComponents`):
 * `y = level + season + ε`, `level' = level + slope + η`, `slope' = slope + ζ`, and a season whose values over a round
 * add up to a disturbance `ω`. The four variances maximise the diffuse likelihood by the Kalman filter; any of them may
 * be 0. The components can be read off by `components()`.
 *
 * Missing values (NaN) are bridged by the filter. `fit` throws NOVA_ML_TOO_SHORT when there are not three observed
 * values more than the state has numbers. Use it where level, slope and season themselves are asked for, or for gaps;
 * {@link autoEts} forecasts as well in less time. Cost: some 20 ms for 144 values with a season of 12; it grows with the
 * square of the season.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { structural } from '@novacron/ml';
 *
 * const load = Array.from({ length: 60 }, (_, i) => 20 + i / 2 + [3, 0, -1, -2][i % 4]! + ((i * 7) % 5) / 10);
 * const { slope, season } = structural({ seasonLength: 4 }).fit(load).components();
 * Math.abs(slope - 0.5) < 0.1 // => true
 * Math.abs(season[0]! - 3) < 0.5 // => true
 * ```
 */
export function structural(options: StructuralOptions = {}): ForecasterWithTimes<FittedStructural> {
  const { trend = 'linear' } = options;
  if (trend !== 'level' && trend !== 'linear') {
    throw invalid(`trend must be level or linear, not ${String(trend)}`, { trend });
  }
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const shape = { slope: trend === 'linear', seasonLength };
  return withTimes({
    name: 'Structural model',
    fit(values, fitOptions): FittedStructural {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      const needed = structuralSize(shape) + 3;
      if (observed < needed) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `This structural model needs at least ${needed} observed values, not ${observed}`,
          details: { needed, observed },
        });
      }
      const scale = powerOfTwoNear(series);
      const scaled = series.map((value) => value / scale);
      const { variances } = estimateStructural(scaled, shape, check);
      const predictions = new Float64Array(series.length).fill(NaN);
      const errors = new Float64Array(series.length);
      const { squares, logarithms, used, state } = structuralPass(scaled, shape, variances, errors, predictions);
      const variance = Math.max(squares / used, Number.MIN_VALUE);
      const fittedValues = predictions.map((prediction) => prediction * scale);
      const residuals = series.map((value, i) => value - (fittedValues[i] as number));
      let sum = 0;
      for (const residual of residuals) if (residual === residual) sum += (residual / scale) ** 2;
      const gaussian = used * (Math.log(2 * Math.PI * variance) + 1) + logarithms;
      return new FittedStructural({
        shape,
        variances,
        sigma: Math.sqrt(squares / used) * scale,
        state: { expected: state.expected.map((x) => x * scale), covariance: state.covariance },
        rmse: Math.sqrt(sum / used) * scale,
        logLikelihood: -0.5 * gaussian - used * Math.log(scale),
        observed,
        fittedValues,
        residuals,
      });
    },
  });
}
