import type { CallOptions } from '@novacron/core';
import type { OperationOptions } from './options.ts';

/**
 * Where volumes are kept, as libvirt has it (<https://libvirt.org/formatstorage.html>). What a kind needs is checked
 * when it is defined.
 */
export interface PoolSpec {
  /** Its name. */
  readonly name: string;
  /** What it is. @default 'dir' */
  readonly type?: PoolType | undefined;
  /** The folder it is, or is mounted at: for `dir`, `fs`, `netfs`, `logical`. */
  readonly path?: string | undefined;
  /** Its hosts: for `netfs`, `iscsi`, `rbd`, `gluster`. */
  readonly hosts?: readonly { readonly name: string; readonly port?: number | undefined }[] | undefined;
  /** What it is on the other side: the exported folder (`netfs`, `gluster`), the device (`fs`, `logical`, `iscsi`). */
  readonly source?: string | undefined;
  /** Its name on the other side: the volume group (`logical`), the pool (`rbd`, `zfs`), the volume (`gluster`). */
  readonly sourceName?: string | undefined;
  /** How it is written: `nfs`, `ext4`, `lvm2`. */
  readonly format?: string | undefined;
  /** The user, and the UUID of the hypervisor's secret with the password: for `iscsi` and `rbd`. */
  readonly login?: { readonly user: string; readonly secret: string } | undefined;
  /** Start it with the host. @default true */
  readonly autostart?: boolean | undefined;
}

/** The kinds of pools. */
export type PoolType = 'dir' | 'fs' | 'netfs' | 'logical' | 'iscsi' | 'rbd' | 'zfs' | 'gluster';

/** A pool as it is now. */
export interface Pool {
  /** The hypervisor's stable identifier. */
  readonly id: string;
  readonly name: string;
  /** What it is, in the hypervisor's words. */
  readonly type: string;
  /** Whether volumes can be reached. */
  readonly active: boolean;
  /** Whether it is started with the host. */
  readonly autostart: boolean;
  /** Its folder, if it has one. */
  readonly path?: string | undefined;
  /** Its size in bytes; absent while it is not active. */
  readonly capacityBytes?: number | undefined;
  /** What volumes take of it, in bytes. */
  readonly allocationBytes?: number | undefined;
  /** What is left, in bytes. */
  readonly availableBytes?: number | undefined;
}

/** How a pool is taken away. */
export interface DeletePoolOptions extends OperationOptions {
  /** Delete its volumes and its folder too; without this they stay. @default false */
  readonly withVolumes?: boolean | undefined;
}

/** Operations on pools, which are named by name or id. Need `capabilities.volumes`. */
export interface PoolOperations {
  /**
   * Makes its folder where it needs one, defines and starts it.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a field is missing or wrong; NOVA_HYPERVISOR_ALREADY_EXISTS
   * when the name is taken.
   */
  create(spec: PoolSpec, options?: OperationOptions): Promise<Pool>;
  /** The pool as it is now. */
  get(pool: string, options?: CallOptions): Promise<Pool>;
  /** All pools, by name. */
  list(options?: CallOptions): Promise<readonly Pool[]>;
  /** Starts it. One that is active stays as it is. */
  start(pool: string, options?: OperationOptions): Promise<Pool>;
  /** Stops it; what it holds stays. One that is not active stays as it is. */
  stop(pool: string, options?: OperationOptions): Promise<Pool>;
  /** Looks again for what it holds. */
  refresh(pool: string, options?: OperationOptions): Promise<Pool>;
  /** Stops it and removes its definition. */
  delete(pool: string, options?: DeletePoolOptions): Promise<void>;
}
