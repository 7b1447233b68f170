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
 * A machine's name is its `Name` tag; several may share one, and then only the id names it. EC2 starts what it makes:
 * `create` without `start` lets it boot and stops it. `delete` terminates, with the root volume.
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
    events: () => noEvents(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

// oxlint-disable-next-line require-yield -- it only ever throws
async function* noEvents(): AsyncGenerator<HypervisorEvent, void> {
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
