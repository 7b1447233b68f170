import { systemClock, type CallOptions, type Clock } from '@novacron/core';
import { invalid, MlError } from './error.ts';

/**
 * What every `fit` takes. Fitting is synchronous, so a signal can only be seen before it starts; the time budget is
 * checked again and again while it works.
 */
export interface FitOptions extends CallOptions {
  /** Measures the time budget. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Makes the check that a fit calls between its steps.
 *
 * @throws {MlError} NOVA_ML_ABORTED at once when the signal has fired, and from the check.
 * @throws {MlError} NOVA_ML_TIMEOUT from the check when `timeoutMs` has passed.
 * @throws {MlError} NOVA_ML_INVALID when `timeoutMs` is negative or not a number.
 */
export function fitBudget(options: FitOptions = {}): () => void {
  const { signal, timeoutMs = Infinity, clock = systemClock } = options;
  if (!(timeoutMs >= 0)) throw invalid(`timeoutMs must be 0 or more, not ${String(timeoutMs)}`, { timeoutMs });
  const endMs = timeoutMs === Infinity ? Infinity : clock.monotonic() + timeoutMs;
  const check = (): void => {
    if (signal?.aborted === true) {
      throw new MlError({ kind: 'aborted', message: 'The fit was aborted by its signal', cause: signal.reason });
    }
    if (endMs !== Infinity && clock.monotonic() > endMs) {
      throw new MlError({
        kind: 'timeout',
        message: `The fit did not end within ${timeoutMs} ms`,
        details: { timeoutMs },
      });
    }
  };
  check();
  return check;
}
