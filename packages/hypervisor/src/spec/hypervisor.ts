import type { CallOptions } from '@novacron/core';
import type { BackupOperations } from './operations/backups.ts';
import type { HypervisorCapabilities } from './capabilities.ts';
import type { EventKind, HypervisorEvent } from './events.ts';
import type { FilterOperations } from './operations/filters.ts';
import type { GuestOperations } from './operations/guests.ts';
import type { MigrationOperations } from './operations/migrations.ts';
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
  /** What interfaces may send and receive; present when `capabilities.filters`. */
  readonly filters?: FilterOperations | undefined;
  /** Images of disks at one moment; present when `capabilities.backups`. */
  readonly backups?: BackupOperations | undefined;
  /** Moves machines to other hosts; present when `capabilities.migration`. */
  readonly migrations?: MigrationOperations | undefined;
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
  readonly filters: FilterOperations;
  readonly backups: BackupOperations;
  readonly migrations: MigrationOperations;
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
  /** Its devices, by name; absent when the driver does not know them. */
  devices?(options?: CallOptions): Promise<readonly HostDevice[]>;
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
  /** `x86_64`, `aarch64`. Absent when the driver does not say, as is all below. */
  readonly architecture?: string | undefined;
  /** The processor's model, in the hypervisor's words. */
  readonly cpuModel?: string | undefined;
  /** Memory that nobody uses, in bytes. */
  readonly freeMemoryBytes?: number | undefined;
  /** How guests can be run: `kvm`, `qemu`. */
  readonly accelerators?: readonly string[] | undefined;
  /** Its NUMA nodes. */
  readonly numaNodes?: readonly NumaNode[] | undefined;
}

/** A part of a host with memory of its own. */
export interface NumaNode {
  readonly id: number;
  /** The numbers of its CPU threads. */
  readonly cpus: readonly number[];
  readonly memoryBytes: number;
  /** Its huge pages by their size in bytes. */
  readonly hugePages: readonly { readonly sizeBytes: number; readonly count: number }[];
}

/** A device of a host. */
export interface HostDevice {
  /** The hypervisor's name of it: `pci_0000_00_02_0`. */
  readonly name: string;
  /** What kind it is, in the hypervisor's words: `pci`, `net`, `storage`, `usb_device`. */
  readonly kind: string;
  readonly vendor?: string | undefined;
  readonly product?: string | undefined;
  /** Devices of one group go to one guest together. */
  readonly iommuGroup?: number | undefined;
}

/** How events are read. */
export interface EventsOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
  /** What they are about; `lost` is always told. @default ['state'] */
  readonly kinds?: readonly EventKind[] | undefined;
  /** Events kept for a slow reader, at least 1; then the oldest go and a `lost` event tells. @default 1000 */
  readonly queueLimit?: number | undefined;
}
