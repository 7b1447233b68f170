/**
 * The windows of one series at all steps: samples `from[step]` to before `to[step]` of its columns. A range function
 * goes through all steps itself, so that nothing is made for a sample or a step.
 */
export interface Windows {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The time of a step's evaluation is `stepsStartMs + step * stepMs`. */
  readonly stepsStartMs: number;
  readonly stepMs: number;
  /** The time at which a step's window ends is `endsStartMs + step * endsStepMs`. */
  readonly endsStartMs: number;
  readonly endsStepMs: number;
  readonly rangeMs: number;
  /** The function's scalar arguments, each at all steps. */
  readonly scalars: readonly Float64Array[];
  /** How many steps there are. */
  readonly steps: number;
  /** What the function has found out from the times alone: the next series has it too when its times are the same. */
  ofTimes: Extrapolation | undefined;
}

/** How far the growth over each step's window is taken on, in seconds. */
export interface Extrapolation {
  /** From the first sample to the last one. */
  readonly sampled: Float64Array;
  /** From the window's start to the first sample, as far as it counts. */
  readonly toStart: Float64Array;
  /** From the last sample to the window's end, as far as it counts. */
  readonly toEnd: Float64Array;
  /** What the growth is multiplied by. */
  readonly factors: Float64Array;
}

/**
 * A function of range vectors: writes its value at the steps `firstStep` to before `endStep`, and 1 into `present`
 * where there is one. `present` is 0 before.
 */
export type RangeFunction = (
  windows: Windows,
  values: Float64Array,
  present: Uint8Array,
  firstStep: number,
  endStep: number,
) => void;
