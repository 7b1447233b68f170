import type { CallOptions, NovaError } from '@novacron/core';
import type { DiskSpec } from '../definition/disk-spec.ts';
import type { NetworkInterfaceSpec } from '../definition/network-interface-spec.ts';
import type { VmSpec } from '../definition/vm-spec.ts';
import type { VmState } from '../vm-state.ts';
import type { VmStats } from '../vm-stats.ts';
import type { Vm } from '../vm.ts';
import type { DefineVmOptions, VmDefinition } from './definitions.ts';
import type { VmChanges, VmDetails, VmDetailsOptions } from './vm-details.ts';
import type { OperationOptions } from './options.ts';
import type { PlanOptions, VmPlan } from './plan.ts';
import type { ConsoleOptions, ConsoleStream, MediaSource, Screenshot, VmResize, VmSize } from './vm-devices.ts';

/**
 * Operations on virtual machines. `vm` is an id or a name; an id wins when both match.
 *
 * Every operation waits for its outcome and returns the machine as it is then. All of them can throw
 * NOVA_HYPERVISOR_NOT_FOUND (no such machine), NOVA_HYPERVISOR_CONFLICT (not in this state; `details.state` and
 * `details.allowed` say more), NOVA_HYPERVISOR_PERMISSION and NOVA_HYPERVISOR_UNAVAILABLE; and, as every call,
 * NOVA_CORE_ABORTED and NOVA_CORE_TIMEOUT.
 */
export interface VmOperations {
  /**
   * Makes a machine, and starts it when asked.
   *
   * A new machine that can't be started is taken away again, and the failure of the start is thrown. When the outcome
   * of the start is not known (the call was aborted or timed out, the connection broke) the machine stays.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification or the token is wrong;
   * `details.problems` lists all.
   * @throws {HypervisorError} NOVA_HYPERVISOR_ALREADY_EXISTS when the name is taken.
   * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when there is no room for it.
   */
  create(spec: VmSpec, options?: CreateVmOptions): Promise<Vm>;
  /** The machine as it is now. */
  get(vm: string, options?: CallOptions): Promise<Vm>;
  /** The machines that match, sorted. Items and errors come together: a part that can't be reached hides no other. */
  list<Field extends keyof Vm = keyof Vm>(query?: VmQuery<Field>, options?: CallOptions): Promise<VmList<Field>>;
  /** Starts it; returns when it runs. */
  start(vm: string, options?: OperationOptions): Promise<Vm>;
  /** Shuts it down; returns when it is off. */
  stop(vm: string, options?: StopVmOptions): Promise<Vm>;
  /** Restarts the guest. */
  reboot(vm: string, options?: RebootVmOptions): Promise<Vm>;
  /** Stops its CPUs and keeps its memory: `paused`. Needs `capabilities.suspend`. */
  suspend(vm: string, options?: OperationOptions): Promise<Vm>;
  /** Lets its CPUs go on. Needs `capabilities.suspend`. */
  resume(vm: string, options?: OperationOptions): Promise<Vm>;
  /**
   * Takes it away. A machine that is on, or whose memory is saved, must be stopped first, or `force` or `stop` given.
   *
   * @returns what went with it, from drivers with `capabilities.volumes`.
   */
  delete(vm: string, options?: DeleteVmOptions): Promise<VmDeletion | void>;
  /** What the machines use now, in one call. Needs `capabilities.stats`. */
  stats(options?: VmStatsOptions): Promise<VmStatsList>;

