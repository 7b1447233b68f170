import type { VmState } from './vm-state.ts';

/** Something that happened, as the hypervisor told it. */
export type HypervisorEvent = VmEvent | EventsLost;

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

/** Events were missed: the reader was too slow, or the connection was away. List again to know how things are. */
export interface EventsLost {
  readonly type: 'lost';
  /** How many, when that is known. */
  readonly count?: number | undefined;
  /** When the gap was noticed, epoch milliseconds. */
  readonly timeMs: number;
}
