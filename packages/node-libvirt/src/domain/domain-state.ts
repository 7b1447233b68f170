import {
  blockedReasonNames,
  crashedReasonNames,
  domainStateNames,
  nostateReasonNames,
  pausedReasonNames,
  pmsuspendedReasonNames,
  runningReasonNames,
  shutdownReasonNames,
  shutoffReasonNames,
} from '../protocol/names.gen.ts';

/** What a domain does: libvirt's `virDomainState` in lower case; `unknown` for a state newer than this package. */
export type DomainState = (typeof domainStateNames)[number] | 'unknown';

/** A state with what led to it. */
export interface DomainStateAndReason {
  readonly state: DomainState;
  /** libvirt's reason in lower case: `booted`, `user`, `shutdown`, `crashed`, ...; `unknown` when it tells none. */
  readonly reason: string;
  /** libvirt's own numbers. */
  readonly native: { readonly state: number; readonly reason: number };
}

const reasonNames: Readonly<Record<DomainState, readonly string[]>> = {
  nostate: nostateReasonNames,
  running: runningReasonNames,
  blocked: blockedReasonNames,
  paused: pausedReasonNames,
  shutdown: shutdownReasonNames,
  shutoff: shutoffReasonNames,
  crashed: crashedReasonNames,
  pmsuspended: pmsuspendedReasonNames,
  unknown: [],
};

/**
 * The words for libvirt's numbers of a domain's state and its reason.
 *
 * @example
 * ```ts
 * import { domainState } from 'node-libvirt';
 *
 * domainState(1, 1) // => { state: 'running', reason: 'booted', native: { state: 1, reason: 1 } }
 * domainState(99, 0).state // => 'unknown'
 * ```
 */
export function domainState(state: number, reason: number): DomainStateAndReason {
  const word = domainStateNames[state] ?? 'unknown';
  return { state: word, reason: reasonNames[word][reason] ?? 'unknown', native: { state, reason } };
}
