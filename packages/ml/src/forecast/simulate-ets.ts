import { seededRandom } from '@novacron/core';
import type { EtsState } from './ets-filter.ts';
import { hasRelativeError, hasRelativeSeason, type EtsParameters, type EtsStructure } from './ets-structure.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from './simulation.ts';

/**
 * Runs an ETS model on with random normal errors.
 *
 * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
 * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
 */
export function simulateEts(
  model: {
    readonly structure: EtsStructure;
    readonly parameters: EtsParameters;
    readonly sigma: number;
    readonly state: EtsState;
    readonly position: number;
  },
  horizon: number,
  options?: SimulateOptions,
): Float64Array[] {
  const { paths, seed } = checkedSimulation(horizon, options);
  const { structure, parameters, sigma } = model;
  const { alpha, beta, gamma, phi } = parameters;
  const relativeError = hasRelativeError(structure);
  const relativeSeason = hasRelativeSeason(structure);
  const random = seededRandom(seed);
  const state = model.state.slice();
  return Array.from({ length: paths }, () => {
    state.set(model.state);
    let index = 2 + model.position;
    const path = new Float64Array(horizon);
    for (let step = 0; step < horizon; step++) {
      const season = state[index] as number;
      const slope = (state[1] as number) * phi;
      const level = (state[0] as number) + slope;
      const prediction = relativeSeason ? level * season : level + season;
      // Box and Muller's transform; 1 - random() is never 0.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      // A relative error below -1 would turn the sign of the series; the model has none.
      const error = relativeError ? Math.max(-0.999, sigma * normal) * prediction : sigma * normal;
      path[step] = prediction + error;
      const part = relativeSeason ? error / season : error;
      state[0] = level + alpha * part;
      state[1] = slope + beta * part;
      state[index] = season + (relativeSeason ? (gamma * error) / level : gamma * error);
      if (++index === state.length) index = 2;
    }
    return checkedPath(path);
  });
}
