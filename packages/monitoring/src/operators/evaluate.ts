import type { Sample } from '@novacron/core';
import { Observable, type OperatorFunction } from 'rxjs';
import type { AlertEvent } from '../alert/alert-event.ts';
import type { AlertEvaluator } from '../alert/alert-rule.ts';

/** Runs samples through an evaluator, a new one for each subscriber. */
export function evaluate(createEvaluator: () => AlertEvaluator): OperatorFunction<Sample, AlertEvent> {
  return (source) =>
    new Observable((subscriber) => {
      const evaluator = createEvaluator();
      return source.subscribe({
        next: (sample) => {
          for (const event of evaluator.next(sample)) subscriber.next(event);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
