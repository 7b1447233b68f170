import type { Sample } from '@novacron/core';
import type { OperatorFunction } from 'rxjs';
import type { AlertEvent } from '../alert/alert-event.ts';
import { thresholdEvaluator, type ThresholdRule } from '../alert/threshold-rule.ts';
import { evaluate } from './evaluate.ts';

/**
 * Alerts on values beyond a limit, for each series. Time is the time of the samples, so it needs no scheduler; see
 * `thresholdEvaluator`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID at once when the rule makes no sense.
 *
 * @example
 * ```ts
 * import { thresholdAlert } from '@novacron/monitoring/stream';
 * import { from, lastValueFrom, map, toArray } from 'rxjs';
 *
 * const sample = (timeMs: number, value: number) => ({ metric: 'load', labels: { vm: 'web-1' }, timeMs, value });
 * const events = from([sample(0, 0.95), sample(60_000, 0.96), sample(120_000, 0.3)]).pipe(
 *   thresholdAlert({ name: 'busy', metric: 'load', above: 0.9, forMs: 60_000 }),
 *   map(({ state, timeMs }) => `${state} at ${timeMs}`),
 *   toArray(),
 * );
 * await lastValueFrom(events) // => ['pending at 0', 'firing at 60000', 'resolved at 120000']
 * ```
 */
export function thresholdAlert(rule: ThresholdRule): OperatorFunction<Sample, AlertEvent> {
  thresholdEvaluator(rule); // a wrong rule is told now, not on subscribing
  return evaluate(() => thresholdEvaluator(rule));
}
