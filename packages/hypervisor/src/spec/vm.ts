import type { VmState } from './vm-state.ts';

/** A virtual machine as it is now. */
export interface Vm {
  /** The hypervisor's own stable identifier: a UUID on libvirt, `i-…` on AWS. */
  readonly id: string;
  /** The name a person gave it. */
  readonly name: string;
  /** Where it is in the state machine. */
  readonly state: VmState;
  /** Virtual CPUs. Absent when the vendor does not say. */
  readonly vcpus?: number | undefined;
  /** Memory in bytes. Absent when the vendor does not say. */
  readonly memoryBytes?: number | undefined;
  /** Labels for people and searches. */
  readonly tags: Readonly<Record<string, string>>;
  /** Free text. */
  readonly description?: string | undefined;
  /** Whose it is. */
  readonly owner?: string | undefined;
  /** What kind it is: `database`, `staging`. */
  readonly category?: string | undefined;
  /** Notes of people, in lines. */
  readonly notes?: string | undefined;
  /** When it was made, epoch milliseconds. Absent when the vendor does not say. */
  readonly createdMs?: number | undefined;
  /** The vendor's own words. */
  readonly native: VmNative;
}

/** The vendor's own values, for whoever needs more than the common model. */
export interface VmNative {
  /** The state in the vendor's words: `shutoff`, `shutting-down`. */
  readonly state: string;
  /** Why it is in that state, in the vendor's words. */
  readonly reason?: string | undefined;
  /** Other fields, by driver. */
  readonly [field: string]: unknown;
}
