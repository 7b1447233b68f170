import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Words } from '../values/words.ts';

/** What a secret is for (`virSecretUsageType`). */
export type SecretUsageType = 'none' | 'volume' | 'ceph' | 'iscsi' | 'tls' | 'vtpm';

/** libvirt's number of each {@link SecretUsageType}. */
export const secretUsageTypes: Words<SecretUsageType> = {
  none: constants.VIR_SECRET_USAGE_TYPE_NONE,
  volume: constants.VIR_SECRET_USAGE_TYPE_VOLUME,
  ceph: constants.VIR_SECRET_USAGE_TYPE_CEPH,
  iscsi: constants.VIR_SECRET_USAGE_TYPE_ISCSI,
  tls: constants.VIR_SECRET_USAGE_TYPE_TLS,
  vtpm: constants.VIR_SECRET_USAGE_TYPE_VTPM,
};

/** Which secrets (`virConnectListAllSecretsFlags`); of each pair of opposites, none named means both. */
export interface ListSecretsOptions extends CallOptions {
  /** Those kept in memory only. @default false */
  readonly ephemeral?: boolean | undefined;
  /** Those kept on disk. @default false */
  readonly noEphemeral?: boolean | undefined;
  /** Those whose value nobody can read. @default false */
  readonly private?: boolean | undefined;
  /** Those whose value can be read. @default false */
  readonly noPrivate?: boolean | undefined;
}

/** The bits of {@link ListSecretsOptions}. */
export const listSecretsBits: Record<Exclude<keyof ListSecretsOptions, keyof CallOptions>, number> = {
  ephemeral: constants.VIR_CONNECT_LIST_SECRETS_EPHEMERAL,
  noEphemeral: constants.VIR_CONNECT_LIST_SECRETS_NO_EPHEMERAL,
  private: constants.VIR_CONNECT_LIST_SECRETS_PRIVATE,
  noPrivate: constants.VIR_CONNECT_LIST_SECRETS_NO_PRIVATE,
};

/** How a secret is defined (`virSecretDefineFlags`). */
export interface SecretDefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link SecretDefineOptions}. */
export const secretDefineBits: Record<Exclude<keyof SecretDefineOptions, keyof CallOptions>, number> = {
  validate: constants.VIR_SECRET_DEFINE_VALIDATE,
};
