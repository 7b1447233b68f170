import { SimulationSmoother } from '../forecast/bayesian/simulation-smoother.ts';
import { seasonBlock, trendBlock } from '../forecast/bayesian/state-blocks.ts';
import { StateSpace } from '../forecast/bayesian/state-space.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { structural } from '../forecast/structural/structural.ts';

/** Little is known before the first value, against values of size 1. */
const unknownVariance = 1e4;

/**
 * Level and season of a structural model at each step, given the whole series: the Kalman smoother with variances of
 * maximum likelihood.
 *
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are no more observed values than the state has numbers.
 * @throws {MlError} NOVA_ML_INVALID when the season has more than 200 steps.
 */
export function smoothedSignal(series: Float64Array, seasonLength: number): Float64Array {
  const scale = powerOfTwoNear(series);
  const scaled = series.map((value) => value / scale);
  const { parameters } = structural({ trend: 'level', seasonLength }).fit(scaled).describe();
  const { levelVariance = 0, seasonVariance = 0, irregularVariance = 0 } = parameters;
  const space = new StateSpace([trendBlock('level'), ...(seasonLength > 1 ? [seasonBlock({ seasonLength })] : [])]);
  const initial = {
    mean: new Float64Array(space.size),
    variance: new Float64Array(space.size).fill(unknownVariance),
  };
  const variances = Float64Array.of(levelVariance, seasonVariance).subarray(0, space.variances.length);
  // Some noise keeps the covariances regular where all of it is in the level.
  const irregular = Math.max(irregularVariance, 1e-10);
  const states = new SimulationSmoother(space, initial, series.length).smooth(scaled, {
    variances,
    irregular,
    damping: 1,
  });
  return series.map((_, t) => space.value(states, t * space.size) * scale);
}
