import type { LibvirtError } from '../error/libvirt-error.ts';
import { connectError } from '../transport/connect-error.ts';

/** The error about a configuration file: where in it, and what was expected; never what stands there. */
export function configError(path: string, line: number | undefined, message: string, cause?: unknown): LibvirtError {
  return connectError('LIBVIRT_CONFIG_INVALID', `${path}${line === undefined ? '' : `, line ${line}`}: ${message}`, {
    cause,
  });
}
