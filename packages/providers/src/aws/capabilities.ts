import { defineCapabilities, type HypervisorCapabilities } from '@novacron/hypervisor';

/** What the AWS driver can do: names are tags, so several machines can share one. */
export const awsCapabilities: HypervisorCapabilities = defineCapabilities({ uniqueNames: false });
