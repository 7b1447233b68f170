import { clientError } from '../error/libvirt-error.ts';

/** How many bytes a kibibyte has: libvirt counts memory in it. */
export const kibibyteBytes = 1024;

/** How many bytes a mebibyte has: libvirt counts some bandwidths in it. */
export const mebibyteBytes = 1_048_576;

/**
 * A size in a larger unit, rounded up: never less than what was asked for.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the size is negative or not a number.
 */
export function inUnits(bytes: number, unitBytes: number, what: string): number {
  if (bytes >= 0 && Number.isFinite(bytes)) return Math.ceil(bytes / unitBytes);
  throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', `${what} must be 0 or more bytes, not ${bytes}`);
}

/**
 * A number that must be whole and not negative.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when it is not.
 */
export function checkedCount(count: number, most: number, what: string): number {
  if (Number.isInteger(count) && count >= 0 && count <= most) return count;
  throw clientError(
    'LIBVIRT_ARGUMENT_INVALID',
    'invalid',
    `${what} must be an integer from 0 to ${most}, not ${count}`,
  );
}
