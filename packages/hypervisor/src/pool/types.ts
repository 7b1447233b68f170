import type { CallOptions, Clock, NovaError } from '@novacron/core';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { MigrateVmOptions, MigrationResult } from '../spec/operations/migrations.ts';
import type { CreateVmOptions, VmQuery } from '../spec/operations/vms.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';
import type { Vm } from '../spec/vm.ts';

/** How hosts are used together. */
export interface HypervisorPoolOptions {
  /**
   * Where a machine goes among the hosts that can take it: `spread` to the one with the fewest machines, `pack` to the
   * fullest, `balanced` to the one whose CPUs and memory are used the least afterwards.
   *
   * @default 'balanced'
   */
  readonly policy?: 'spread' | 'pack' | 'balanced' | undefined;
  /** How much of a host's CPUs and memory may be promised, as a ratio: 4 is four virtual CPUs a thread. @default 4 and 1 */
  readonly overcommit?: { readonly cpu?: number | undefined; readonly memory?: number | undefined } | undefined;
  /** Memory of each host that is kept for itself, in bytes. @default 0 */
  readonly reservedMemoryBytes?: number | undefined;
  /** Which machines count: all, for they may be started, or those that are on. @default 'all' */
  readonly count?: 'all' | 'on' | undefined;
  /** How long a host is asked for what it has before it counts as one that can't be reached, in milliseconds. @default 30_000 */
  readonly hostTimeoutMs?: number | undefined;
  /** Where its time comes from. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** Which machines a new one wants to be with, or not. */
export interface AffinityRule {
  /** `together`: on a host with such a machine; `apart`: on a host without one. */
  readonly kind: 'together' | 'apart';
  /** The machines that have all of these tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Rather no host than a wrong one; otherwise it is a wish. @default true */
  readonly required?: boolean | undefined;
}

/** How a host for a machine is chosen. */
export interface PlacementOptions {
  /**
   * Which machines it wants to be with, or not. A machine keeps the rules that it was made with, in its tag `nova.affinity`:
   * they hold when it is moved, and those that keep apart also when others come.
   *
   * @default none; for a machine that is moved, the rules that it was made with
   */
  readonly affinity?: readonly AffinityRule[] | undefined;
  /** Only these hosts, by name. @default all */
  readonly hosts?: readonly string[] | undefined;
}

/** Why a host takes a machine or not. */
export interface Placement {
  /** The chosen host's name; absent when none can. */
  readonly host?: string | undefined;
  /** Each host, the best first: those that can with their score, and those that can't with the reason. */
  readonly candidates: readonly {
    readonly host: string;
    /** The less, the better; absent when it can't. */
    readonly score?: number | undefined;
    /** Why it can't. */
    readonly reason?: string | undefined;
  }[];
}

/** A host of a pool. */
export interface PoolHost {
  readonly name: string;
  readonly maintenance: boolean;
  /** Absent when it can't be reached. */
  readonly usage?: PoolHostUsage | undefined;
  /** Why it can't be reached. */
  readonly error?: NovaError | undefined;
}

/** What a host has, and what its machines were promised. */
export interface PoolHostUsage {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly promisedVcpus: number;
  readonly promisedMemoryBytes: number;
  readonly vms: number;
}

/** A machine and its host. */
export interface PlacedVm extends Vm {
  /** The host's name in the pool. */
  readonly host: string;
}

/** Machines of all hosts, and hosts that could not be asked. */
export interface PoolVmList<Field extends keyof Vm = keyof Vm> {
  readonly items: readonly Pick<PlacedVm, Field | 'id' | 'host'>[];
  readonly errors: readonly NovaError[];
}

/** What became of a host's machines when it was emptied. */
export interface DrainResult {
  /** Where each machine went. */
  readonly moved: readonly { readonly vm: string; readonly host: string }[];
  /** Those that stayed, and why. */
  readonly failed: readonly { readonly vm: string; readonly error: NovaError }[];
}

/** How a host is emptied. */
export interface DrainOptions extends Omit<MigrateVmOptions, 'mode' | 'destinationName' | 'destinationUri'> {
  /** What becomes of machines that are off: they are moved too, or stay. @default 'move' */
  readonly stopped?: 'move' | 'stay' | undefined;
}

/** Several hosts as one. Its hosts go on being usable by themselves. */
export interface HypervisorPool extends AsyncDisposable {
  /** Its hosts, with what they have and promised. One that can't be reached hides no other. */
  hosts(options?: CallOptions): Promise<readonly PoolHost[]>;
  /**
   * A host of the pool.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none of this name.
   */
  host(name: string): Hypervisor;
  /** Where a machine would go, and why. Nothing is made. */
  place(spec: VmSpec, placement?: PlacementOptions, options?: CallOptions): Promise<Placement>;
  /**
   * Makes a machine on the best host, and on the next when that has no room after all. What is asked at the same time is
   * counted, so that no host is promised twice. With a `clientToken`, the host that has a machine of this name is asked: it
   * returns the one that was made under the token.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when no host can take it; `details.candidates` says why;
   * NOVA_HYPERVISOR_ALREADY_EXISTS when a host has a machine of this name that was not made under the token. A host that
   * can't be reached is not asked.
   */
  create(spec: VmSpec, options?: CreateVmOptions & PlacementOptions): Promise<PlacedVm>;
  /** The machines of all hosts that match, sorted. */
  list<Field extends keyof Vm = keyof Vm>(query?: VmQuery<Field>, options?: CallOptions): Promise<PoolVmList<Field>>;
  /**
   * A machine by id or name, whichever host it is on.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when no host has it; NOVA_HYPERVISOR_CONFLICT when several have one
   * of this name; NOVA_HYPERVISOR_UNAVAILABLE when it is not found and a host can't be asked.
   */
  find(vm: string, options?: CallOptions): Promise<PlacedVm>;
  /** Moves a machine to another host of the pool: a named one, or the best. */
  migrate(
    vm: string,
    to?: string,
    options?: MigrateVmOptions & PlacementOptions,
  ): Promise<MigrationResult & { readonly host: string }>;
  /**
   * Takes a host out of service: it gets no more machines, and those that it has are moved away, one after the other. What
   * can't be moved stays and is told; the host stays out of service.
   */
  enterMaintenance(host: string, options?: DrainOptions): Promise<DrainResult>;
  /** Puts a host into service again. */
  exitMaintenance(host: string): void;
  /** Closes all hosts. */
  close(): Promise<void>;
}
