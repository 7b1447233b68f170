/**
 * The driver for AWS EC2. Needs `@aws-sdk/client-ec2`, which it loads when a driver is made.
 *
 * @module
 */
import { unsupportedError, type Hypervisor, type HypervisorEvent } from '@novacron/hypervisor';
import { ProviderError } from '../error.ts';
import { awsCapabilities } from './capabilities.ts';
import { Ec2Region } from './ec2-region.ts';
import { awsLifecycle } from './lifecycle.ts';
import type { AwsOptions, Ec2Library } from './options.ts';

/**
 * Makes the driver for one region of EC2. No request is sent before the first operation.
 *
 * A machine's name is its `Name` tag; several may share one, and then only the id names it.
 *
 * - `create` without `start` lets the machine boot and then stops it, since EC2 starts what it makes. With a client token
 *   that was used before, it returns the machine of that time: started when that is asked, else as it is. A `create` that
 *   fails after the launch leaves the instance, and names it in `details.id`: it exists and is billed. Give a client token to find the
 *   one of a `create` whose answer was lost.
 * - `stop` of a machine that starts waits until it runs, as EC2 can't stop it before; that wait is not part of `graceMs`.
 * - `reboot` asks EC2, which asks the guest and cuts its power when that takes some minutes. EC2 knows no other way and
 *   does not tell when the guest is up, so `force` and `graceMs` change nothing and `reboot` returns at once.
 * - `delete` terminates. Volumes go too when they are marked `DeleteOnTermination`, as the root volume is unless the image
 *   or the account says otherwise; others stay and are billed.
 * - `createdMs` is when the first network card was attached, which EC2 does at the launch.
 *
 * @param options - Region, and how to reach it.
 * @throws {ProviderError} NOVA_PROVIDER_UNSUPPORTED when `@aws-sdk/client-ec2` is not installed.
 * @throws {ProviderError} NOVA_PROVIDER_INVALID when there is no region.
 *
 * @example
 * ```ts no-run
 * import { createAwsHypervisor } from '@novacron/providers/aws';
 *
 * await using hypervisor = await createAwsHypervisor({ region: 'eu-central-1' });
 * const spec = { name: 'web-1', image: 'ami-0abcdef1234567890', size: 't3.micro', tags: { role: 'web' } };
 * const vm = await hypervisor.vms.create(spec, { start: true, clientToken: 'deploy-42' });
 * console.log(vm.id, vm.native['privateIpAddress']);
 * ```
 */
export async function createAwsHypervisor(options: AwsOptions): Promise<Hypervisor> {
  if (typeof options.region !== 'string' || options.region === '') {
    throw new ProviderError({ kind: 'invalid', message: 'region must name a region of AWS: eu-central-1' });
  }
  const region = new Ec2Region(options.library ?? (await loadLibrary()), options);
  const close = async (): Promise<void> => region.close();
  return {
    specificationVersion: 1,
    driver: 'aws',
    name: options.region,
    capabilities: awsCapabilities,
    vms: awsLifecycle(region),
    events: () => noEvents(region),
    close,
    [Symbol.asyncDispose]: close,
  };
}

// oxlint-disable-next-line require-yield -- it only ever throws
async function* noEvents(region: Ec2Region): AsyncGenerator<HypervisorEvent, void> {
  region.assertOpen();
  throw unsupportedError('aws', 'events');
}

async function loadLibrary(): Promise<Ec2Library> {
  try {
    return await import('@aws-sdk/client-ec2');
  } catch (cause) {
    throw new ProviderError({
      kind: 'unsupported',
      message: 'The AWS driver needs its SDK: npm install @aws-sdk/client-ec2',
      cause,
    });
  }
}

export { awsCapabilities } from './capabilities.ts';
export type { AwsOptions, Ec2Library } from './options.ts';
