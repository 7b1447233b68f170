import type { Sample } from '@novacron/core';
import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { absenceEvaluator, type AbsenceRule } from '../alert/absence-rule.ts';
import type { AlertEvent } from '../alert/alert-event.ts';

/** An absence rule in a stream. */
export interface AbsenceAlertOptions extends AbsenceRule {
  /** Tells the time while nothing comes. For a simulation, that of its clock. @default RxJS' asyncScheduler */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Alerts on series that fall silent, for each series.
 *
 * The present is the newest time of all samples plus what the scheduler's time has moved on since it came. So one
 * silent series is noticed by the time of the others, in a replay at any speed; and when everything is silent, by the
 * scheduler. Samples' clocks and the scheduler's may differ. It ends with its source, without further alerts.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID at once when the rule makes no sense.
 *
 * @example
 * ```ts
 * import { absenceAlert } from '@novacron/monitoring/stream';
 * import { from, lastValueFrom, map, toArray } from 'rxjs';
 *
 * const up = (vm: string, timeMs: number) => ({ metric: 'vm.up', labels: { vm }, timeMs, value: 1 });
 * const events = from([up('a', 0), up('b', 0), up('a', 60_000), up('a', 120_000), up('b', 150_000)]).pipe(
 *   absenceAlert({ name: 'silent', forMs: 90_000 }),
 *   map(({ state, labels }) => `${labels['vm']} ${state}`),
 *   toArray(),
 * );
 * await lastValueFrom(events) // => ['b firing', 'b resolved']
 * ```
 */
export function absenceAlert(options: AbsenceAlertOptions): OperatorFunction<Sample, AlertEvent> {
  const { scheduler = asyncScheduler, ...rule } = options;
  absenceEvaluator(rule); // a wrong rule is told now, not on subscribing
  return (source) =>
    new Observable((subscriber) => {
      const evaluator = absenceEvaluator(rule);
      let toldMs = scheduler.now();
      let timer: Subscription | undefined;

      const presentMs = (): number => evaluator.nowMs + (scheduler.now() - toldMs);
      const tell = (events: readonly AlertEvent[], before: number): void => {
        if (evaluator.nowMs !== before) toldMs = scheduler.now();
        for (const event of events) subscriber.next(event);
        if (timer === undefined && evaluator.nextDueMs !== Infinity && !subscriber.closed) watch();
      };
      /** One timer for all series; samples that come meanwhile make it look again. */
      const watch = (): void => {
        const delayMs = Math.max(1, Math.ceil(evaluator.nextDueMs - presentMs()));
        timer = scheduler.schedule(() => {
          timer = undefined;
          const before = evaluator.nowMs;
          tell(evaluator.advance(presentMs()), before);
        }, delayMs);
      };

      subscriber.add(() => timer?.unsubscribe());
      subscriber.add(
        source.subscribe({
          next: (sample) => {
            const before = evaluator.nowMs;
            tell(evaluator.next(sample), before);
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
}
