import type { Sample } from '@novacron/core';
import type { OperatorFunction } from 'rxjs';
import type { AlertEvent } from '../alert/alert-event.ts';
import { hysteresisEvaluator, type HysteresisRule } from '../alert/hysteresis-rule.ts';
import { evaluate } from './evaluate.ts';

/**
 * Alerts that begin beyond one limit and end beyond another, for each series. Time is the time of the samples, so it
 * needs no scheduler; see `hysteresisEvaluator`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID at once when the rule makes no sense.
 *
 * @example
 * ```ts
 * import { hysteresisAlert } from '@novacron/monitoring/stream';
 * import { from, lastValueFrom, map, toArray } from 'rxjs';
 *
 * const events = from([0.92, 0.85, 0.91, 0.7]).pipe(
 *   map((value, index) => ({ metric: 'load', labels: {}, timeMs: index * 1_000, value })),
 *   hysteresisAlert({ name: 'busy', raise: 0.9, clear: 0.8 }),
 *   map(({ state, value }) => `${state} at ${value}`),
 *   toArray(),
 * );
 * await lastValueFrom(events) // => ['firing at 0.92', 'resolved at 0.7']
 * ```
 */
export function hysteresisAlert(rule: HysteresisRule): OperatorFunction<Sample, AlertEvent> {
  hysteresisEvaluator(rule); // a wrong rule is told now, not on subscribing
  return evaluate(() => hysteresisEvaluator(rule));
}
