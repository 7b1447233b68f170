import { NovaError } from '@novacron/core';
import { HypervisorError } from './error.ts';

/** The error of an operation, with what it could not take back: `details.leftBehind`, after what is there already. */
export function leavingBehind(error: unknown, left: readonly string[]): unknown {
  if (left.length === 0) return error;
  const { message } = error as Partial<Error>;
  const { kind, retryable, details } = NovaError.isInstance(error)
    ? error
    : { kind: 'internal' as const, retryable: false, details: {} };
  const { leftBehind: before } = details as { readonly leftBehind?: unknown };
  return new HypervisorError({
    kind,
    message: `${message ?? String(error)}; left behind: ${left.join(', ')}`,
    retryable,
    cause: error,
    details: { ...details, leftBehind: [...(Array.isArray(before) ? (before as unknown[]) : []), ...left] },
  });
}
