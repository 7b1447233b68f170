import { systemClock, type CallOptions, type Clock } from '@novacron/core';
import { invalid, MlError } from './error.ts';
import { checkOptions } from './values.ts';

/**
 * What every `fit` takes. Fitting is synchronous, so a signal can only be seen before it starts; the time budget is
 * checked again and again while it works.
 */
export interface FitOptions extends CallOptions {
  /** Measures the time budget. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** The check that a fit calls between its steps. */
export interface FitBudget {
  /** Throws when the signal has fired or the time is up. */
  (): void;
  /** What a fit inside of this one is given: the same signal and clock, and the time that is left. Checks first. */
  rest(): FitOptions;
}

/**
 * Makes the check that a fit calls between its steps.
 *
 * @throws {MlError} NOVA_ML_ABORTED at once when the signal has fired, and from the check.
 * @throws {MlError} NOVA_ML_TIMEOUT from the check when `timeoutMs` has passed.
 * @throws {MlError} NOVA_ML_INVALID when the options are none, or `timeoutMs` is negative or not a number.
 */
export function fitBudget(options: FitOptions = {}): FitBudget {
  checkOptions(options);
  const { signal, timeoutMs = Infinity, clock = systemClock } = options;
  if (!(timeoutMs >= 0)) throw invalid(`timeoutMs must be 0 or more, not ${String(timeoutMs)}`, { timeoutMs });
  const endMs = timeoutMs === Infinity ? Infinity : clock.monotonic() + timeoutMs;
  const heed = (): void => {
    if (signal?.aborted !== true) return;
    throw new MlError({ kind: 'aborted', message: 'The fit was aborted by its signal', cause: signal.reason });
  };
  const check = (): void => {
    heed();
    if (endMs !== Infinity && clock.monotonic() > endMs) {
      throw new MlError({
        kind: 'timeout',
        message: `The fit did not end within ${timeoutMs} ms`,
        details: { timeoutMs },
      });
    }
  };
  const rest = (): FitOptions => {
    check();
    return { signal, clock, timeoutMs: endMs === Infinity ? undefined : Math.max(0, endMs - clock.monotonic()) };
  };
  heed();
  return Object.assign(check, { rest });
}
