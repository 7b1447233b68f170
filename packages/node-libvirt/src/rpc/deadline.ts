import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from './call-options.ts';
import type { Clock } from './clock.ts';

/**
 * Watches a call's signal and timeout.
 *
 * @param onStop - Called once with the error when either fires.
 * @param outcomeUnknown - Whether the work may have been done all the same: the call was sent.
 * @returns a function that ends the watch.
 * @throws {LibvirtError} LIBVIRT_ABORTED when the signal has fired already, LIBVIRT_ARGUMENT_INVALID when `timeoutMs` is
 * not a positive number.
 */
export function watchDeadline(
  options: CallOptions | undefined,
  clock: Clock,
  procedure: string,
  onStop: (error: LibvirtError) => void,
  outcomeUnknown: boolean = true,
): () => void {
  const signal = options?.signal;
  const timeoutMs = options?.timeoutMs;
  if (signal === undefined && timeoutMs === undefined) return nothing;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw clientError(
      'LIBVIRT_ARGUMENT_INVALID',
      'invalid',
      `${procedure}: timeoutMs must be above 0, not ${timeoutMs}`,
    );
  }

  if (signal?.aborted) throw abortedError(procedure, signal, false);

  const onAbort = (): void => {
    stop();
    onStop(abortedError(procedure, signal, outcomeUnknown));
  };
  const onTimeout = (): void => {
    stop();
    const message = `${procedure} got no answer within ${timeoutMs} ms`;
    onStop(clientError('LIBVIRT_TIMEOUT', 'timeout', message, { procedure, outcomeUnknown }));
  };
  const cancelTimer = timeoutMs === undefined || timeoutMs === Infinity ? nothing : clock.after(timeoutMs, onTimeout);
  const stop = (): void => {
    cancelTimer();
    signal?.removeEventListener('abort', onAbort);
  };
  signal?.addEventListener('abort', onAbort);
  return stop;
}

/** The error of a call whose signal fired. */
export function abortedError(
  procedure: string,
  signal: AbortSignal | undefined,
  outcomeUnknown: boolean,
): LibvirtError {
  const message = `${procedure} was aborted by its signal`;
  return clientError('LIBVIRT_ABORTED', 'aborted', message, { procedure, outcomeUnknown, cause: signal?.reason });
}

function nothing(): void {}
