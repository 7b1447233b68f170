import { assertState } from '../../assert-allowed.ts';
import { notFound } from '../../error.ts';
import type { DiskSpec } from '../../spec/definition/disk-spec.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import { checkDisk } from '../../validate/check-disks.ts';
import { checkNetworkInterface } from '../../validate/check-networks.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { findVolume } from '../storage/find-pool.ts';
import { deviceOf, makeVolume, volumeOf } from '../storage/new-volumes.ts';

type Devices =
  | 'attachDisk'
  | 'detachDisk'
  | 'attachNetwork'
  | 'detachNetwork'
  | 'changeMedia'
  | 'resize'
  | 'resizeDisk'
  | 'openConsole'
  | 'screenshot';

const changeable = ['running', 'paused', 'stopped', 'crashed'] as const;

/** What comes and goes in simulated machines. */
export function memoryDevices(host: MemoryHost): Pick<CompleteVmOperations, Devices> {
  const on = <T>(
    vm: string,
    action: string,
    options: OperationOptions | undefined,
    task: (machine: Machine) => Promise<T> | T,
    states: readonly Machine['state'][] = changeable,
  ): Promise<T> =>
    host.call(options, async (signal) => {
      const machine = host.find(vm);
      assertState(action, machine.spec.name, machine.state, states);
      await host.disturb('devices', machine.spec.name, signal);
      return task(machine);
    });
  const indexOf = ({ spec }: Machine, device: string): number => {
    const index = (spec.disks ?? []).findIndex((_, at) => deviceOf(spec, at) === device);
    if (index === -1) throw notFound('Device', device);
    return index;
  };
  const refuse = (checks: Checks, what: string): void => assertNoProblems(checks.problems, what);

  return {
    attachDisk: (vm, disk, options) =>
      on(vm, 'attach a disk', options, async (machine) => {
        const checks = new Checks();
        checkDisk({ ...disk }, 'disk', checks);
        refuse(checks, 'The disk');
        const disks = [...(machine.spec.disks ?? []), disk];
        const device = deviceOf({ ...machine.spec, disks }, disks.length - 1);
        const reference = volumeOf(machine.spec.name, disk, device);
        if (disk.create !== undefined && reference !== undefined)
          disks[disks.length - 1] = await makeVolume(host, machine, reference, disk);
        else if (reference !== undefined) findVolume(host, reference);
        machine.spec = { ...machine.spec, disks };
        return device;
      }),
    detachDisk: (vm, device, options) =>
      on(vm, 'detach a disk', options, (machine) => {
        const index = indexOf(machine, device);
        machine.spec = { ...machine.spec, disks: (machine.spec.disks ?? []).toSpliced(index, 1) };
      }),
    attachNetwork: (vm, network, options) =>
      on(vm, 'attach a network interface', options, (machine) => {
        const checks = new Checks();
        checkNetworkInterface({ ...network }, 'network', checks);
        refuse(checks, 'The network interface');
        const macAddress = (
          network.macAddress ??
          `52:54:00:${host
            .newId()
            .slice(0, 6)
            .replaceAll(/..(?=.)/g, '$&:')}`
        ).toLowerCase();
        machine.spec = { ...machine.spec, networks: [...(machine.spec.networks ?? []), { ...network, macAddress }] };
        return macAddress;
      }),
    detachNetwork: (vm, macAddress, options) =>
      on(vm, 'detach a network interface', options, (machine) => {
        const networks = machine.spec.networks ?? [];
        const left = networks.filter((each) => each.macAddress?.toLowerCase() !== macAddress.toLowerCase());
        if (left.length === networks.length) throw notFound('Device', macAddress);
        machine.spec = { ...machine.spec, networks: left };
      }),
    changeMedia: (vm, device, media, options) =>
      on(vm, 'change media', options, (machine) => {
        const index = indexOf(machine, device);
        const drive = machine.spec.disks?.[index];
        if (drive?.device !== 'cdrom') throw notFound('Device', device);
        const { source: _, volume: __, ...empty } = drive;
        const filled: DiskSpec =
          media === undefined
            ? empty
            : typeof media === 'string'
              ? { ...empty, source: media }
              : { ...empty, volume: media };
        if (filled.volume !== undefined) findVolume(host, filled.volume);
        machine.spec = { ...machine.spec, disks: (machine.spec.disks ?? []).with(index, filled) };
      }),
    resize: (vm, { vcpus, memoryBytes }, options) =>
      on(vm, 'resize', options, (machine) => {
        const checks = new Checks();
        checks.whole(vcpus, 'vcpus', [1, 4096]);
        checks.whole(memoryBytes, 'memoryBytes', [1024 ** 2, Number.MAX_SAFE_INTEGER]);
        refuse(checks, 'The size');
        const off = machine.state === 'stopped' || machine.state === 'crashed';
        const most = Math.max(machine.spec.cpu?.maximum ?? 1, machine.spec.vcpus ?? 1);
        const cpusNow = off || (vcpus ?? 0) <= most;
        const memoryNow = off || (memoryBytes ?? 0) <= (machine.spec.memoryBytes ?? 1024 ** 3);
        if (vcpus !== undefined && cpusNow) machine.vcpus = vcpus;
        if (memoryBytes !== undefined && memoryNow) machine.memoryBytes = memoryBytes;
        machine.spec = off ? { ...machine.spec, vcpus: machine.vcpus, memoryBytes: machine.memoryBytes } : machine.spec;
        machine.nextSize = off
          ? undefined
          : { vcpus: cpusNow ? undefined : vcpus, memoryBytes: memoryNow ? undefined : memoryBytes };
        return {
          ...(vcpus === undefined ? {} : { vcpus: cpusNow ? 'now' : 'next-start' }),
          ...(memoryBytes === undefined ? {} : { memory: memoryNow ? 'now' : 'next-start' }),
        };
      }),
    resizeDisk: (vm, device, sizeBytes, options) =>
      on(vm, 'resize a disk', options, (machine) => {
        const disk = machine.spec.disks?.[indexOf(machine, device)];
        const reference = disk && volumeOf(machine.spec.name, disk, device);
        if (reference === undefined) throw notFound('Volume', device);
        const volume = findVolume(host, reference);
        const checks = new Checks();
        checks.whole(sizeBytes, 'sizeBytes', [volume.sizeBytes, Number.MAX_SAFE_INTEGER]);
        refuse(checks, 'The size');
        volume.sizeBytes = sizeBytes;
      }),
    openConsole: (vm, options) =>
      on(
        vm,
        'open the console',
        options,
        () => {
          // The simulated guest gives back what is typed.
          const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
          const close = async (): Promise<void> => {
            await readable.cancel().catch(() => {}); // somebody reads it, and ends by the writer's end
            await writable.abort().catch(() => {});
          };
          return { readable, writable, close, [Symbol.asyncDispose]: close };
        },
        ['running', 'paused'],
      ),
    screenshot: (vm, options) =>
      on(
        vm,
        'take a picture',
        options,
        () => ({ mimeType: 'image/x-portable-pixmap', data: new TextEncoder().encode('P6\n1 1\n255\n\0\0\0') }),
        ['running', 'paused'],
      ),
  };
}
