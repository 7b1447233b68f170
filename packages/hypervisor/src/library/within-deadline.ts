import { NovaError, withDeadline, type CallOptions } from '@novacron/core';
import { leavingBehind } from '../left-behind.ts';

/**
 * Runs an operation of many steps under the caller's signal and one deadline. Other than with a single call its end is
 * waited for, so that what it has made is taken back before it rejects, and is named when it could not be. An operation
 * that got to its end nevertheless has succeeded.
 *
 * @param task - Gets a signal that fires on abort and on timeout; it must heed it.
 * @throws {NovaError} NOVA_CORE_ABORTED or NOVA_CORE_TIMEOUT.
 */
export async function withinDeadline<T>(
  options: CallOptions | undefined,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let work: Promise<T> | undefined;
  try {
    return await withDeadline(options, (signal) => (work = task(signal)));
  } catch (error) {
    if (work === undefined) throw error;
    const [ended] = await Promise.allSettled([work]);
    if (ended.status === 'fulfilled') return ended.value;
    if (ended.reason === error || !NovaError.isInstance(ended.reason)) throw error;
    throw leavingBehind(error, (ended.reason.details['leftBehind'] ?? []) as readonly string[]);
  }
}
