import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** How a snapshot is made (`virDomainSnapshotCreateFlags`). */
export interface SnapshotCreateOptions extends CallOptions {
  /** Only write down what the XML says: of a snapshot that exists. @default false */
  readonly redefine?: boolean | undefined;
  /** With `redefine`: make it the current one. @default false */
  readonly current?: boolean | undefined;
  /** Do not keep it in libvirt's books. @default false */
  readonly noMetadata?: boolean | undefined;
  /** End the domain afterwards. @default false */
  readonly halt?: boolean | undefined;
  /** Only its disks, not its memory. @default false */
  readonly diskOnly?: boolean | undefined;
  /** Use files that are there. @default false */
  readonly reuseExternal?: boolean | undefined;
  /** Freeze its file systems by the guest agent meanwhile. @default false */
  readonly quiesce?: boolean | undefined;
  /** All of its disks or none. @default false */
  readonly atomic?: boolean | undefined;
  /** Let it run while its memory is saved. @default false */
  readonly live?: boolean | undefined;
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link SnapshotCreateOptions}. */
export const snapshotCreateBits: Record<Exclude<keyof SnapshotCreateOptions, keyof CallOptions>, number> = {
  redefine: constants.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE,
  current: constants.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT,
  noMetadata: constants.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA,
  halt: constants.VIR_DOMAIN_SNAPSHOT_CREATE_HALT,
  diskOnly: constants.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY,
  reuseExternal: constants.VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT,
  quiesce: constants.VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE,
  atomic: constants.VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC,
  live: constants.VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
  validate: constants.VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE,
};

/** Which snapshots (`virDomainSnapshotListFlags`); of each pair of opposites, none named means both. */
export interface SnapshotFilter extends CallOptions {
  /** Those without children. @default false */
  readonly leaves?: boolean | undefined;
  /** Those with children. @default false */
  readonly noLeaves?: boolean | undefined;
  /** Those that would keep the domain from being undefined. @default false */
  readonly metadata?: boolean | undefined;
  /** Those that would not. @default false */
  readonly noMetadata?: boolean | undefined;
  /** Those of a domain that was off. @default false */
  readonly inactive?: boolean | undefined;
  /** Those of a domain that ran, with its memory. @default false */
  readonly active?: boolean | undefined;
  /** Those of a domain that ran, without its memory. @default false */
  readonly diskOnly?: boolean | undefined;
  /** Those inside the disks' own images. @default false */
  readonly internal?: boolean | undefined;
  /** Those in other files. @default false */
  readonly external?: boolean | undefined;
  /** Parents before their children. @default false */
  readonly topological?: boolean | undefined;
}

const filterBits: Record<Exclude<keyof SnapshotFilter, keyof CallOptions>, number> = {
  leaves: constants.VIR_DOMAIN_SNAPSHOT_LIST_LEAVES,
  noLeaves: constants.VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES,
  metadata: constants.VIR_DOMAIN_SNAPSHOT_LIST_METADATA,
  noMetadata: constants.VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA,
  inactive: constants.VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE,
  active: constants.VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE,
  diskOnly: constants.VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY,
  internal: constants.VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL,
  external: constants.VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL,
  topological: constants.VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL,
};

/** Which snapshots of a domain. */
export interface ListSnapshotsOptions extends SnapshotFilter {
  /** Only those without a parent. @default false */
  readonly roots?: boolean | undefined;
}

/** The bits of {@link ListSnapshotsOptions}. */
export const listSnapshotsBits: Record<Exclude<keyof ListSnapshotsOptions, keyof CallOptions>, number> = {
  ...filterBits,
  roots: constants.VIR_DOMAIN_SNAPSHOT_LIST_ROOTS,
};

/** Which snapshots below another. */
export interface ListSnapshotChildrenOptions extends SnapshotFilter {
  /** Also children's children, and theirs. @default false */
  readonly descendants?: boolean | undefined;
}

/** The bits of {@link ListSnapshotChildrenOptions}. */
export const listSnapshotChildrenBits: Record<Exclude<keyof ListSnapshotChildrenOptions, keyof CallOptions>, number> = {
  ...filterBits,
  descendants: constants.VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS,
};

/** How a domain goes back to a snapshot (`virDomainSnapshotRevertFlags`). */
export interface SnapshotRevertOptions extends CallOptions {
  /** Let it run then, whatever it did. @default false */
  readonly running?: boolean | undefined;
  /** Leave it paused then, whatever it did. @default false */
  readonly paused?: boolean | undefined;
  /** Although libvirt can't tell whether that is safe. @default false */
  readonly force?: boolean | undefined;
  /** Take the firmware's variables anew from their template. @default false */
  readonly resetNvram?: boolean | undefined;
}

/** The bits of {@link SnapshotRevertOptions}. */
export const snapshotRevertBits: Record<Exclude<keyof SnapshotRevertOptions, keyof CallOptions>, number> = {
  running: constants.VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING,
  paused: constants.VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED,
  force: constants.VIR_DOMAIN_SNAPSHOT_REVERT_FORCE,
  resetNvram: constants.VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM,
};

/** What is deleted with a snapshot (`virDomainSnapshotDeleteFlags`). */
export interface SnapshotDeleteOptions extends CallOptions {
  /** All below it too. @default false */
  readonly children?: boolean | undefined;
  /** All below it, but not itself. @default false */
  readonly childrenOnly?: boolean | undefined;
  /** Only from libvirt's books. @default false */
  readonly metadataOnly?: boolean | undefined;
}

/** The bits of {@link SnapshotDeleteOptions}. */
export const snapshotDeleteBits: Record<Exclude<keyof SnapshotDeleteOptions, keyof CallOptions>, number> = {
  children: constants.VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN,
  childrenOnly: constants.VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY,
  metadataOnly: constants.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY,
};

/** Which XML of a snapshot is wanted (`virDomainSnapshotXMLFlags`). */
export interface SnapshotXMLOptions extends CallOptions {
  /** With passwords; refused on a read-only connection. @default false */
  readonly secure?: boolean | undefined;
}

/** The bits of {@link SnapshotXMLOptions}. */
export const snapshotXmlBits: Record<Exclude<keyof SnapshotXMLOptions, keyof CallOptions>, number> = {
  secure: constants.VIR_DOMAIN_SNAPSHOT_XML_SECURE,
};
