/** What the rolling-origin validation found. */
export interface AutoValidation {
  /** How many origins; 0 where the series is too short for any. */
  readonly origins: number;
  /** Steps forecast from each. */
  readonly horizon: number;
  /** Mean absolute error, in the unit of the series; NaN without origins. */
  readonly error: number;
  /** The same of the seasonal naive method. */
  readonly benchmarkError: number;
  /** Whether the seasonal naive method was taken alone because nothing beat it. */
  readonly gated: boolean;
  /** Whether the time was up before all methods had been tried; what is combined are those tried until then. */
  readonly cutShort: boolean;
}
