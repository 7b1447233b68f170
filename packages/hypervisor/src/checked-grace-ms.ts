import { HypervisorError } from './error.ts';

/**
 * The grace that a guest gets, checked. For drivers.
 *
 * @param graceMs - What the caller asked for, in milliseconds. @default 60_000
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it is negative or not a number.
 */
export function checkedGraceMs(graceMs: number = 60_000): number {
  if (typeof graceMs === 'number' && graceMs >= 0) return graceMs;
  throw new HypervisorError({
    kind: 'invalid',
    message: `graceMs must be a number of 0 or more, not ${typeof graceMs === 'number' ? graceMs : typeof graceMs}`,
    details: { graceMs },
  });
}
