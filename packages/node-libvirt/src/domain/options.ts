import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** How a domain is started (`virDomainCreateFlags`). */
export interface CreateOptions extends CallOptions {
  /** Start it paused. @default false */
  readonly paused?: boolean | undefined;
  /** Destroy it when this connection ends. @default false */
  readonly autodestroy?: boolean | undefined;
  /** Read a managed save past the host's file cache. @default false */
  readonly bypassCache?: boolean | undefined;
  /** Throw a managed save away and boot afresh. @default false */
  readonly forceBoot?: boolean | undefined;
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
  /** Take the firmware's variables anew from their template. @default false */
  readonly resetNvram?: boolean | undefined;
}

/** The bits of {@link CreateOptions}. */
export const createBits: Record<Exclude<keyof CreateOptions, keyof CallOptions>, number> = {
  paused: constants.VIR_DOMAIN_START_PAUSED,
  autodestroy: constants.VIR_DOMAIN_START_AUTODESTROY,
  bypassCache: constants.VIR_DOMAIN_START_BYPASS_CACHE,
  forceBoot: constants.VIR_DOMAIN_START_FORCE_BOOT,
  validate: constants.VIR_DOMAIN_START_VALIDATE,
  resetNvram: constants.VIR_DOMAIN_START_RESET_NVRAM,
};

/** How a domain is defined (`virDomainDefineFlags`). */
export interface DefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema; without it, unknown elements are dropped silently. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link DefineOptions}. */
export const defineBits: Record<Exclude<keyof DefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_DOMAIN_DEFINE_VALIDATE,
};

/** By which ways a guest may be asked to shut down or reboot; the hypervisor chooses when none is named. */
export interface ShutdownOptions extends CallOptions {
  /** Press the ACPI power button. @default false */
  readonly acpi?: boolean | undefined;
  /** Ask the guest agent. @default false */
  readonly agent?: boolean | undefined;
  /** Write to the container's initctl. @default false */
  readonly initctl?: boolean | undefined;
  /** Send the container's init a signal. @default false */
  readonly signalInit?: boolean | undefined;
  /** Ask the paravirtual device. @default false */
  readonly paravirt?: boolean | undefined;
}

/** The bits of {@link ShutdownOptions}; `virDomainRebootFlagValues` has the same. */
export const shutdownBits: Record<Exclude<keyof ShutdownOptions, keyof CallOptions>, number> = {
  acpi: constants.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN,
  agent: constants.VIR_DOMAIN_SHUTDOWN_GUEST_AGENT,
  initctl: constants.VIR_DOMAIN_SHUTDOWN_INITCTL,
  signalInit: constants.VIR_DOMAIN_SHUTDOWN_SIGNAL,
  paravirt: constants.VIR_DOMAIN_SHUTDOWN_PARAVIRT,
};

/** How a domain is destroyed (`virDomainDestroyFlagsValues`). */
export interface DestroyOptions extends CallOptions {
  /** Fail rather than kill the process when it does not end at a SIGTERM. @default false */
  readonly graceful?: boolean | undefined;
  /** Remove the domain's log files. @default false */
  readonly removeLogs?: boolean | undefined;
}

/** The bits of {@link DestroyOptions}. */
export const destroyBits: Record<Exclude<keyof DestroyOptions, keyof CallOptions>, number> = {
  graceful: constants.VIR_DOMAIN_DESTROY_GRACEFUL,
  removeLogs: constants.VIR_DOMAIN_DESTROY_REMOVE_LOGS,
};

/** What goes with a domain's definition (`virDomainUndefineFlagsValues`); libvirt refuses while such a thing exists unnamed. */
export interface UndefineOptions extends CallOptions {
  /** Remove the managed save too. @default false */
  readonly managedSave?: boolean | undefined;
  /** Forget its snapshots. @default false */
  readonly snapshotsMetadata?: boolean | undefined;
  /** Forget its checkpoints. @default false */
  readonly checkpointsMetadata?: boolean | undefined;
  /** Remove the firmware's variables. @default false */
  readonly nvram?: boolean | undefined;
  /** Keep the firmware's variables. @default false */
  readonly keepNvram?: boolean | undefined;
  /** Remove the state of its TPM. @default false */
  readonly tpm?: boolean | undefined;
  /** Keep the state of its TPM. @default false */
  readonly keepTpm?: boolean | undefined;
}

/** The bits of {@link UndefineOptions}. */
export const undefineBits: Record<Exclude<keyof UndefineOptions, keyof CallOptions>, number> = {
  managedSave: constants.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE,
  snapshotsMetadata: constants.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
  checkpointsMetadata: constants.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA,
  nvram: constants.VIR_DOMAIN_UNDEFINE_NVRAM,
  keepNvram: constants.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM,
  tpm: constants.VIR_DOMAIN_UNDEFINE_TPM,
  keepTpm: constants.VIR_DOMAIN_UNDEFINE_KEEP_TPM,
};

