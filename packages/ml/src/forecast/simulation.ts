import { invalid, MlError } from '../error.ts';
import { checkedInteger, largestMagnitude } from '../values.ts';

/** How many futures to make, and which. */
export interface SimulateOptions {
  /** How many futures, 1 to 100,000; steps times futures may be 50,000,000. @default 1000, or as many as that allows */
  readonly paths?: number | undefined;
  /** The same seed gives the same futures. @default 1 */
  readonly seed?: number | undefined;
}

/** One number a path and step; more would not fit into memory. */
export const mostNumbers = 50_000_000;

/**
 * What a simulation is asked for, checked.
 *
 * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
 */
export function checkedSimulation(
  horizon: number,
  options: SimulateOptions = {},
): { readonly paths: number; readonly seed: number } {
  checkedInteger(horizon, 'horizon', 1, 1_000_000);
  const usual = Math.min(1_000, Math.floor(mostNumbers / horizon));
  const paths = checkedInteger(options.paths ?? usual, 'paths', 1, 100_000);
  const seed = checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER);
  if (horizon * paths > mostNumbers) {
    throw invalid(`${paths} paths of ${horizon} steps are more than ${mostNumbers} numbers`, { horizon, paths });
  }
  return { paths, seed };
}

/**
 * A path, once it is known to stay where values may lie.
 *
 * @throws {MlError} NOVA_ML_OVERFLOW when it leaves ±1e300.
 */
export function checkedPath(path: Float64Array): Float64Array {
  for (let step = 0; step < path.length; step++) {
    if (Math.abs(path[step] as number) <= largestMagnitude) continue;
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_OVERFLOW',
      message: `A future leaves ±1e300 at step ${step + 1}; scale the series down or shorten the horizon`,
      details: { step: step + 1 },
    });
  }
  return path;
}
