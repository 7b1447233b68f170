import type { Instance } from '@aws-sdk/client-ec2';
import type { Vm, VmState } from '@novacron/hypervisor';

/** Tags that hold fields of the common model; they are not shown as tags. */
export const nameTag = 'Name';
/** The tag that holds the description. */
export const descriptionTag = 'novacron:description';

const states: Readonly<Record<string, VmState>> = {
  pending: 'starting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  'shutting-down': 'deleting',
  terminated: 'deleted',
};

/** EC2's instance state in the common model. */
export function mapState(name: string | undefined): VmState {
  return states[name ?? ''] ?? 'unknown';
}

/**
 * An EC2 instance in the common model. EC2 does not say how much memory an instance has, so it is absent. It was made
 * when its first network card was attached: `LaunchTime` is when it was started last.
 */
export function mapVm(instance: Instance): Vm {
  const tags: Record<string, string> = {};
  for (const { Key, Value } of instance.Tags ?? []) if (Key !== undefined) tags[Key] = Value ?? '';
  const { [nameTag]: name, [descriptionTag]: description, ...others } = tags;
  const { CoreCount, ThreadsPerCore } = instance.CpuOptions ?? {};
  const first = instance.NetworkInterfaces?.find(({ Attachment }) => Attachment?.DeviceIndex === 0);
  const createdMs = first?.Attachment?.AttachTime?.getTime();
  return {
    id: instance.InstanceId ?? '',
    name: name ?? instance.InstanceId ?? '',
    state: mapState(instance.State?.Name),
    ...(CoreCount === undefined || ThreadsPerCore === undefined ? {} : { vcpus: CoreCount * ThreadsPerCore }),
    tags: others,
    ...(description === undefined ? {} : { description }),
    ...(createdMs === undefined ? {} : { createdMs }),
    native: {
      state: instance.State?.Name ?? 'unknown',
      ...(instance.StateReason?.Code === undefined ? {} : { reason: instance.StateReason.Code }),
      instanceType: instance.InstanceType,
      imageId: instance.ImageId,
      availabilityZone: instance.Placement?.AvailabilityZone,
      privateIpAddress: instance.PrivateIpAddress,
      publicIpAddress: instance.PublicIpAddress,
    },
  };
}
