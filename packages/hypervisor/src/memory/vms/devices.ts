import { assertState } from '../../assert-allowed.ts';
import { deviceName } from '../../device-name.ts';
import { notFound } from '../../error.ts';
import type { DiskSpec } from '../../spec/definition/disk-spec.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import { checkDisk } from '../../validate/check-disks.ts';
import { checkNetworkInterface } from '../../validate/check-networks.ts';
import { assertVolumeSize } from '../../validate/check-volume.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { Machine, MachineDisk } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { findVolume } from '../storage/find-pool.ts';
import { openConsole } from './console.ts';
import { machineDisk, makeVolume, prefixOf } from '../storage/new-volumes.ts';

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
    const index = (spec.disks ?? []).findIndex(({ target }) => target === device);
    if (index === -1) throw notFound('Device', device);
    return index;
  };
  const notify = (machine: Machine, type: 'device-added' | 'device-removed', subject: string): void => {
    if (machine.startedMs !== undefined) host.notify(machine, { type, subject });
  };
  const refuse = (checks: Checks, what: string): void => assertNoProblems(checks.problems, what);

  return {
    attachDisk: (vm, disk, options) =>
      on(vm, 'attach a disk', options, async (machine) => {
        const checks = new Checks();
        checkDisk({ ...disk }, 'disk', checks);
        refuse(checks, 'The disk');
        const target = freeTarget(machine, disk);
        const own = machineDisk(machine.spec.name, disk, target);
        const { volume, format } = own;
        const { create } = disk;
        if (create === undefined && volume !== undefined) findVolume(host, volume);
        const others = (): readonly MachineDisk[] =>
          (machine.spec.disks ?? []).filter((each) => each.target !== target);
        machine.spec = { ...machine.spec, disks: [...others(), own] }; // nobody else gets its device meanwhile
        if (create === undefined || volume === undefined) {
          notify(machine, 'device-added', target);
          return target;
        }
        try {
          const made = await makeVolume(host, machine, volume, { create, format });
          machine.spec = { ...machine.spec, disks: [...others(), { ...own, ...made }] };
        } catch (error) {
          machine.spec = { ...machine.spec, disks: others() };
          throw error;
        }
        notify(machine, 'device-added', target);
        return target;
      }),
    detachDisk: (vm, device, options) =>
      on(vm, 'detach a disk', options, (machine) => {
        const index = indexOf(machine, device);
        machine.spec = { ...machine.spec, disks: (machine.spec.disks ?? []).toSpliced(index, 1) };
        notify(machine, 'device-removed', device);
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
        notify(machine, 'device-added', macAddress);
        return macAddress;
      }),
    detachNetwork: (vm, macAddress, options) =>
      on(vm, 'detach a network interface', options, (machine) => {
        const networks = machine.spec.networks ?? [];
        const left = networks.filter((each) => each.macAddress?.toLowerCase() !== macAddress.toLowerCase());
        if (left.length === networks.length) throw notFound('Device', macAddress);
        machine.spec = { ...machine.spec, networks: left };
        notify(machine, 'device-removed', macAddress.toLowerCase());
      }),
    changeMedia: (vm, device, media, options) =>
      on(vm, 'change media', options, (machine) => {
        const index = indexOf(machine, device);
        const drive = machine.spec.disks?.[index];
        if (drive?.device !== 'cdrom') throw notFound('Device', device);
        const { source: _, volume: __, ...empty } = drive;
        const filled: MachineDisk =
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
        host.machines.resize(machine, {
          vcpus: cpusNow ? vcpus : undefined,
          memoryBytes: memoryNow ? memoryBytes : undefined,
        });
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
        const reference = machine.spec.disks?.[indexOf(machine, device)]?.volume;
        if (reference === undefined) throw notFound('Volume', device);
        const volume = findVolume(host, reference);
        assertVolumeSize(sizeBytes);
        const checks = new Checks();
        checks.whole(sizeBytes, 'sizeBytes', [volume.sizeBytes, Number.MAX_SAFE_INTEGER]);
        refuse(checks, 'The size');
        volume.sizeBytes = sizeBytes;
      }),
    openConsole: (vm, options) =>
      on(vm, 'open the console', options, (machine) => openConsole(machine, options?.force), ['running', 'paused']),
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

/** The first device that no disk of the machine has. */
function freeTarget({ spec }: Machine, disk: DiskSpec): string {
  const taken = new Set((spec.disks ?? []).map(({ target }) => target));
  const prefix = prefixOf(disk, spec.os);
  let index = 0;
  while (taken.has(deviceName(prefix, index))) index++;
  return deviceName(prefix, index);
}
