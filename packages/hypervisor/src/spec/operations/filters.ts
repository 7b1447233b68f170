import type { CallOptions } from '@novacron/core';
import type { NetworkFilterSpec } from '../definition/network-interface-spec.ts';
import type { OperationOptions } from './options.ts';

/** What a filter does with frames; interfaces name it as `filter`. */
export interface FilterSpec {
  /** Its name, without slashes. */
  readonly name: string;
  /** Which frames reach it. @default 'root': all */
  readonly chain?: 'root' | 'mac' | 'arp' | 'rarp' | 'ipv4' | 'ipv6' | undefined;
  /** Other filters that apply before its own rules, with values of their variables. @default none */
  readonly includes?: readonly NetworkFilterSpec[] | undefined;
  /** Its own rules; the lowest priority comes first, and the first that fits decides. @default none */
  readonly rules?: readonly FilterRule[] | undefined;
}

/** A rule of a filter. */
export interface FilterRule {
  /** What becomes of a frame: `reject` tells the sender, `drop` does not; `return` leaves this filter. */
  readonly action: 'accept' | 'drop' | 'reject' | 'return' | 'continue';
  /** Seen from the guest: `out` is what it sends. */
  readonly direction: 'in' | 'out' | 'inout';
  /** -1000 to 1000. @default 500 */
  readonly priority?: number | undefined;
  /** What it looks at; `all` is all of IPv4. @default every frame */
  readonly protocol?: FilterProtocol | undefined;
  /** Where it comes from: an address, or a network as `10.0.0.0/8`. Needs a protocol. @default anywhere */
  readonly source?: string | undefined;
  /** Where it goes to, written like `source`. @default anywhere */
  readonly destination?: string | undefined;
  /** The first and the last port that it comes from, 0 to 65535; TCP and UDP only. @default any */
  readonly sourcePorts?: readonly [first: number, last: number] | undefined;
  /** The first and the last port that it goes to; TCP and UDP only. @default any */
  readonly destinationPorts?: readonly [first: number, last: number] | undefined;
}

/** What rules can look at. */
export type FilterProtocol = 'all' | 'tcp' | 'udp' | 'icmp' | 'all-ipv6' | 'tcp-ipv6' | 'udp-ipv6' | 'icmpv6';

/** A filter as it is now. */
export interface Filter {
  /** The hypervisor's identifier. */
  readonly id: string;
  readonly name: string;
  /** Which frames reach it, in the hypervisor's word. */
  readonly chain: string;
  readonly includes: readonly NetworkFilterSpec[];
  /** Its rules, as far as a {@link FilterRule} can say them. */
  readonly rules: readonly FilterRule[];
  /** How many of its rules say more than that: those that others have made. */
  readonly otherRules: number;
}

/** Operations on filters. Need `capabilities.filters`. A filter that is not there is NOVA_HYPERVISOR_NOT_FOUND. */
export interface FilterOperations {
  /**
   * Defines a filter, or defines it anew: where it applies, it changes at once.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification is wrong; `details.problems` lists all;
   * NOVA_HYPERVISOR_NOT_FOUND when it includes a filter that is not there.
   */
  define(filter: FilterSpec, options?: OperationOptions): Promise<Filter>;
  /** The filter of this name or id. */
  get(filter: string, options?: CallOptions): Promise<Filter>;
  /** All filters, those that the hypervisor brings along included, by name. */
  list(options?: CallOptions): Promise<readonly Filter[]>;
  /**
   * Deletes a filter. A machine that is off may go on naming it: it can't be started then.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when a machine that is on, or another filter, uses it.
   */
  delete(filter: string, options?: OperationOptions): Promise<void>;
}
