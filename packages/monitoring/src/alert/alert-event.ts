import type { Labels } from '@novacron/core';

/** How bad it is. */
export type AlertSeverity = 'info' | 'warning' | 'critical';

/**
 * Where an alert is. `pending`: its condition holds, but not for long enough yet. `inactive`: it was pending and its
 * condition ended. `firing`: its condition holds. `resolved`: it was firing and its condition ended.
 */
export type AlertStatus = 'pending' | 'inactive' | 'firing' | 'resolved';

/** A step in the life of an alert. There is one alert for a rule and a series at a time. */
export interface AlertEvent {
  /** The rule's name. */
  readonly name: string;
  /** Where the alert is now. */
  readonly state: AlertStatus;
  /** The rule's severity. */
  readonly severity: AlertSeverity;
  /** The metric of the series that it is about. */
  readonly metric: string;
  /** The labels of that series. */
  readonly labels: Labels;
  /** The value that made the step, in the metric's unit. Absent when silence did. */
  readonly value?: number | undefined;
  /** Since when its condition held, epoch milliseconds: the time of the first sample; of the last one for absence. */
  readonly startsAtMs: number;
  /** When the step was made, epoch milliseconds, by the time of the samples. */
  readonly timeMs: number;
  /** The rule's words for people. */
  readonly annotations: Readonly<Record<string, string>>;
}
