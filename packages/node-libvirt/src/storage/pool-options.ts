import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** Which storage pools (`virConnectListAllStoragePoolsFlags`); of each pair of opposites, none named means both. */
export interface ListStoragePoolsOptions extends CallOptions {
  /** Those that are started. @default false */
  readonly active?: boolean | undefined;
  /** Those that are not. @default false */
  readonly inactive?: boolean | undefined;
  /** Those with a definition. @default false */
  readonly persistent?: boolean | undefined;
  /** Those that vanish when they are stopped. @default false */
  readonly transient?: boolean | undefined;
  /** Those started with the host. @default false */
  readonly autostart?: boolean | undefined;
  /** Those not started with the host. @default false */
  readonly noAutostart?: boolean | undefined;
  /** Directories. @default false */
  readonly dir?: boolean | undefined;
  /** File systems. @default false */
  readonly fs?: boolean | undefined;
  /** File systems of the network. @default false */
  readonly netfs?: boolean | undefined;
  /** LVM volume groups. @default false */
  readonly logical?: boolean | undefined;
  /** Disks with partitions. @default false */
  readonly disk?: boolean | undefined;
  /** iSCSI by the host's initiator. @default false */
  readonly iscsi?: boolean | undefined;
  /** SCSI hosts. @default false */
  readonly scsi?: boolean | undefined;
  /** Multipath devices. @default false */
  readonly mpath?: boolean | undefined;
  /** Ceph. @default false */
  readonly rbd?: boolean | undefined;
  /** Sheepdog. @default false */
  readonly sheepdog?: boolean | undefined;
  /** Gluster. @default false */
  readonly gluster?: boolean | undefined;
  /** ZFS. @default false */
  readonly zfs?: boolean | undefined;
  /** Virtuozzo. @default false */
  readonly vstorage?: boolean | undefined;
  /** iSCSI by a library. @default false */
  readonly iscsiDirect?: boolean | undefined;
}

/** The bits of {@link ListStoragePoolsOptions}. */
export const listStoragePoolsBits: Record<Exclude<keyof ListStoragePoolsOptions, keyof CallOptions>, number> = {
  active: constants.VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE,
  inactive: constants.VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE,
  persistent: constants.VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT,
  transient: constants.VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT,
  autostart: constants.VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART,
  noAutostart: constants.VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART,
  dir: constants.VIR_CONNECT_LIST_STORAGE_POOLS_DIR,
  fs: constants.VIR_CONNECT_LIST_STORAGE_POOLS_FS,
  netfs: constants.VIR_CONNECT_LIST_STORAGE_POOLS_NETFS,
  logical: constants.VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL,
  disk: constants.VIR_CONNECT_LIST_STORAGE_POOLS_DISK,
  iscsi: constants.VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI,
  scsi: constants.VIR_CONNECT_LIST_STORAGE_POOLS_SCSI,
  mpath: constants.VIR_CONNECT_LIST_STORAGE_POOLS_MPATH,
  rbd: constants.VIR_CONNECT_LIST_STORAGE_POOLS_RBD,
  sheepdog: constants.VIR_CONNECT_LIST_STORAGE_POOLS_SHEEPDOG,
  gluster: constants.VIR_CONNECT_LIST_STORAGE_POOLS_GLUSTER,
  zfs: constants.VIR_CONNECT_LIST_STORAGE_POOLS_ZFS,
  vstorage: constants.VIR_CONNECT_LIST_STORAGE_POOLS_VSTORAGE,
  iscsiDirect: constants.VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI_DIRECT,
};

/** How a storage pool is defined (`virStoragePoolDefineFlags`). */
export interface StoragePoolDefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link StoragePoolDefineOptions}. */
export const storagePoolDefineBits: Record<Exclude<keyof StoragePoolDefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_STORAGE_POOL_DEFINE_VALIDATE,
};

/** How a storage pool is started (`virStoragePoolCreateFlags`). */
export interface StoragePoolCreateOptions extends CallOptions {
  /** Build it first. @default false */
  readonly withBuild?: boolean | undefined;
  /** Build it first, over what is there. @default false */
  readonly withBuildOverwrite?: boolean | undefined;
  /** Build it first, unless something is there. @default false */
  readonly withBuildNoOverwrite?: boolean | undefined;
}

/** The bits of {@link StoragePoolCreateOptions}. */
export const storagePoolCreateBits: Record<Exclude<keyof StoragePoolCreateOptions, keyof CallOptions>, number> = {
  withBuild: constants.VIR_STORAGE_POOL_CREATE_WITH_BUILD,
  withBuildOverwrite: constants.VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE,
  withBuildNoOverwrite: constants.VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE,
};

/** How a storage pool is built (`virStoragePoolBuildFlags`). */
export interface StoragePoolBuildOptions extends CallOptions {
  /** Repair what is there. @default false */
  readonly repair?: boolean | undefined;
  /** Make it larger. @default false */
  readonly resize?: boolean | undefined;
  /** Fail when something is there. @default false */
  readonly noOverwrite?: boolean | undefined;
  /** Build over what is there. @default false */
  readonly overwrite?: boolean | undefined;
}

/** The bits of {@link StoragePoolBuildOptions}. */
export const storagePoolBuildBits: Record<Exclude<keyof StoragePoolBuildOptions, keyof CallOptions>, number> = {
  repair: constants.VIR_STORAGE_POOL_BUILD_REPAIR,
  resize: constants.VIR_STORAGE_POOL_BUILD_RESIZE,
  noOverwrite: constants.VIR_STORAGE_POOL_BUILD_NO_OVERWRITE,
  overwrite: constants.VIR_STORAGE_POOL_BUILD_OVERWRITE,
};

/** How a storage pool is deleted (`virStoragePoolDeleteFlags`). */
export interface StoragePoolDeleteOptions extends CallOptions {
  /** Write zeros over it. @default false */
  readonly zeroed?: boolean | undefined;
}

/** The bits of {@link StoragePoolDeleteOptions}. */
export const storagePoolDeleteBits: Record<Exclude<keyof StoragePoolDeleteOptions, keyof CallOptions>, number> = {
  zeroed: constants.VIR_STORAGE_POOL_DELETE_ZEROED,
};

/** Which XML of a storage pool is wanted (`virStorageXMLFlags`). */
export interface StorageXMLOptions extends CallOptions {
  /** The definition instead of what is started. @default false */
  readonly inactive?: boolean | undefined;
}

/** The bits of {@link StorageXMLOptions}. */
export const storageXmlBits: Record<Exclude<keyof StorageXMLOptions, keyof CallOptions>, number> = {
  inactive: constants.VIR_STORAGE_XML_INACTIVE,
};
