import { systemClock, withDeadline, type CallOptions } from '@novacron/core';
import { invalid, MlError } from '../error.ts';
import { checkOptions } from '../values.ts';
import { deadlineError } from '../workers/deadline-error.ts';
import { turns } from './turns.ts';

/**
 * Runs a task in rounds under the caller's signal and deadline. A session may answer without ever giving way to timers, so
 * the task itself gives way now and then, and looks at the time in every round.
 *
 * @param what - What is stopped, in the plural: `'The forecasts'`.
 * @param task - Awaits its turn before each round.
 * @throws {MlError} NOVA_ML_INVALID when the options are none, or `timeoutMs` is negative or not a number.
 * @throws {MlError} NOVA_ML_ABORTED when the signal fires.
 * @throws {MlError} NOVA_ML_TIMEOUT when `timeoutMs` has passed.
 */
export async function inRounds<T>(
  options: CallOptions,
  what: string,
  task: (turn: () => Promise<void>) => Promise<T>,
): Promise<T> {
  checkOptions(options);
  const { timeoutMs = Infinity } = options;
  if (!(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    throw invalid(`timeoutMs must be 0 or more, not ${String(timeoutMs)}`, { timeoutMs });
  }
  const endMs = systemClock.monotonic() + timeoutMs;
  try {
    return await withDeadline(options, (stop) => {
      const check = (): void => {
        stop.throwIfAborted();
        if (systemClock.monotonic() <= endMs) return;
        throw new MlError({ kind: 'timeout', message: `${what} did not end in time`, details: { timeoutMs } });
      };
      return task(turns(systemClock, check));
    });
  } catch (error) {
    throw deadlineError(error, what);
  }
}
