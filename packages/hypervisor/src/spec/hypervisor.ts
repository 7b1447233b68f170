import type { CallOptions, NovaError } from '@novacron/core';
import type { HypervisorCapabilities } from './capabilities.ts';
import type { HypervisorEvent } from './events.ts';
import type { VmSpec } from './vm-spec.ts';
import type { VmState } from './vm-state.ts';
import type { VmStats } from './vm-stats.ts';
import type { Vm } from './vm.ts';

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
  list(query?: VmQuery, options?: CallOptions): Promise<VmList>;
  /** Starts it; returns when it runs. */
  start(vm: string, options?: CallOptions): Promise<Vm>;
  /** Shuts it down; returns when it is off. */
  stop(vm: string, options?: StopVmOptions): Promise<Vm>;
  /** Restarts the guest. */
  reboot(vm: string, options?: RebootVmOptions): Promise<Vm>;
  /** Stops its CPUs and keeps its memory: `paused`. Needs `capabilities.suspend`. */
  suspend(vm: string, options?: CallOptions): Promise<Vm>;
  /** Lets its CPUs go on. Needs `capabilities.suspend`. */
  resume(vm: string, options?: CallOptions): Promise<Vm>;
  /** Takes it away. A machine that is on, or whose memory is saved, must be stopped first, or `force` given. */
  delete(vm: string, options?: DeleteVmOptions): Promise<void>;
  /** What the machines use now, in one call. Needs `capabilities.stats`. */
  stats(options?: VmStatsOptions): Promise<VmStatsList>;
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

/** How a machine is made. */
export interface CreateVmOptions extends CallOptions {
  /** Start it too. @default false */
  readonly start?: boolean | undefined;
  /**
   * Any text of 1 to 64 characters: calls with the same token make one machine and return it, started if that is
   * asked and it is off. For safe retries.
   * @default none
   */
  readonly clientToken?: string | undefined;
}

/** How a machine is stopped. */
export interface StopVmOptions extends CallOptions {
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
export interface RebootVmOptions extends CallOptions {
  /** Reset at once, as the button does, rather than ask the guest. @default false */
  readonly force?: boolean | undefined;
  /**
   * How long the guest gets to restart by itself, in milliseconds, 0 or more; then NOVA_HYPERVISOR_TIMEOUT is thrown.
   * @default 60_000
   */
  readonly graceMs?: number | undefined;
}

/** How a machine is taken away. */
export interface DeleteVmOptions extends CallOptions {
  /** Stop it first, at once, when it is on; and take its memory that is saved on disk too. @default false */
  readonly force?: boolean | undefined;
}

/** Which machines, in which order. */
export interface VmQuery {
  /** Only those in one of these states. @default all but `deleted` */
  readonly states?: readonly VmState[] | undefined;
  /** Only those whose name begins so. */
  readonly namePrefix?: string | undefined;
  /** Only those that have all of these tags with these values. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** What they are sorted by, then by id. @default 'name' */
  readonly sortBy?: 'name' | 'state' | 'createdMs' | 'memoryBytes' | 'vcpus' | undefined;
  /** @default 'ascending' */
  readonly order?: 'ascending' | 'descending' | undefined;
  /** At most so many. @default all */
  readonly limit?: number | undefined;
}

/** Machines, and what could not be asked. */
export interface VmList {
  readonly items: readonly Vm[];
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

/** How events are read. */
export interface EventsOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
  /** Events kept for a slow reader, at least 1; then the oldest go and a `lost` event tells. @default 1000 */
  readonly queueLimit?: number | undefined;
}
