import type { VmState } from './vm-state.ts';

/** Something that happened, as the hypervisor told it. */
export type HypervisorEvent = VmEvent | VmNotice | ResourceEvent | EventsLost;

/** What events are about: the states of machines, what else happens to them, and other things of the hypervisor. */
export type EventKind = 'state' | 'device' | 'problem' | 'job' | 'agent' | 'network' | 'pool';

/** A virtual machine changed. */
export interface VmEvent {
  readonly type:
    | 'created'
    | 'started'
    | 'stopped'
    | 'suspended'
    | 'resumed'
    | 'rebooted'
    | 'crashed'
    | 'changed'
    | 'deleted';
  /** Which machine. */
  readonly vmId: string;
  /** Its name when it happened. */
  readonly name: string;
  /** Its state after it. */
  readonly state: VmState;
  /** When the driver learned of it, epoch milliseconds. */
  readonly timeMs: number;
  /** The vendor's reason, in its own words. */
  readonly reason?: string | undefined;
}

/** Something happened to a virtual machine, or in it, besides a change of its state. */
export interface VmNotice {
  /**
   * Of the kind `device`: `device-…`; `problem`: `io-error` and `watchdog`; `job`: a job on a disk ended, or can be ended;
   * `agent`: the guest's agent came or went.
   */
  readonly type:
    | 'device-added'
    | 'device-removed'
    | 'device-removal-failed'
    | 'io-error'
    | 'watchdog'
    | 'block-job'
    | 'agent-connected'
    | 'agent-disconnected';
  /** Which machine. */
  readonly vmId: string;
  /** Its name when it happened. */
  readonly name: string;
  /** Which device or disk of it, in the hypervisor's words: `vda`, `virtio-disk0`. */
  readonly subject?: string | undefined;
  /** Why, or how it went, in the hypervisor's words: `enospc`, `active-commit completed`. */
  readonly reason?: string | undefined;
  /** When the driver learned of it, epoch milliseconds. */
  readonly timeMs: number;
}

/** A network or a pool came, went, or was started or stopped. */
export interface ResourceEvent {
  readonly type: 'network' | 'pool';
  /** Its name. */
  readonly name: string;
  /** What became of it; `defined` also when it is defined anew. */
  readonly change: 'defined' | 'started' | 'stopped' | 'deleted';
  /** When the driver learned of it, epoch milliseconds. */
  readonly timeMs: number;
}

/** Events were missed: the reader was too slow, or the connection was away. List again to know how things are. */
export interface EventsLost {
  readonly type: 'lost';
  /** How many, when that is known. */
  readonly count?: number | undefined;
  /** When the gap was noticed, epoch milliseconds. */
  readonly timeMs: number;
}
