import { MonitoringError } from '../error.ts';

/** The error of a table whose columns are known already: without the label one series would be taken for another. */
export function lateLabel(metric: string, label: string): MonitoringError {
  const message = `${metric} has a label ${label} that no series had when the export began: export again, or up to a time before it`;
  return new MonitoringError({ kind: 'conflict', message, retryable: true, details: { metric, label } });
}
