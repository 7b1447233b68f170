import { NovaError, retry as again, type RetryPolicy } from '@novacron/core';
import { aroundCalls, type HypervisorCall, type Middleware } from './around-calls.ts';

/**
 * Makes calls again that failed with an error that says it may help, after growing waits.
 *
 * A change is made again only when it certainly was not made, or when it is a `create` under a client token; one that ran
 * into its deadline may have been made. What is read piece by piece, and sources that can be read once, are not.
 *
 * @throws {NovaError} NOVA_CORE_INVALID from each call when `attempts` is not a whole number above 0.
 */
export function retry(policy: Omit<RetryPolicy, 'retryable'> = {}): Middleware {
  return aroundCalls((call, next) =>
    again(() => next(), { ...policy, retryable: (error) => mayTryAgain(call, error) }, { signal: signalOf(call) }),
  );
}

function mayTryAgain({ changes, operation, arguments: given, optionsAt }: HypervisorCall, error: unknown): boolean {
  if (!NovaError.isInstance(error) || !error.retryable || operation === 'upload') return false;
  const isUnknown = error.kind === 'timeout' || error.details['outcomeUnknown'] === true;
  if (!changes || !isUnknown) return true;
  const { clientToken } = (given[optionsAt] ?? {}) as { readonly clientToken?: unknown };
  return operation === 'create' && clientToken !== undefined;
}

function signalOf({ arguments: given, optionsAt }: HypervisorCall): AbortSignal | undefined {
  return (given[optionsAt] as { readonly signal?: AbortSignal } | undefined)?.signal;
}