  /** What `create` would do, and all that speaks against it. Needs `capabilities.plan`. */
  plan?(spec: VmSpec, options?: PlanOptions): Promise<VmPlan>;
  /** All there is to know of it. Needs `capabilities.details`. */
  details?(vm: string, options?: VmDetailsOptions): Promise<VmDetails>;
  /** Changes what people say of it, on or off. Needs `capabilities.metadata`. */
  update?(vm: string, changes: VmChanges, options?: OperationOptions): Promise<Vm>;
  /** Gives it another name while it is off. Needs `capabilities.rename`. */
  rename?(vm: string, name: string, options?: OperationOptions): Promise<Vm>;
  /** Starts it with the host, or not. Needs `capabilities.autostart`. */
  setAutostart?(vm: string, autostart: boolean, options?: OperationOptions): Promise<Vm>;
  /** Resets it at once, as the button does: `reboot` with force. Needs `capabilities.reset`. */
  reset?(vm: string, options?: OperationOptions): Promise<Vm>;
  /** Saves its memory on disk and ends it: `suspended`; `start` goes on from there. Needs `capabilities.save`. */
  save?(vm: string, options?: OperationOptions): Promise<Vm>;
  /** Throws its saved memory away: `stopped`. Needs `capabilities.save`. */
  discardSaved?(vm: string, options?: OperationOptions): Promise<Vm>;
  /** Changes CPUs and memory, at once where the machine can, else from its next start. Needs `capabilities.resize`. */
  resize?(vm: string, size: VmSize, options?: OperationOptions): Promise<VmResize>;
  /** Makes a disk larger, on or off; the guest has to make its file system larger. Needs `capabilities.devices`. */
  resizeDisk?(vm: string, device: string, sizeBytes: number, options?: OperationOptions): Promise<void>;
  /** Adds a disk, at once when it is on. @returns the disk as the guest sees it: `vdb`. Needs `capabilities.devices`. */
  attachDisk?(vm: string, disk: DiskSpec, options?: OperationOptions): Promise<string>;
  /** Removes a disk by its device; its volume stays. Needs `capabilities.devices`. */
  detachDisk?(vm: string, device: string, options?: OperationOptions): Promise<void>;
  /** Adds a network interface. @returns its MAC address. Needs `capabilities.devices`. */
  attachNetwork?(vm: string, network: NetworkInterfaceSpec, options?: OperationOptions): Promise<string>;
  /** Removes a network interface by its MAC address. Needs `capabilities.devices`. */
  detachNetwork?(vm: string, macAddress: string, options?: OperationOptions): Promise<void>;
  /** Puts an image into a CD-ROM drive, or takes out what is in it. Needs `capabilities.devices`. */
  changeMedia?(vm: string, device: string, media: MediaSource | undefined, options?: OperationOptions): Promise<void>;
  /** Opens its serial console. Needs `capabilities.console`. */
  openConsole?(vm: string, options?: ConsoleOptions): Promise<ConsoleStream>;
  /** What it is defined as, for `define` and the functions of `@novacron/hypervisor/library`. Needs `capabilities.definitions`. */
  definition?(vm: string, options?: CallOptions): Promise<VmDefinition>;
  /**
   * Makes a machine after a definition, off. Needs `capabilities.definitions`.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a disk that is written to gets no volume of its own;
   * NOVA_HYPERVISOR_UNSUPPORTED when the definition is another driver's; NOVA_HYPERVISOR_ALREADY_EXISTS when the name is
   * taken.
   */
  define?(definition: VmDefinition, options?: DefineVmOptions): Promise<Vm>;
  /** A picture of its screen. Needs `capabilities.screenshot`. */
  screenshot?(vm: string, options?: CallOptions): Promise<Screenshot>;
}

/** How a machine is made. */
export interface CreateVmOptions extends OperationOptions {
  /** Start it too. @default false */
  readonly start?: boolean | undefined;
  /**
   * Any text of 1 to 64 characters: calls with the same token make one machine and return it, started if that is
   * asked and it is off. For safe retries.
   * @default none
   */
  readonly clientToken?: string | undefined;
  /** Look at the host first and refuse with all that speaks against it, as `plan` does. @default false */
  readonly checkHost?: boolean | undefined;
}

/** How a machine is stopped. */
export interface StopVmOptions extends OperationOptions {
  /** Cut the power at once, also when a shutdown is under way. @default false */
  readonly force?: boolean | undefined;
  /** How long the guest gets to shut down, in milliseconds; 0 or more. @default 60_000 */
  readonly graceMs?: number | undefined;
  /**
   * What happens when it does not: cut the power, or fail with NOVA_HYPERVISOR_TIMEOUT. The guest of a paused machine
   * can't hear the request: its power is cut at once, or the call fails with NOVA_HYPERVISOR_CONFLICT.
   *
   * @default 'force'
   */
  readonly afterGrace?: 'force' | 'fail' | undefined;
}

