import { constants } from '../protocol/constants.gen.ts';
import { type Fields, numberField, textField } from '../values/fields.ts';

/** A security label (SELinux, AppArmor, DAC) of a domain's process. */
export interface SecurityLabel {
  readonly label: string;
  /** Whether the host enforces it. */
  readonly enforcing: boolean;
}

/** How a guest with encrypted memory (AMD SEV) was launched. */
export interface LaunchSecurityInfo {
  /** The measurement that proves what was launched, base64. */
  readonly sevMeasurement?: string | undefined;
  readonly sevApiMajor?: number | undefined;
  readonly sevApiMinor?: number | undefined;
  readonly sevBuildId?: number | undefined;
  /** The policy as a word of bits. */
  readonly sevPolicy?: number | undefined;
  /** The policy of SEV-SNP as a word of bits. */
  readonly sevSnpPolicy?: number | undefined;
}

/** The parameters of {@link LaunchSecurityInfo}. */
export const launchSecurityFields: Fields<LaunchSecurityInfo> = {
  sevMeasurement: textField(constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_MEASUREMENT),
  sevApiMajor: numberField('uint', constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MAJOR),
  sevApiMinor: numberField('uint', constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MINOR),
  sevBuildId: numberField('uint', constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_BUILD_ID),
  sevPolicy: numberField('uint', constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_POLICY),
  sevSnpPolicy: numberField('ullong', constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_SNP_POLICY),
};

/** The secret that a guest's owner puts into its encrypted memory once its measurement is right. */
export interface LaunchSecret {
  /** The header, base64. */
  readonly sevSecretHeader: string;
  /** The secret, encrypted, base64. */
  readonly sevSecret: string;
  /** Where in the guest's memory. @default the hypervisor's own */
  readonly sevSecretSetAddress?: number | undefined;
}

/** The parameters of {@link LaunchSecret}. */
export const launchSecretFields: Fields<LaunchSecret> = {
  sevSecretHeader: textField(constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET_HEADER),
  sevSecret: textField(constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET),
  sevSecretSetAddress: numberField('ullong', constants.VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET_SET_ADDRESS),
};
