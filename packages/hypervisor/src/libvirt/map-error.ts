import { LibvirtError } from 'node-libvirt';
import { HypervisorError, notFoundError } from '../error.ts';

/**
 * libvirt's error in the common vocabulary; the original is its cause, and its number stands in
 * `details.libvirtCode`. Other errors pass as they are.
 *
 * @param error - What was thrown.
 * @param vm - The machine it was about.
 */
export function mapError(error: unknown, vm?: string): unknown {
  if (!LibvirtError.isInstance(error)) return error;
  if (error.kind === 'not-found' && vm !== undefined && error.code === 'LIBVIRT_NO_DOMAIN') return notFoundError(vm);
  return new HypervisorError({
    kind: error.kind,
    message: `libvirt: ${error.message}`,
    retryable: error.retryable,
    cause: error,
    details: {
      ...(vm === undefined ? {} : { vm }),
      ...(error.libvirtCode === undefined ? {} : { libvirtCode: error.libvirtCode }),
      ...(error.outcomeUnknown ? { outcomeUnknown: true } : {}),
    },
  });
}
