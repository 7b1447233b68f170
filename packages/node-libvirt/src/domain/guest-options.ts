import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Words } from '../values/words.ts';

/** Who is asked for a guest's name (`virDomainGetHostnameFlags`); the hypervisor chooses when nobody is named. */
export interface HostnameOptions extends CallOptions {
  /** The DHCP server. @default false */
  readonly lease?: boolean | undefined;
  /** The guest agent. @default false */
  readonly agent?: boolean | undefined;
}

/** The bits of {@link HostnameOptions}. */
export const hostnameBits: Record<Exclude<keyof HostnameOptions, keyof CallOptions>, number> = {
  lease: constants.VIR_DOMAIN_GET_HOSTNAME_LEASE,
  agent: constants.VIR_DOMAIN_GET_HOSTNAME_AGENT,
};

/** How a guest's clock is set (`virDomainSetTimeFlags`). */
export interface SetTimeOptions extends CallOptions {
  /** Take the time of the guest's own hardware clock instead. @default false */
  readonly sync?: boolean | undefined;
}

/** The bits of {@link SetTimeOptions}. */
export const setTimeBits: Record<Exclude<keyof SetTimeOptions, keyof CallOptions>, number> = {
  sync: constants.VIR_DOMAIN_TIME_SYNC,
};

/** How a guest's password is set (`virDomainSetUserPasswordFlags`). */
export interface UserPasswordOptions extends CallOptions {
  /** It is already encrypted as the guest keeps it. @default false */
  readonly encrypted?: boolean | undefined;
}

/** The bits of {@link UserPasswordOptions}. */
export const userPasswordBits: Record<Exclude<keyof UserPasswordOptions, keyof CallOptions>, number> = {
  encrypted: constants.VIR_DOMAIN_PASSWORD_ENCRYPTED,
};

/** How a guest's SSH keys are set (`virDomainAuthorizedSSHKeysSetFlags`); without either they replace all that there are. */
export interface AuthorizedSSHKeysOptions extends CallOptions {
  /** Keep those that there are. @default false */
  readonly append?: boolean | undefined;
  /** Remove these. @default false */
  readonly remove?: boolean | undefined;
}

/** The bits of {@link AuthorizedSSHKeysOptions}. */
export const authorizedSshKeysBits: Record<Exclude<keyof AuthorizedSSHKeysOptions, keyof CallOptions>, number> = {
  append: constants.VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND,
  remove: constants.VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE,
};

/** How long a guest agent may take to answer, in seconds, or as long as it wants, as libvirt decides, or not at all. */
export type AgentTimeout = number | 'block' | 'default' | 'nowait';

/** libvirt's number of each word of {@link AgentTimeout}. */
export const agentTimeouts: Words<Exclude<AgentTimeout, number>> = {
  block: constants.VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK,
  default: constants.VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT,
  nowait: constants.VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_NOWAIT,
};

/** A file system that a guest has mounted. */
export interface FSInfo {
  readonly mountPoint: string;
  /** The guest's name of the device: `vda1`. */
  readonly name: string;
  /** `ext4`, `xfs`, ... */
  readonly type: string;
  /** The targets of the domain's disks that it is on. */
  readonly disks: readonly string[];
}

/** A command for QEMU's monitor or the guest agent. */
export interface QemuCommand {
  /** Its name: `query-status`, `guest-info`. */
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}

/** How a command is sent to the guest agent. */
export interface AgentCommandOptions extends CallOptions {
  /** How long the agent may take. @default 'default' */
  readonly agentTimeout?: AgentTimeout | undefined;
}
