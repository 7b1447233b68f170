import type { CallOptions } from './call-options.ts';
import type { Clock } from './clock.ts';
import { watchDeadline } from './deadline.ts';

/**
 * Does work of several steps under one deadline.
 *
 * @param work - The work; the signal it gets fires when the deadline does.
 * @throws {LibvirtError} LIBVIRT_ABORTED, LIBVIRT_TIMEOUT, LIBVIRT_ARGUMENT_INVALID; whatever the work rejects with.
 */
export function withDeadline<Value>(
  options: CallOptions | undefined,
  clock: Clock,
  name: string,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const release = watchDeadline(options, clock, name, (error) => {
      reject(error);
      controller.abort(error);
    });
    work(controller.signal).then(resolve, reject).finally(release);
  });
}
