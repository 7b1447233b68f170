import type { CallOptions } from '@novacron/core';
import type { Vm } from '../vm.ts';
import type { OperationOptions } from './options.ts';

/** How a machine goes to another host. */
export interface MigrationOptions {
  /**
   * `live` while its guest runs, `paused` with the guest standing still, `offline` only its definition while it is off.
   *
   * @default 'live' for a machine that is on, 'offline' for one that is off
   */
  readonly mode?: 'live' | 'paused' | 'offline' | undefined;
  /**
   * Who drives it: this program with a connection to either host (`direct`), the source's daemon (`peer-to-peer`), or that
   * with all data through the daemons' own connection (`tunnelled`; copies no disks). The latter two go on when this
   * program ends.
   *
   * @default 'direct'
   */
  readonly transport?: 'direct' | 'peer-to-peer' | 'tunnelled' | undefined;
  /** The destination's URI as the source's host sees it; for `peer-to-peer` and `tunnelled`. @default the one it was opened with */
  readonly destinationUri?: string | undefined;
  /**
   * `shared`: both hosts see the same volumes. `copy`: they are made at the destination and filled; those of the source
   * stay.
   *
   * @default 'shared'
   */
  readonly storage?: 'shared' | 'copy' | undefined;
  /** The destination's pool for each of the source's; with `copy`. @default the one of the same name */
  readonly pools?: Readonly<Record<string, string>> | undefined;
  /** Its name there. @default the same */
  readonly destinationName?: string | undefined;
  /** Keep its definition at the source, where it is off then. @default false */
  readonly keepDefinition?: boolean | undefined;
  /**
   * Switch over after the first round and bring the rest of the memory afterwards. Where a host's kernel does not let QEMU do
   * that, the migration is refused as NOVA_HYPERVISOR_UNSUPPORTED before anything is moved.
   *
   * @default false
   */
  readonly postCopy?: boolean | undefined;
  /** Slow the guest down when it writes faster than can be sent. @default false */
  readonly autoConverge?: boolean | undefined;
  /** Compress the memory on its way. @default false */
  readonly compress?: boolean | undefined;
  /** The most to send, in bytes a second; 1 MiB or more. @default the hypervisor's */
  readonly bandwidthBytesPerSecond?: number | undefined;
  /** How long the guest may stand still at the end, in milliseconds, 1 or more. @default the hypervisor's */
  readonly maxDowntimeMs?: number | undefined;
  /** Although the hypervisor thinks that the disks may get damaged: it does not know that the storage is shared. @default false */
  readonly unsafe?: boolean | undefined;
}

/** How a machine is moved, and who is told. */
export interface MigrateVmOptions extends MigrationOptions, OperationOptions {
  /** Look first at all that speaks against it, and refuse. @default true */
  readonly check?: boolean | undefined;
  /** Told how far it is, some times a second; what it throws is ignored. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/** How a migration is looked at beforehand. */
export interface MigrationCheckOptions extends MigrationOptions, CallOptions {}

/** How far a migration is; what is not known is absent. */
export interface MigrationProgress {
  readonly phase: 'disks' | 'memory' | 'done';
  /** Since it was begun. */
  readonly elapsedMs: number;
  /** Memory and disks. */
  readonly totalBytes: number;
  readonly processedBytes: number;
  readonly remainingBytes: number;
  readonly bytesPerSecond?: number | undefined;
  /** How often it has gone through the memory, from 0. */
  readonly iteration?: number | undefined;
  /** By how much the guest is slowed down, 0 to 1. */
  readonly throttleRatio?: number | undefined;
  /** How long the guest would stand still if it were switched over now. */
  readonly expectedDowntimeMs?: number | undefined;
}

/** Something that speaks against a migration. */
export interface MigrationProblem {
  readonly subject: 'state' | 'host' | 'version' | 'cpu' | 'memory' | 'name' | 'storage' | 'network' | 'device';
  /** What is wrong: `disk vda: there is no volume default/web-1.qcow2 at the destination`. */
  readonly message: string;
  /** What would help, when that is known. */
  readonly fix?: string | undefined;
  /** It can't work; otherwise it is a risk, and the migration is tried. */
  readonly blocking: boolean;
}

/** All that speaks against a migration. */
export interface MigrationCheck {
  /** Nothing is blocking. */
  readonly ok: boolean;
  readonly problems: readonly MigrationProblem[];
}

/** What became of a migration. */
export interface MigrationResult {
  /** The machine at its destination. */
  readonly vm: Vm;
  readonly mode: 'live' | 'paused' | 'offline';
  readonly durationMs: number;
  /** How long the guest stood still; absent when that is not known. */
  readonly downtimeMs?: number | undefined;
  /** What was sent, in bytes; absent when that is not known. */
  readonly transferredBytes?: number | undefined;
  /** Whether the source still has its definition. */
  readonly definitionKept: boolean;
  /** The volumes that were made at the destination, as `pool/name`. */
  readonly volumes: readonly string[];
}

/** Where a machine can go: a `Hypervisor` of the same driver. */
export interface MigrationDestination {
  /** Which driver. */
  readonly driver: string;
  /** Which place, for people. */
  readonly name: string;
}

/** Moves machines to other hosts. Needs `capabilities.migration`; with their guests running, `capabilities.liveMigration`. */
export interface MigrationOperations {
  /**
   * All that speaks against moving a machine: the processor, room, volumes, networks, devices, versions. Nothing is
   * changed.
   *
   * @param to - The destination: a hypervisor of the same driver.
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when the destination is another driver's;
   * NOVA_HYPERVISOR_INVALID when an option is wrong.
   */
  check(vm: string, to: MigrationDestination, options?: MigrationCheckOptions): Promise<MigrationCheck>;
  /**
   * Moves a machine, and looks on both hosts whether that is so.
   *
   * An abort or a timeout ends the job and waits until it is known where the machine is (some 100 ms); one that comes
   * when it has arrived does nothing. Whatever goes wrong, volumes that were made for it are taken back when the machine
   * is not there, and the error's `details.where` says where it is: `source`, `destination`, `both`, `unknown`. Middleware
   * around the destination is asked too: to one that is read-only no machine comes.
   *
   * @param to - The destination: a hypervisor of the same driver.
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the check finds what can't work (`details.problems`), or an
   * option is wrong; NOVA_HYPERVISOR_CONFLICT when the machine's state does not allow the mode;
   * NOVA_HYPERVISOR_UNSUPPORTED when the destination is another driver's.
   * @throws {NovaError} NOVA_CORE_ABORTED, NOVA_CORE_TIMEOUT: the machine goes on where it was.
   */
  migrate(vm: string, to: MigrationDestination, options?: MigrateVmOptions): Promise<MigrationResult>;
}
