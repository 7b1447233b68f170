import type { Labels } from '@novacron/core';

/** A value of a metric, not yet at a time. An undefined value could not be measured. */
export interface Measurement {
  /** The metric's name. */
  readonly metric: string;
  /** What tells the series apart. */
  readonly labels?: Labels;
  /** The value in the metric's unit. */
  readonly value: number | undefined;
}
