import type { FittedBoosting } from '../../boosting/boosting-fitted.ts';
import { baseOf, calendarColumns, longestLook, treeFeatures, type TreeShape } from './tree-features.ts';

/** Beyond so many steps, or a season, a path repeats its last season. */
const exactSteps = 2_000;
/** Every step looks back over the longest look: no more values than this are looked at. */
const mostLooks = 200_000_000;

/**
 * Forecasts step by step, each taking part in those after it.
 *
 * @param history - The latest values without gaps, at least as many as the longest look.
 * @param step - Which step of the series the first one is.
 */
export function treePath(
  model: FittedBoosting,
  shape: TreeShape,
  history: Float64Array,
  step: number,
  horizon: number,
  { scale, low, high }: { readonly scale: number; readonly low: number; readonly high: number },
): Float64Array {
  const look = longestLook(shape);
  const affordable = Math.max(1, Math.floor(mostLooks / look));
  const exact = Math.min(horizon, Math.max(exactSteps, shape.seasonLength), affordable);
  const path = new Float64Array(look + horizon);
  path.set(history.subarray(history.length - look));
  const calendar = calendarColumns(shape, step, exact);
  for (let i = 0; i < exact; i++) {
    const features = treeFeatures(path, look + i, shape, scale, step + i, calendar, i);
    const value = baseOf(path, look + i, shape) + scale * model.predict(features);
    path[look + i] = Math.min(high, Math.max(low, value));
  }
  for (let i = look + exact; i < path.length; i++) path[i] = path[i - shape.seasonLength] as number;
  return path.subarray(look);
}
