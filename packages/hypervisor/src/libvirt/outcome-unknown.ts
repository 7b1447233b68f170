import { isAway } from './libvirt-host.ts';

/** Whether what was asked for may have been done, or may still be, although the call failed. */
export function isOutcomeUnknown(error: unknown): boolean {
  const { kind, outcomeUnknown, details } = error as Partial<Record<'kind' | 'outcomeUnknown', unknown>> & {
    readonly details?: { readonly outcomeUnknown?: unknown };
  };
  const isGivenUp = kind === 'aborted' || kind === 'timeout';
  return isGivenUp || isAway(error) || outcomeUnknown === true || details?.outcomeUnknown === true;
}
