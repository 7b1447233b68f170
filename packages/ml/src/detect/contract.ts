import type { FitOptions } from '../fit-budget.ts';
import type { SavedModel } from '../forecast/contract.ts';

/** A detection method with its options, ready to learn what is normal from any number of series. */
export interface Detector<Fitted extends FittedDetector = FittedDetector> {
  /** The method's name, for people. */
  readonly name: string;
  /**
   * Learns what is normal from a series with equal steps. A few anomalies in it do no harm.
   *
   * @param values - Oldest first; NaN means missing. Not changed, not kept.
   * @param options - A time budget.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are too few observed values.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
   * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
   */
  fit(values: ArrayLike<number>, options?: FitOptions): Fitted;
}

/** A detector that has learned what is normal. */
export interface FittedDetector {
  /** The method's name, for people. */
  readonly name: string;
  /** A value is an anomaly when its score is above this. */
  readonly threshold: number;
  /** The score of each value of the training series; NaN where it is missing or nothing could be expected. */
  readonly scores: Float64Array;
  /** The anomalies in the training series. */
  readonly anomalies: readonly Anomaly[];
  /**
   * Scores values as if they came one after the other behind those seen, and forgets them again.
   *
   * @param values - Oldest first; NaN means missing.
   * @returns how far each is from what was expected, in robust standard deviations, 0 or more; NaN for a missing value.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  score(values: ArrayLike<number>): Float64Array;
  /**
   * Finds what {@link FittedDetector.update} would find, and forgets the values again.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  detect(values: ArrayLike<number>): Anomaly[];
  /**
   * Judges values one after the other, learns from each, and returns those that are anomalies. All values are checked
   * before the first one counts. A missing value is never an anomaly.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  update(values: ArrayLike<number>): Anomaly[];
  /** A copy that goes its own way. */
  clone(): FittedDetector;
  /** What was learned, for people and logs. */
  describe(): DetectorDescription;
  /** Everything needed to go on elsewhere, as plain versioned JSON; see {@link detectorFromJSON}. */
  toJSON(): SavedModel;
}

/** A value that is not what was expected. */
export interface Anomaly {
  /** Where it stands in the values that were handed in. */
  readonly index: number;
  /** What was measured. */
  readonly value: number;
  /** What was expected. */
  readonly expected: number;
  /** The distance between the two in robust standard deviations. */
  readonly score: number;
  /** Values below this are anomalies. */
  readonly lower: number;
  /** Values above this are anomalies. */
  readonly upper: number;
}

/** What a detector learned. */
export interface DetectorDescription {
  /** The method's name. */
  readonly name: string;
  /** Its settings and what it learned, by name. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** Options that every detector here takes. */
export interface DetectorOptions {
  /** A score above this is an anomaly; above 0. @default 3.5 (Iglewicz and Hoaglin 1993) */
  readonly threshold?: number | undefined;
  /** A value nearer than this to the expected one is never an anomaly, in the unit of the series. @default 0 */
  readonly minimumDeviation?: number | undefined;
}
