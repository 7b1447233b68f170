import type { Clock } from '@novacron/core';
import type { OperationOptions } from './spec/operations/options.ts';

/** Tells what was done. For drivers. */
export type Trail = (step: string, subject: string) => void;

/** Tells the caller of an operation what is done on its way. */
export function trailOf(operation: string, options: OperationOptions | undefined, clock: Clock): Trail {
  return (step, subject) => {
    try {
      options?.onStep?.({ operation, step, subject, timeMs: clock.now() });
    } catch {
      // A listener's own failure must not break what it listens to.
    }
  };
}

/** Tells a listener, if there is one, whose own failure must not break what it listens to. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch {
    // It is ignored, as the documentation of listeners says.
  }
}
