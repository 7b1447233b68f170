import { invalid } from '../error.ts';
import { checkedInteger, checkOptions, toValues } from '../values.ts';

/** What windows are cut. */
export interface LearningWindowsOptions {
  /** How many values a window shows, from 1. */
  readonly inputs: number;
  /** How many values after it are its targets. @default 1 */
  readonly horizon?: number | undefined;
  /** Steps from one window to the next. @default 1 */
  readonly stride?: number | undefined;
  /** Whether windows with a missing value are kept. @default false */
  readonly keepMissing?: boolean | undefined;
}

/** A window of a series and what followed. */
export interface LearningWindow {
  /** Where its inputs begin. */
  readonly start: number;
  /** The values that are known. */
  readonly inputs: Float64Array;
  /** Those that follow. */
  readonly targets: Float64Array;
}

/**
 * Cuts a series into windows to learn from: some values and those that follow, which no window shows. Cut each part of
 * {@link splitByTime} by itself.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 *
 * @example
 * ```ts
 * import { learningWindows } from '@novacron/ml';
 *
 * learningWindows([1, 2, 3, 4, 5], { inputs: 3 }).map(({ inputs, targets }) => [...inputs, ...targets]) // => [[1, 2, 3, 4], [2, 3, 4, 5]]
 * ```
 */
export function learningWindows(values: ArrayLike<number>, options: LearningWindowsOptions): readonly LearningWindow[] {
  checkOptions(options);
  const series = toValues(values);
  const size = checkedInteger(options.inputs, 'inputs', 1, 1e9);
  const horizon = checkedInteger(options.horizon ?? 1, 'horizon', 1, 1e9);
  const stride = checkedInteger(options.stride ?? 1, 'stride', 1, 1e9);
  const found: LearningWindow[] = [];
  for (let start = 0; start + size + horizon <= series.length; start += stride) {
    const end = start + size;
    if (options.keepMissing !== true && series.subarray(start, end + horizon).some(Number.isNaN)) continue;
    found.push({ start, inputs: series.slice(start, end), targets: series.slice(end, end + horizon) });
  }
  return found;
}

/** Something that happened, from a step on and for so many. */
export interface LabelledEvent {
  /** Its first step. */
  readonly start: number;
  /** How many steps it lasted, from 1. */
  readonly length: number;
}

/**
 * Labels steps for a classifier: 1 while something happens, and in the steps just before, if it is to be foretold.
 *
 * @param length - How many steps the series has.
 * @param events - What happened; may overlap and reach over the ends.
 * @param lead - How many steps before an event count as it. @default 0
 * @returns 0 or 1 a step.
 * @throws {MlError} NOVA_ML_INVALID when a length or an event is out of range.
 *
 * @example
 * ```ts
 * import { labelSteps } from '@novacron/ml';
 *
 * [...labelSteps(8, [{ start: 4, length: 2 }], 1)] // => [0, 0, 0, 1, 1, 1, 0, 0]
 * ```
 */
export function labelSteps(length: number, events: readonly LabelledEvent[], lead: number = 0): Uint8Array {
  const labels = new Uint8Array(checkedInteger(length, 'length', 0, 1e9));
  checkedInteger(lead, 'lead', 0, 1e9);
  for (const [index, { start, length: steps }] of events.entries()) {
    if (!Number.isInteger(start) || !Number.isInteger(steps) || steps < 1) {
      throw invalid('An event must have a whole start and a length from 1', { index });
    }
    labels.fill(1, Math.max(0, start - lead), Math.max(0, start + steps));
  }
  return labels;
}
