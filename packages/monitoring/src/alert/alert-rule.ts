import type { Labels, Sample } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { matchLabels, type LabelSelector } from '../store/label-selector.ts';
import type { AlertEvent, AlertSeverity } from './alert-event.ts';

/** What all alert rules have. */
export interface AlertRule {
  /** What the alert is called. */
  readonly name: string;
  /** Only samples of this metric. @default all */
  readonly metric?: string | undefined;
  /** Only series with these labels. @default all */
  readonly labels?: LabelSelector | undefined;
  /** How bad it is. @default 'warning' */
  readonly severity?: AlertSeverity | undefined;
  /** Words for people: `{ summary: 'CPU is busy' }`. @default none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Decides which steps alerts make, from samples as they come. It holds a state for every live series. */
export interface AlertEvaluator {
  /** Takes a sample; gives the steps that it causes, often none. */
  next(sample: Sample): readonly AlertEvent[];
  /** Takes the news that it is `timeMs`, without a sample; gives the steps that it causes. */
  advance(timeMs: number): readonly AlertEvent[];
  /** How many series it holds a state of. */
  readonly size: number;
}

/** Whether a rule is about a sample. */
export function ruleFilter(rule: AlertRule): (sample: Sample) => boolean {
  const { metric } = rule;
  const matches = matchLabels(rule.labels);
  return (sample) => (metric === undefined || sample.metric === metric) && matches(sample.labels);
}

/** The series an alert is about, and since when. */
export interface AlertSubject {
  readonly metric: string;
  readonly labels: Labels;
  readonly startsAtMs: number;
}

/** Makes a step of a rule's alert. */
export function alertEvent(
  rule: AlertRule,
  { metric, labels, startsAtMs }: AlertSubject,
  state: AlertEvent['state'],
  timeMs: number,
  value?: number,
): AlertEvent {
  const { name, severity = 'warning', annotations = {} } = rule;
  const event = { name, state, severity, metric, labels, startsAtMs, timeMs, annotations };
  return value === undefined ? event : { ...event, value };
}

/**
 * Checks a duration of a rule.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is negative or not a number.
 */
export function checkDuration(rule: AlertRule, name: string, durationMs: number): void {
  if (!(durationMs >= 0)) {
    throw invalidInput(`${name} of alert ${rule.name} must be 0 or more, not ${String(durationMs)}`, {
      alert: rule.name,
    });
  }
}

/**
 * Checks a limit of a rule.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is not finite.
 */
export function checkLimit(rule: AlertRule, name: string, limit: unknown): void {
  if (!Number.isFinite(limit)) {
    throw invalidInput(`${name} of alert ${rule.name} must be a finite number, not ${String(limit)}`, {
      alert: rule.name,
    });
  }
}
