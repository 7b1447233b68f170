import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { readFields, type WithParameters, writeFields } from '../values/fields.ts';
import { DomainBlockJobs } from './domain-block-jobs.ts';
import {
  launchSecretFields,
  type LaunchSecret,
  launchSecurityFields,
  type LaunchSecurityInfo,
  type SecurityLabel,
} from './security-options.ts';

/** What keeps a domain apart from others, and its memory from the host. */
export abstract class DomainSecurity extends DomainBlockJobs {
  /** The security label of its process. */
  async getSecurityLabel(options?: CallOptions): Promise<SecurityLabel> {
    const { label, enforcing } = await this.raw.domainGetSecurityLabel({ dom: this.reference }, options);
    return { label, enforcing: enforcing !== 0 };
  }

  /** The security labels of its process, one for each security driver. */
  async getSecurityLabelList(options?: CallOptions): Promise<SecurityLabel[]> {
    const { labels } = await this.raw.domainGetSecurityLabelList({ dom: this.reference }, options);
    return labels.map(({ label, enforcing }) => ({ label, enforcing: enforcing !== 0 }));
  }

  /** How it was launched when its memory is encrypted; without any member when it is not. */
  async getLaunchSecurityInfo(options?: CallOptions): Promise<LaunchSecurityInfo & WithParameters> {
    const flags = constants.VIR_TYPED_PARAM_STRING_OKAY;
    const { params } = await this.raw.domainGetLaunchSecurityInfo({ dom: this.reference, flags }, options);
    return readFields<LaunchSecurityInfo>(launchSecurityFields, params);
  }

  /** Puts a secret into the encrypted memory of a guest that waits paused for it. */
  async setLaunchSecurityState(secret: LaunchSecret, options?: CallOptions): Promise<void> {
    const params = writeFields(launchSecretFields, secret);
    await this.raw.domainSetLaunchSecurityState({ dom: this.reference, params }, options);
  }
}
