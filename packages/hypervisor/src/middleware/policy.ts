import { HypervisorError } from '../error.ts';
import { aroundCalls, type HypervisorCall, type Middleware } from './around-calls.ts';

/** Who may do what: `true`, or why not. What it throws is thrown to the caller; the call is not made. */
export type PolicyDecision = (call: HypervisorCall) => boolean | string | Promise<boolean | string>;

/**
 * Asks before each call whether it may be made.
 *
 * @param decide - Gets the call and answers `true`, `false`, or a reason for people.
 */
export function policy(decide: PolicyDecision): Middleware {
  return aroundCalls(async (call, next) => {
    const decision = await decide(call);
    if (decision === true) return next();
    const { group, operation, subject } = call;
    const what = `${group}.${operation}${subject === undefined ? '' : ` of ${JSON.stringify(subject)}`}`;
    throw new HypervisorError({
      kind: 'permission',
      retryable: false,
      message: `${what} is not allowed${typeof decision === 'string' ? `: ${decision}` : ''}`,
      details: { group, operation, subject, reason: decision || undefined },
    });
  });
}

/**
 * Lets nothing be changed.
 *
 * @example
 * ```ts
 * import { readOnly } from '@novacron/hypervisor/middleware';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * await using hypervisor = readOnly()(createMemoryHypervisor());
 * const refused = await hypervisor.vms.create({ name: 'web-1' }).catch((error: { kind: string }) => error.kind);
 * refused // => 'permission'
 * ```
 */
export function readOnly(): Middleware {
  return policy(({ changes }) => (changes ? 'this hypervisor is read-only' : true));
}
