import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** How a checkpoint is made (`virDomainCheckpointCreateFlags`). */
export interface CheckpointCreateOptions extends CallOptions {
  /** Only write down what the XML says: of a checkpoint that exists. @default false */
  readonly redefine?: boolean | undefined;
  /** With `redefine`: look whether it does. @default false */
  readonly redefineValidate?: boolean | undefined;
  /** Freeze its file systems by the guest agent meanwhile. @default false */
  readonly quiesce?: boolean | undefined;
}

/** The bits of {@link CheckpointCreateOptions}. */
export const checkpointCreateBits: Record<Exclude<keyof CheckpointCreateOptions, keyof CallOptions>, number> = {
  redefine: constants.VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE,
  redefineValidate: constants.VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE,
  quiesce: constants.VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE,
};

/** Which checkpoints (`virDomainCheckpointListFlags`). */
export interface CheckpointFilter extends CallOptions {
  /** Those without children. @default false */
  readonly leaves?: boolean | undefined;
  /** Those with children. @default false */
  readonly noLeaves?: boolean | undefined;
  /** Parents before their children. @default false */
  readonly topological?: boolean | undefined;
}

const filterBits: Record<Exclude<keyof CheckpointFilter, keyof CallOptions>, number> = {
  leaves: constants.VIR_DOMAIN_CHECKPOINT_LIST_LEAVES,
  noLeaves: constants.VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES,
  topological: constants.VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL,
};

/** Which checkpoints of a domain. */
export interface ListCheckpointsOptions extends CheckpointFilter {
  /** Only those without a parent. @default false */
  readonly roots?: boolean | undefined;
}

/** The bits of {@link ListCheckpointsOptions}. */
export const listCheckpointsBits: Record<Exclude<keyof ListCheckpointsOptions, keyof CallOptions>, number> = {
  ...filterBits,
  roots: constants.VIR_DOMAIN_CHECKPOINT_LIST_ROOTS,
};

/** Which checkpoints below another. */
export interface ListCheckpointChildrenOptions extends CheckpointFilter {
  /** Also children's children, and theirs. @default false */
  readonly descendants?: boolean | undefined;
}

/** The bits of {@link ListCheckpointChildrenOptions}. */
export const listCheckpointChildrenBits: Record<
  Exclude<keyof ListCheckpointChildrenOptions, keyof CallOptions>,
  number
> = {
  ...filterBits,
  descendants: constants.VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS,
};

/** Which XML of a checkpoint is wanted (`virDomainCheckpointXMLFlags`). */
export interface CheckpointXMLOptions extends CallOptions {
  /** With passwords; refused on a read-only connection. @default false */
  readonly secure?: boolean | undefined;
  /** Without the domain as it was. @default false */
  readonly noDomain?: boolean | undefined;
  /** With how much each disk has changed since. @default false */
  readonly size?: boolean | undefined;
}

/** The bits of {@link CheckpointXMLOptions}. */
export const checkpointXmlBits: Record<Exclude<keyof CheckpointXMLOptions, keyof CallOptions>, number> = {
  secure: constants.VIR_DOMAIN_CHECKPOINT_XML_SECURE,
  noDomain: constants.VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN,
  size: constants.VIR_DOMAIN_CHECKPOINT_XML_SIZE,
};

/** What is deleted with a checkpoint (`virDomainCheckpointDeleteFlags`). */
export interface CheckpointDeleteOptions extends CallOptions {
  /** All below it too. @default false */
  readonly children?: boolean | undefined;
  /** All below it, but not itself. @default false */
  readonly childrenOnly?: boolean | undefined;
  /** Only from libvirt's books. @default false */
  readonly metadataOnly?: boolean | undefined;
}

/** The bits of {@link CheckpointDeleteOptions}. */
export const checkpointDeleteBits: Record<Exclude<keyof CheckpointDeleteOptions, keyof CallOptions>, number> = {
  children: constants.VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN,
  childrenOnly: constants.VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY,
  metadataOnly: constants.VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY,
};
