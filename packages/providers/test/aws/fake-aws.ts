import type { Hypervisor, Vm, VmSpec } from '@novacron/hypervisor';
import { createAwsHypervisor, type AwsOptions } from '@novacron/providers/aws';
import { expect } from 'vitest';
import { FakeEc2 } from './fake-ec2.ts';

/** A specification that EC2 takes. */
export const spec = (name: string): VmSpec => ({ name, image: 'ami-0abcdef1234567890', size: 't3.micro' });

/** All three are secrets or belong to them. */
export const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'not-so-secret-key',
  sessionToken: 'not-so-secret-session-token',
};

/** A fake EC2 that listens, and drivers that talk to it. */
export interface FakeAws extends AsyncDisposable {
  readonly ec2: FakeEc2;
  open(options?: Partial<AwsOptions>): Promise<Hypervisor>;
  /** The machine of this name, as soon as it can be seen. */
  seen(name: string, hypervisor: Hypervisor): Promise<Vm>;
  /** How often an action was asked for. */
  asked(action: string): number;
}

/** Starts a fake EC2. */
export async function fakeAws(): Promise<FakeAws> {
  const ec2 = new FakeEc2();
  const endpoint = await ec2.listen();
  return {
    ec2,
    open: (options) =>
      createAwsHypervisor({
        region: 'eu-central-1',
        clientConfig: { endpoint, credentials, maxAttempts: 1 },
        pollIntervalMs: 5,
        ...options,
      }),
    async seen(name, hypervisor) {
      await expect.poll(async () => (await hypervisor.vms.list({ namePrefix: name })).items.length).toBe(1);
      return hypervisor.vms.get(name);
    },
    asked: (action) => ec2.requests.filter((request) => request.action === action).length,
    [Symbol.asyncDispose]: () => ec2[Symbol.asyncDispose](),
  };
}
