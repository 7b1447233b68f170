import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Words } from '../values/words.ts';

/** Which of a domain's texts: its description, its title, or an XML element of a namespace. */
export type MetadataType = 'description' | 'title' | 'element';

/** libvirt's number of each {@link MetadataType}. */
export const metadataTypes: Words<MetadataType> = {
  description: constants.VIR_DOMAIN_METADATA_DESCRIPTION,
  title: constants.VIR_DOMAIN_METADATA_TITLE,
  element: constants.VIR_DOMAIN_METADATA_ELEMENT,
};

/** What may happen in a domain's life (`virDomainLifecycle`). */
export type LifecycleType = 'poweroff' | 'reboot' | 'crash';

/** libvirt's number of each {@link LifecycleType}. */
export const lifecycleTypes: Words<LifecycleType> = {
  poweroff: constants.VIR_DOMAIN_LIFECYCLE_POWEROFF,
  reboot: constants.VIR_DOMAIN_LIFECYCLE_REBOOT,
  crash: constants.VIR_DOMAIN_LIFECYCLE_CRASH,
};

/** What is done then (`virDomainLifecycleAction`). */
export type LifecycleAction =
  | 'destroy'
  | 'restart'
  | 'restart-rename'
  | 'preserve'
  | 'coredump-destroy'
  | 'coredump-restart';

/** libvirt's number of each {@link LifecycleAction}. */
export const lifecycleActions: Words<LifecycleAction> = {
  destroy: constants.VIR_DOMAIN_LIFECYCLE_ACTION_DESTROY,
  restart: constants.VIR_DOMAIN_LIFECYCLE_ACTION_RESTART,
  'restart-rename': constants.VIR_DOMAIN_LIFECYCLE_ACTION_RESTART_RENAME,
  preserve: constants.VIR_DOMAIN_LIFECYCLE_ACTION_PRESERVE,
  'coredump-destroy': constants.VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_DESTROY,
  'coredump-restart': constants.VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_RESTART,
};

/** Which messages about a domain are wanted (`virDomainMessageType`); all when none is named. */
export interface MessagesOptions extends CallOptions {
  /** Uses of what is deprecated. @default false */
  readonly deprecation?: boolean | undefined;
  /** What taints the domain. @default false */
  readonly tainting?: boolean | undefined;
  /** Errors of its disks. @default false */
  readonly ioErrors?: boolean | undefined;
}

/** The bits of {@link MessagesOptions}. */
export const messagesBits: Record<Exclude<keyof MessagesOptions, keyof CallOptions>, number> = {
  deprecation: constants.VIR_DOMAIN_MESSAGE_DEPRECATION,
  tainting: constants.VIR_DOMAIN_MESSAGE_TAINTING,
  ioErrors: constants.VIR_DOMAIN_MESSAGE_IOERRORS,
};
