import type { CallOptions } from '@novacron/core';
import type { HypervisorCapabilities } from './capabilities.ts';
import type { HypervisorEvent } from './events.ts';
import type { GuestOperations } from './operations/guests.ts';
import type { NetworkOperations } from './operations/networks.ts';
import type { PoolOperations } from './operations/pools.ts';
import type { SnapshotOperations } from './operations/snapshots.ts';
import type { DeleteVmOptions, VmDeletion, VmOperations } from './operations/vms.ts';
import type { VolumeOperations } from './operations/volumes.ts';

/**
 * A place where virtual machines live: a libvirt host, a cloud region, a simulation. One interface for all of
 * them; what differs is told by {@link Hypervisor.capabilities}.
 */
export interface Hypervisor extends AsyncDisposable {
  /** The version of this interface, for drivers made by others. */
  readonly specificationVersion: 1;
  /** Which driver: `libvirt`, `memory`, `aws`. */
  readonly driver: string;
  /** Which place, for people: `qemu:///system`, `eu-central-1`. Never a secret. */
  readonly name: string;
  /** What this driver can do. */
  readonly capabilities: HypervisorCapabilities;
  /** The virtual machines. */
  readonly vms: VmOperations;
  /** What guests do by their agents; present when `capabilities.guestAgent`. */
  readonly guests?: GuestOperations | undefined;
  /** Snapshots of machines; present when `capabilities.snapshots`. */
  readonly snapshots?: SnapshotOperations | undefined;
  /** Where volumes are kept; present when `capabilities.volumes`. */
  readonly pools?: PoolOperations | undefined;
  /** The volumes of disks; present when `capabilities.volumes`. */
  readonly volumes?: VolumeOperations | undefined;
  /** Virtual networks; present when `capabilities.networks`. */
  readonly networks?: NetworkOperations | undefined;
  /** The machine underneath; present when `capabilities.host`. */
  readonly host?: HostOperations | undefined;
  /**
   * What happens from now on. Ends when the signal fires or the hypervisor is closed.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when `queueLimit` is not a whole number above 0.
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE from the iteration when the connection is lost, or the
   * hypervisor was closed before.
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when not `capabilities.events`.
   */
  events(options?: EventsOptions): AsyncIterable<HypervisorEvent>;
  /** Lets go of connections. Machines go on. Calling it again does nothing. */
  close(): Promise<void>;
}

/** A hypervisor with every operation: what a capability rules out is there too, and says so when it is called. */
export interface CompleteHypervisor extends Hypervisor {
  readonly vms: CompleteVmOperations;
  readonly guests: GuestOperations;
  readonly snapshots: SnapshotOperations;
  readonly pools: PoolOperations;
  readonly volumes: VolumeOperations;
  readonly networks: NetworkOperations;
  readonly host: HostOperations;
}

/** Every operation on machines. */
export interface CompleteVmOperations extends Required<VmOperations> {
  delete(vm: string, options?: DeleteVmOptions): Promise<VmDeletion>;
}

/** Operations on the machine underneath. */
export interface HostOperations {
  /** What it is and has. */
  info(options?: CallOptions): Promise<HostInfo>;
}

/** The machine underneath. */
export interface HostInfo {
  /** Its host name. */
  readonly hostname: string;
  /** CPU threads. */
  readonly cpus: number;
  /** Memory in bytes. */
  readonly memoryBytes: number;
  /** The hypervisor and its version: `QEMU 7.2.22`. */
  readonly hypervisor: string;
}

/** How events are read. */
export interface EventsOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
  /** Events kept for a slow reader, at least 1; then the oldest go and a `lost` event tells. @default 1000 */
  readonly queueLimit?: number | undefined;
}
