import type { protocol } from 'node-libvirt';
import type { FakeDaemon, Failure } from 'node-libvirt/testing';

/** A domain of a fake libvirtd. */
export interface FakeDomain {
  reference: protocol.NonnullDomain;
  xml: string;
  autostart: number;
  /** What it has when it is off again. */
  readonly next: { vcpus?: number; maximumVcpus?: number; memoryKib?: number };
  /** XML by name. */
  readonly snapshots: Map<string, string>;
  currentSnapshot: string | undefined;
  /** Names, the oldest first. */
  readonly checkpoints: string[];
  state: number;
  reason: number;
  /** Whether it outlives its end. */
  persistent: boolean;
}

/** The domains of a fake libvirtd, for those who answer more calls about them. */
export interface FakeDomains {
  readonly daemon: FakeDaemon;
  /** Guests do as they are asked; otherwise they ignore it. */
  readonly guestsObey: boolean;
  /** Answers for a domain, or that there is none. */
  with<Ret>(dom: protocol.NonnullDomain, answer: (domain: FakeDomain) => Ret | Failure): Ret | Failure;
  /** Changes a domain's state and tells the event. */
  change(domain: FakeDomain, state: number, reason: number, event: number, detail: number): undefined;
  /** A domain that is off has the size that it was given. */
  settle(domain: FakeDomain): undefined;
}

/** The most CPUs that it can have. */
export const maximumVcpus = ({ xml }: FakeDomain): number => Number(/<vcpu[^>]*>(\d+)/.exec(xml)?.[1] ?? 1);
