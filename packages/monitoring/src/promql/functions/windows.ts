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
