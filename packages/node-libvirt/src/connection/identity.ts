import { constants } from '../protocol/constants.gen.ts';
import { type Fields, numberField, textField } from '../values/fields.ts';

/** For whom a privileged client speaks (`VIR_CONNECT_IDENTITY_...`). */
export interface Identity {
  readonly userName?: string | undefined;
  readonly unixUserId?: number | undefined;
  readonly groupName?: string | undefined;
  readonly unixGroupId?: number | undefined;
  readonly processId?: number | undefined;
  /** When the process was started, as its /proc file has it. */
  readonly processTime?: number | undefined;
  readonly saslUserName?: string | undefined;
  readonly x509DistinguishedName?: string | undefined;
  readonly selinuxContext?: string | undefined;
}

/** The parameters of {@link Identity}. */
export const identityFields: Fields<Identity> = {
  userName: textField(constants.VIR_CONNECT_IDENTITY_USER_NAME),
  unixUserId: numberField('ullong', constants.VIR_CONNECT_IDENTITY_UNIX_USER_ID),
  groupName: textField(constants.VIR_CONNECT_IDENTITY_GROUP_NAME),
  unixGroupId: numberField('ullong', constants.VIR_CONNECT_IDENTITY_UNIX_GROUP_ID),
  processId: numberField('llong', constants.VIR_CONNECT_IDENTITY_PROCESS_ID),
  processTime: numberField('ullong', constants.VIR_CONNECT_IDENTITY_PROCESS_TIME),
  saslUserName: textField(constants.VIR_CONNECT_IDENTITY_SASL_USER_NAME),
  x509DistinguishedName: textField(constants.VIR_CONNECT_IDENTITY_X509_DISTINGUISHED_NAME),
  selinuxContext: textField(constants.VIR_CONNECT_IDENTITY_SELINUX_CONTEXT),
};
