import type { CallOptions } from '@novacron/core';
import type { BandwidthSpec } from '../definition/network-interface-spec.ts';
import type { NetworkChange, NetworkParts } from './network-parts.ts';
import type { OperationOptions } from './options.ts';

/** A virtual network (<https://libvirt.org/formatnetwork.html>). */
export interface NetworkSpec extends NetworkParts {
  /** Its name. */
  readonly name: string;
  /**
   * How it reaches the world: behind the host's address (`nat`), as a network of its own (`routed`), not at all
   * (`isolated`), through a bridge that the host has (`bridge`), or sharing a device of the host (`direct`: macvtap).
   *
   * @default 'nat'
   */
  readonly mode?: 'nat' | 'routed' | 'isolated' | 'bridge' | 'direct' | undefined;
  /** The bridge: a new one's name, or with mode `bridge` the one the host has. @default a free name */
  readonly bridge?: string | undefined;
  /** The host's device that is shared, or that frames leave by. */
  readonly device?: string | undefined;
  /** The host's own address and its network: `192.168.150.1/24`. Not with modes `bridge` and `direct`. @default none */
  readonly address?: string | undefined;
  /** The same for IPv6: `fd00:1::1/64`. @default none */
  readonly ipv6Address?: string | undefined;
  /** Addresses that are given away by DHCP; the first and the last. @default none */
  readonly dhcpRange?: readonly [first: string, last: string] | undefined;
  /** Addresses that are kept for machines. */
  readonly reservations?: readonly DhcpReservation[] | undefined;
  /** The domain of its machines' names: `lab.internal`. */
  readonly domain?: string | undefined;
  /** DNS servers that are asked for all other names. @default the host's */
  readonly dnsForwarders?: readonly string[] | undefined;
  /** The VLAN of all frames, 1 to 4094; several make a trunk. Modes `bridge` with Open vSwitch, and `direct`. */
  readonly vlan?: number | readonly number[] | undefined;
  /** The bridge is one of Open vSwitch. @default false */
  readonly openVSwitch?: boolean | undefined;
  /** What may come in from the world. */
  readonly inbound?: BandwidthSpec | undefined;
  /** What may go out to the world. */
  readonly outbound?: BandwidthSpec | undefined;
  /** Its MTU in bytes, 68 to 65535. */
  readonly mtuBytes?: number | undefined;
  /** Start it with the host. @default true */
  readonly autostart?: boolean | undefined;
}

/** An address that is kept for a machine. */
export interface DhcpReservation {
  /** Whose: six bytes in hexadecimal. */
  readonly macAddress: string;
  /** Which address. */
  readonly address: string;
  /** The name that DHCP tells it. */
  readonly name?: string | undefined;
}

/** A network as it is now. */
export interface Network extends Required<NetworkParts> {
  /** The hypervisor's stable identifier. */
  readonly id: string;
  readonly name: string;
  /** `nat`, `routed`, `isolated`, `bridge`, `direct`, or another word of the hypervisor's. */
  readonly mode: string;
  /** Whether machines can use it. */
  readonly active: boolean;
  /** Whether it is started with the host. */
  readonly autostart: boolean;
  /** The host's bridge. */
  readonly bridge?: string | undefined;
  /** The host's address and its network: `192.168.150.1/24`. */
  readonly address?: string | undefined;
  /** Addresses that are given away. */
  readonly dhcpRange?: readonly [first: string, last: string] | undefined;
  /** Addresses that are kept for machines. */
  readonly reservations: readonly DhcpReservation[];
}

/** An address that was given away. */
export interface DhcpLease {
  readonly macAddress: string;
  readonly address: string;
  /** How the guest named itself. */
  readonly hostname?: string | undefined;
  /** When it ends, epoch milliseconds. */
  readonly expiresMs: number;
}

/** Operations on networks, which are named by name or id. Need `capabilities.networks`. */
export interface NetworkOperations {
  /**
   * Defines and starts it.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification is wrong; `details.problems` lists all;
   * NOVA_HYPERVISOR_ALREADY_EXISTS when the name is taken.
   */
  create(spec: NetworkSpec, options?: OperationOptions): Promise<Network>;
  /** The network as it is now. */
  get(network: string, options?: CallOptions): Promise<Network>;
  /** All networks, by name. */
  list(options?: CallOptions): Promise<readonly Network[]>;
  /** Starts it. One that is active stays as it is. */
  start(network: string, options?: OperationOptions): Promise<Network>;
  /** Stops it: its machines lose their connection. One that is not active stays as it is. */
  stop(network: string, options?: OperationOptions): Promise<Network>;
  /** Stops it and removes its definition. */
  delete(network: string, options?: OperationOptions): Promise<void>;
  /** Keeps an address for a machine, at once and for good. */
  addReservation(network: string, reservation: DhcpReservation, options?: OperationOptions): Promise<Network>;
  /** Lets go of the address that is kept for this MAC address. */
  removeReservation(network: string, macAddress: string, options?: OperationOptions): Promise<Network>;
  /**
   * Adds and removes names, services and texts of its DNS server, groups of ports, and devices of the host: at once where it
   * runs, and for good. All of it is done, or nothing.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a part is wrong; NOVA_HYPERVISOR_NOT_FOUND when it has not what shall
   * go; NOVA_HYPERVISOR_ALREADY_EXISTS when it has what shall come.
   */
  update(network: string, change: NetworkChange, options?: OperationOptions): Promise<Network>;
  /** The addresses that were given away. */
  leases(network: string, options?: CallOptions): Promise<readonly DhcpLease[]>;
}
