import { seededRandom } from '@novacron/core';
import type { EtsState } from './ets-filter.ts';
import { EtsMotion } from './ets-motion.ts';
import { hasRelativeError, type EtsParameters, type EtsStructure } from './ets-structure.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from './simulation.ts';

/** What the futures of an ETS model follow from. */
export interface EtsModel {
  /** The model. */
  readonly structure: EtsStructure;
  /** Its parameters. */
  readonly parameters: EtsParameters;
  /** Standard deviation of the one-step errors; a ratio where the error is. */
  readonly sigma: number;
  /** The states after the last value; not changed. */
  readonly state: EtsState;
  /** Which step of the season comes next. */
  readonly position: number;
}

/**
 * Runs an ETS model on with random normal errors.
 *
 * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
 * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
 */
export function simulateEts(model: EtsModel, horizon: number, options?: SimulateOptions): Float64Array[] {
  const { paths, seed } = checkedSimulation(horizon, options);
  const random = seededRandom(seed);
  const run = etsRunner(model);
  return Array.from({ length: paths }, () => {
    const path = new Float64Array(horizon);
    drawNormals(path, random);
    return checkedPath(run(path));
  });
}

/** Fills an array with normal numbers by Box and Muller's transform. */
export function drawNormals(normals: Float64Array, random: () => number): void {
  for (let i = 0; i < normals.length; i++) {
    normals[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()); // 1 - random() is never 0
  }
}

/**
 * Makes a function that turns standard normal errors into the future they lead to, in place. What leaves the range of
 * numbers is infinite or NaN there.
 */
export function etsRunner({ structure, parameters, sigma, ...model }: EtsModel): (path: Float64Array) => Float64Array {
  const relativeError = hasRelativeError(structure);
  const motion = new EtsMotion(structure, parameters);
  const state = model.state.slice();
  return (path) => {
    state.set(model.state);
    let index = 2 + model.position;
    for (let step = 0; step < path.length; step++) {
      const normal = path[step] as number;
      const prediction = motion.predict(state, index);
      // A relative error below -1 would turn the sign of the series; the model has none.
      const error = relativeError ? Math.max(-0.999, sigma * normal) * prediction : sigma * normal;
      path[step] = prediction + error;
      motion.move(state, index, error);
      if (++index === state.length) index = 2;
    }
    return path;
  };
}
