import type { _InstanceType, RunInstancesCommandInput, Tag } from '@aws-sdk/client-ec2';
import { HypervisorError, type SpecProblem, type VmSpec } from '@novacron/hypervisor';
import { descriptionTag, nameTag } from './map-vm.ts';

/**
 * The request that makes a machine of a specification. EC2 sells fixed sizes, so `image` and `size` are needed, and
 * `vcpus` and `memoryBytes` are left to the size.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when something EC2 needs is missing or something it can't do is
 * asked for; `details.problems` lists all.
 */
export function runInput(spec: VmSpec, clientToken: string | undefined): RunInstancesCommandInput {
  const problems: SpecProblem[] = [];
  const { name, image, size, tags = {}, description, disks = [], networks = [], directBoot } = spec;
  if (image === undefined) problems.push({ path: 'image', message: 'must name an AMI: ami-…' });
  if (size === undefined) problems.push({ path: 'size', message: 'must name an instance type: t3.micro' });
  if (disks.length > 0) problems.push({ path: 'disks', message: 'can not be given; the AMI brings them' });
  for (const [index, { model, macAddress }] of networks.entries()) {
    const path = `networks[${index}]`;
    if (model !== undefined) problems.push({ path: `${path}.model`, message: 'can not be chosen; the size decides' });
    if (macAddress !== undefined) problems.push({ path: `${path}.macAddress`, message: 'can not be chosen on EC2' });
  }
  if (directBoot !== undefined) problems.push({ path: 'directBoot', message: 'does not exist on EC2' });
  for (const reserved of [nameTag, descriptionTag]) {
    if (reserved in tags)
      problems.push({ path: `tags[${JSON.stringify(reserved)}]`, message: 'is used by the driver' });
  }
  if (problems.length > 0) {
    throw new HypervisorError({
      kind: 'invalid',
      message: `The specification of VM ${JSON.stringify(name)} does not fit EC2: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
      details: { problems },
    });
  }
  const all: Tag[] = [
    { Key: nameTag, Value: name },
    ...(description === undefined ? [] : [{ Key: descriptionTag, Value: description }]),
    ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  ];
  return {
    ImageId: image,
    InstanceType: size as _InstanceType | undefined,
    MinCount: 1,
    MaxCount: 1,
    ClientToken: clientToken,
    TagSpecifications: [{ ResourceType: 'instance', Tags: all }],
    ...(networks.length === 0
      ? {}
      : { NetworkInterfaces: networks.map(({ network }, DeviceIndex) => ({ DeviceIndex, SubnetId: network })) }),
  };
}