/** Which XML of a domain is wanted (`virDomainXMLFlags`). */
export interface XMLOptions extends CallOptions {
  /** With passwords; refused on a read-only connection. @default false */
  readonly secure?: boolean | undefined;
  /** The definition for the next start instead of the running one. @default false */
  readonly inactive?: boolean | undefined;
  /** With the CPU model spelled out in features of the host. @default false */
  readonly updateCpu?: boolean | undefined;
  /** In a form that older daemons take at a migration. @default false */
  readonly migratable?: boolean | undefined;
}

/** The bits of {@link XMLOptions}. */
export const xmlBits: Record<Exclude<keyof XMLOptions, keyof CallOptions>, number> = {
  secure: constants.VIR_DOMAIN_XML_SECURE,
  inactive: constants.VIR_DOMAIN_XML_INACTIVE,
  updateCpu: constants.VIR_DOMAIN_XML_UPDATE_CPU,
  migratable: constants.VIR_DOMAIN_XML_MIGRATABLE,
};

/** Whether a change or a read concerns the running domain, its definition, or both; without either, what it is now. */
export interface AffectOptions extends CallOptions {
  /** The running domain. @default false */
  readonly live?: boolean | undefined;
  /** The definition. @default false */
  readonly config?: boolean | undefined;
}

/** The bits of {@link AffectOptions}. */
export const affectBits: Record<Exclude<keyof AffectOptions, keyof CallOptions>, number> = {
  live: constants.VIR_DOMAIN_AFFECT_LIVE,
  config: constants.VIR_DOMAIN_AFFECT_CONFIG,
};

/** Where a piece of metadata is kept. */
export interface MetadataOptions extends AffectOptions {
  /** The XML namespace of an `element`. */
  readonly uri?: string | undefined;
  /** The namespace prefix under which an `element` is written; needed to set one. */
  readonly key?: string | undefined;
}

/** Which domains are listed (`virConnectListAllDomainsFlags`); within a group any of the named, across groups all. */
export interface ListDomainsOptions extends CallOptions {
  /** Those that run or are paused. @default false */
  readonly active?: boolean | undefined;
  /** Those that are off. @default false */
  readonly inactive?: boolean | undefined;
  /** Those with a definition. @default false */
  readonly persistent?: boolean | undefined;
  /** Those that vanish when they end. @default false */
  readonly transient?: boolean | undefined;
  /** In state running. @default false */
  readonly running?: boolean | undefined;
  /** In state paused. @default false */
  readonly paused?: boolean | undefined;
  /** In state shutoff. @default false */
  readonly shutoff?: boolean | undefined;
  /** In any other state. @default false */
  readonly other?: boolean | undefined;
  /** With a managed save. @default false */
  readonly managedSave?: boolean | undefined;
  /** Without a managed save. @default false */
  readonly noManagedSave?: boolean | undefined;
  /** Started with the host. @default false */
  readonly autostart?: boolean | undefined;
  /** Not started with the host. @default false */
  readonly noAutostart?: boolean | undefined;
  /** With snapshots. @default false */
  readonly hasSnapshot?: boolean | undefined;
  /** Without snapshots. @default false */
  readonly noSnapshot?: boolean | undefined;
  /** With checkpoints. @default false */
  readonly hasCheckpoint?: boolean | undefined;
  /** Without checkpoints. @default false */
  readonly noCheckpoint?: boolean | undefined;
}

/** The bits of {@link ListDomainsOptions}. */
export const listDomainsBits: Record<Exclude<keyof ListDomainsOptions, keyof CallOptions>, number> = {
  active: constants.VIR_CONNECT_LIST_DOMAINS_ACTIVE,
  inactive: constants.VIR_CONNECT_LIST_DOMAINS_INACTIVE,
  persistent: constants.VIR_CONNECT_LIST_DOMAINS_PERSISTENT,
  transient: constants.VIR_CONNECT_LIST_DOMAINS_TRANSIENT,
  running: constants.VIR_CONNECT_LIST_DOMAINS_RUNNING,
  paused: constants.VIR_CONNECT_LIST_DOMAINS_PAUSED,
  shutoff: constants.VIR_CONNECT_LIST_DOMAINS_SHUTOFF,
  other: constants.VIR_CONNECT_LIST_DOMAINS_OTHER,
  managedSave: constants.VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE,
  noManagedSave: constants.VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE,
  autostart: constants.VIR_CONNECT_LIST_DOMAINS_AUTOSTART,
  noAutostart: constants.VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART,
  hasSnapshot: constants.VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT,
  noSnapshot: constants.VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT,
  hasCheckpoint: constants.VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT,
  noCheckpoint: constants.VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT,
};
