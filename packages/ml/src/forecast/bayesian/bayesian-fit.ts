import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import type { SavedModel } from '../contract.ts';
import { checkedSeasons, mostSeasons } from './checked-seasons.ts';
import { seasonBlock, trendBlock, type BayesianSeason, type BayesianTrend } from './state-blocks.ts';
import { StateSpace } from './state-space.ts';

/** All that a fitted Bayesian structural model knows. Variances and the state count in units of `scale` squared. */
export interface BayesianFit {
  /** How the level moves. */
  readonly trend: BayesianTrend;
  /** Its seasons. */
  readonly seasons: readonly BayesianSeason[];
  /** Both as a state space. */
  readonly space: StateSpace;
  /** What values count from. */
  readonly centre: number;
  /** What they are divided by. */
  readonly scale: number;
  /** The draws of each variance of the disturbances, then that of the noise, then the damping. */
  readonly parameters: readonly Float64Array[];
  /** The draws of each coefficient, in the units of series and regressor. */
  readonly coefficients: readonly Float64Array[];
  /** What each regressor counts from. */
  readonly centres: Float64Array;
  /** Posterior mean of each part at each step, in the unit of the series. */
  readonly means: readonly Float64Array[];
  /** Its standard deviation. */
  readonly deviations: readonly Float64Array[];
  /** Where the filter stands; taken over. */
  readonly state: { readonly expected: Float64Array; readonly covariance: Float64Array };
  /** Standard deviation of the error of the next step. */
  readonly sigma: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

const trends: readonly BayesianTrend[] = ['level', 'linear', 'semi-local'];

/** A fit as plain JSON. */
export function savedBayesian(fit: BayesianFit): SavedModel {
  const { trend, seasons, parameters, coefficients, means, deviations, state } = fit;
  return {
    format: 'novacron-forecaster',
    version: 1,
    model: 'bayesian-structural',
    trend,
    seasons: encodeFloats(Float64Array.from(seasons.flatMap((s) => [s.seasonLength, s.harmonics ?? 0]))),
    centre: fit.centre,
    scale: fit.scale,
    parameters: encodeFloats(joined(parameters)),
    coefficients: encodeFloats(joined(coefficients)),
    centres: encodeFloats(fit.centres),
    means: encodeFloats(joined(means)),
    deviations: encodeFloats(joined(deviations)),
    expected: encodeFloats(state.expected),
    covariance: encodeFloats(state.covariance),
    sigma: fit.sigma,
    observed: fit.observed,
    fittedValues: encodeFloats(fit.fittedValues),
    residuals: encodeFloats(fit.residuals),
  };
}

/**
 * Reads a saved fit.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function savedBayesianFit(saved: SavedReader): BayesianFit {
  const largest = Number.MAX_VALUE;
  const trend = trends.find((known) => known === saved.text('trend'));
  if (trend === undefined) throw damaged(`trend must be one of ${trends.join(', ')}`);
  const seasons = readSeasons(saved.floats('seasons'));
  const space = new StateSpace([trendBlock(trend), ...seasons.map(seasonBlock)]);
  const centres = saved.floats('centres');
  const parameters = split(saved.floats('parameters'), space.variances.length + 2);
  const draws = (parameters[0] as Float64Array).length;
  if (draws < 4) throw damaged('there must be four draws');
  if (parameters.slice(0, -1).some((row) => row.some((variance) => variance < 0)))
    throw damaged('variances are negative');
  if ((parameters.at(-1) as Float64Array).some((damping) => Math.abs(damping) > 1)) throw damaged('damping is above 1');
  const fittedValues = saved.floats('fittedValues', { missing: true });
  const { length } = fittedValues;
  const parts = space.blocks.length + (centres.length > 0 ? 1 : 0);
  return {
    trend,
    seasons,
    space,
    centre: saved.number('centre', -largest, largest),
    scale: saved.number('scale', Number.MIN_VALUE, largest),
    parameters,
    coefficients: split(saved.floats('coefficients', { length: centres.length * draws }), centres.length),
    centres,
    means: split(saved.floats('means', { length: parts * length }), parts),
    deviations: split(saved.floats('deviations', { length: parts * length }), parts),
    state: {
      expected: saved.floats('expected', { length: space.size }),
      covariance: saved.floats('covariance', { length: space.size ** 2 }),
    },
    sigma: saved.number('sigma', 0, largest),
    observed: saved.integer('observed', 1, length),
    fittedValues,
    residuals: saved.floats('residuals', { length, missing: true }),
  };
}

/** Checked before anything is made of them: a few digits could ask for a state of any size. */
function readSeasons(numbers: Float64Array): readonly BayesianSeason[] {
  if (numbers.length % 2 !== 0 || numbers.length > 2 * mostSeasons) throw damaged('seasons must be some pairs');
  try {
    return checkedSeasons(
      split(numbers, numbers.length / 2).map(([seasonLength = 0, harmonics = 0]) =>
        harmonics === 0 ? { seasonLength } : { seasonLength, harmonics },
      ),
    );
  } catch (cause) {
    throw damaged('seasons must be whole steps and waves', cause);
  }
}

function joined(rows: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(rows.reduce((sum, row) => sum + row.length, 0));
  let place = 0;
  for (const row of rows) {
    all.set(row, place);
    place += row.length;
  }
  return all;
}

function split(numbers: Float64Array, count: number): Float64Array[] {
  if (count === 0) return [];
  const length = numbers.length / count;
  if (!Number.isInteger(length)) throw damaged('rows must be equally long');
  return Array.from({ length: count }, (_, i) => numbers.slice(i * length, (i + 1) * length));
}