/** How a machine is restarted. */
export interface RebootVmOptions extends OperationOptions {
  /** Reset at once, as the button does, rather than ask the guest. @default false */
  readonly force?: boolean | undefined;
  /**
   * How long the guest gets to restart by itself, in milliseconds, 0 or more; then NOVA_HYPERVISOR_TIMEOUT is thrown.
   * @default 60_000
   */
  readonly graceMs?: number | undefined;
}

/** How a machine is taken away. */
export interface DeleteVmOptions extends OperationOptions {
  /** Stop it first, at once, when it is on; and take its memory that is saved on disk too. @default false */
  readonly force?: boolean | undefined;
  /** Shut it down first when it is on: ask the guest, and cut the power after this grace in milliseconds. */
  readonly stop?: { readonly graceMs?: number | undefined } | undefined;
  /**
   * Delete the volumes of its disks too: all of them, or those that were made with it. Disks without a pool, media and
   * read-only disks stay. Needs `capabilities.volumes`.
   *
   * @default 'none'
   */
  readonly volumes?: 'none' | 'created' | 'all' | undefined;
  /** What becomes of the variables of its UEFI firmware. Needs `capabilities.details`. @default 'delete' */
  readonly firmwareVariables?: 'delete' | 'keep' | undefined;
  /**
   * What becomes of its snapshots and checkpoints: they go with it, or it stays because of them, with
   * NOVA_HYPERVISOR_CONFLICT. Needs `capabilities.snapshots`.
   *
   * @default 'delete'
   */
  readonly snapshots?: 'delete' | 'refuse' | undefined;
  /**
   * Remove the addresses that its networks keep for it, too; leases run out by themselves. Needs `capabilities.networks`.
   *
   * @default false
   */
  readonly reservations?: boolean | undefined;
}

/** Which machines, in which order. */
export interface VmQuery<Field extends keyof Vm = keyof Vm> {
  /** Only those in one of these states. @default all but `deleted` */
  readonly states?: readonly VmState[] | undefined;
  /** Only those whose name begins so. */
  readonly namePrefix?: string | undefined;
  /** Only those that have all of these tags with these values. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Only those that have this text, whatever its case, in name, description, owner, category,
   * notes, or a tag's name or value. */
  readonly search?: string | undefined;
  /** What they are sorted by, then by id. @default 'name' */
  readonly sortBy?: 'name' | 'state' | 'createdMs' | 'memoryBytes' | 'vcpus' | undefined;
  /** @default 'ascending' */
  readonly order?: 'ascending' | 'descending' | undefined;
  /** Leave out so many from the beginning: the next page. @default 0 */
  readonly offset?: number | undefined;
  /** At most so many. @default all */
  readonly limit?: number | undefined;
  /** Only these fields of each, and its id. @default all */
  readonly fields?: readonly Field[] | undefined;
}

/** Machines, and what could not be asked. */
export interface VmList<Field extends keyof Vm = keyof Vm> {
  readonly items: readonly Pick<Vm, Field | 'id'>[];
  readonly errors: readonly NovaError[];
}

/** Whose use is measured. */
export interface VmStatsOptions extends CallOptions {
  /** Ids or names. @default all that run */
  readonly vms?: readonly string[] | undefined;
}

/** Measurements, and the machines that could not be measured. */
export interface VmStatsList {
  readonly items: readonly VmStats[];
  /** One for each machine that vanished or did not answer; `details.vm` says which. */
  readonly errors: readonly NovaError[];
}

/** What went with a machine, besides its definition and all that is kept in it: tags, owner, category, notes. */
export interface VmDeletion {
  readonly vmId: string;
  readonly name: string;
  /** How it went off: it was off, its guest was asked, or its power was cut. */
  readonly stopped: 'was-off' | 'gracefully' | 'forced';
  /** Whether memory that was saved on disk went too. */
  readonly savedMemory: boolean;
  /** How many snapshots went from the hypervisor's books. */
  readonly snapshots: number;
  /** How many checkpoints went from the hypervisor's books. */
  readonly checkpoints: number;
  /** What became of the variables of its firmware, if it had any. */
  readonly firmwareVariables: 'none' | 'deleted' | 'kept';
  /** The addresses that are no longer kept for it, as `network/address`. */
  readonly reservations: readonly string[];
  /** The volumes that were deleted, as `pool/name`. */
  readonly volumes: readonly string[];
  /** What could not be deleted; the machine is gone all the same. */
  readonly errors: readonly NovaError[];
}
