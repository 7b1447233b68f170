import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { formatDeviceXML, readXML, writeXML, type XMLElement } from 'node-libvirt/xml';
import { assertState } from '../../assert-allowed.ts';
import { deviceName } from '../../device-name.ts';
import { HypervisorError, notFound } from '../../error.ts';
import { osPreset, type OsPreset } from '../../os-presets.ts';
import type { DiskSpec } from '../../spec/definition/disk-spec.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import { Checks } from '../../validate/checks.ts';
import { checkDisk } from '../../validate/check-disks.ts';
import { checkNetworkInterface } from '../../validate/check-networks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { selectElements } from '../definition/select-elements.ts';
import { diskBus, diskDevice } from '../definition/disk-xml.ts';
import { interfaceDevice } from '../definition/interface-xml.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { isOutcomeUnknown } from '../outcome-unknown.ts';
import { findVolume } from '../storage/find-volume.ts';
import { readVolume } from '../storage/read-volume.ts';
import { withSecrets } from '../storage/volume-secret.ts';
import { takeBack, volumeUndo, withLeftBehind } from '../take-back.ts';
import { newVolumes } from './new-volumes.ts';
import { resizeDisk, resizeDomain } from './resize.ts';

type DeviceOperations = Pick<
  CompleteVmOperations,
  'attachDisk' | 'detachDisk' | 'attachNetwork' | 'detachNetwork' | 'changeMedia' | 'resize' | 'resizeDisk'
>;

const removalMs = 30_000;
const pollMs = 100;
const on = ['running', 'paused', 'stopped', 'crashed'] as const;

/** What comes and goes while a machine is on or off. */
export function libvirtDeviceOperations(host: LibvirtHost): DeviceOperations {
  const onDomain = <T>(
    vm: string,
    action: string,
    options: OperationOptions | undefined,
    task: (domain: Domain, call: CallOptions) => Promise<T>,
  ): Promise<T> =>
    host.call(options, vm, async (call) => {
      const domain = await host.find(vm, call);
      return host.exclusive(domain.uuid, call, async () => {
        assertState(action, domain.name, await host.state(domain, call), on);
        return task(domain, call);
      });
    });

  return {
    attachDisk: (vm, disk, options) =>
      onDomain(vm, 'attach a disk', options, async (domain, call) => {
        const checks = new Checks();
        checkDisk({ ...disk }, 'disk', checks);
        assertNoProblems(checks.problems, 'The disk');
        return attachDisk(host, domain, disk, call);
      }),
    detachDisk: (vm, device, options) =>
      onDomain(vm, 'detach a disk', options, (domain, call) =>
        detach(host, domain, `/domain/devices/disk[target/@dev='${quoted(device)}']`, device, call),
      ),
    attachNetwork: (vm, network, options) =>
      onDomain(vm, 'attach a network interface', options, async (domain, call) => {
        const checks = new Checks();
        checkNetworkInterface({ ...network }, 'network', checks);
        assertNoProblems(checks.problems, 'The network interface');
        const macAddress = network.macAddress ?? randomMac();
        const device = interfaceDevice({ ...network, macAddress }, presetOfDomain());
        await domain.attachDevice(formatDeviceXML({ interface: device }), await affected(domain, call));
        return macAddress.toLowerCase();
      }),
    detachNetwork: (vm, macAddress, options) =>
      onDomain(vm, 'detach a network interface', options, (domain, call) =>
        detach(
          host,
          domain,
          `/domain/devices/interface[mac/@address='${quoted(macAddress.toLowerCase())}']`,
          macAddress,
          call,
        ),
      ),
    changeMedia: (vm, device, media, options) =>
      onDomain(vm, 'change media', options, async (domain, call) => {
        const path =
          media === undefined || typeof media === 'string'
            ? media
            : (await readVolume(await findVolume(host, media, call), call)).path;
        const select = `/domain/devices/disk[@device='cdrom'][target/@dev='${quoted(device)}']`;
        const drive = await deviceElement(domain, select, device, call);
        drive.attributes['type'] = 'file';
        drive.children = drive.children.filter(
          (child) => typeof child === 'string' || !['source', 'backingStore', 'alias'].includes(child.name),
        );
        if (path !== undefined) drive.children.unshift({ name: 'source', attributes: { file: path }, children: [] });
        await domain.updateDevice(writeXML(drive), { ...(await affected(domain, call)), force: true });
      }),
    resize: (vm, size, options) => onDomain(vm, 'resize', options, (domain, call) => resizeDomain(domain, size, call)),
    resizeDisk: (vm, device, sizeBytes, options) =>
      onDomain(vm, 'resize a disk', options, (domain, call) => resizeDisk(host, domain, { device, sizeBytes }, call)),
  };
}

async function attachDisk(host: LibvirtHost, domain: Domain, disk: DiskSpec, call: CallOptions): Promise<string> {
  const preset = presetOfDomain();
  const prefix = diskBus(disk, preset) === 'virtio' ? 'vd' : 'sd';
  const root = readXML(await domain.getXMLDesc(call));
  const taken = new Set(
    selectElements(root, '/domain/devices/disk/target').map(({ element }) => element.attributes['dev']),
  );
  let index = 0;
  while (taken.has(deviceName(prefix, index))) index++;
  const target = deviceName(prefix, index);
  const name = disk.create && (disk.create.name ?? `${domain.name}-${target}.${disk.format ?? 'qcow2'}`);
  const [named = disk] = withSecrets([
    disk.create === undefined ? disk : { ...disk, create: { ...disk.create, name } },
  ]);
  const volumes = newVolumes(host, { name: domain.name, disks: [named] });
  // libvirt looks for it only when the machine starts.
  if (disk.volume !== undefined) await findVolume(host, disk.volume, call);
  try {
    for (const volume of volumes) await volume.make(call);
    const device = diskDevice(named, target, domain.name, preset);
    await domain.attachDevice(formatDeviceXML({ disk: device }), await affected(domain, call));
  } catch (error) {
    // A volume that the machine has got after all is not taken from it.
    if (isOutcomeUnknown(error) && (await host.again(() => hasDisk(domain, target)))) return target;
    const begun = volumes
      .filter((volume) => volume.begun)
      .map(({ reference, secret }) => volumeUndo(host, reference, secret));
    const { left } = await takeBack(host, begun, error);
    throw withLeftBehind(error, left);
  }
  return target;
}

async function hasDisk(domain: Domain, target: string): Promise<boolean> {
  return selectElements(readXML(await domain.getXMLDesc()), `/domain/devices/disk[target/@dev='${target}']`).length > 0;
}

/** Takes a device out; a guest that runs lets go of it in its own time, so it is waited for. */
async function detach(
  host: LibvirtHost,
  domain: Domain,
  select: string,
  name: string,
  call: CallOptions,
): Promise<void> {
  const element = await deviceElement(domain, select, name, call);
  const where = await affected(domain, call);
  await domain.detachDevice(writeXML(element), where);
  if (!where.live) return;
  const startMs = host.clock.monotonic();
  while (selectElements(readXML(await domain.getXMLDesc(call)), select).length > 0) {
    if (host.clock.monotonic() - startMs > removalMs) {
      throw new HypervisorError({
        kind: 'timeout',
        message: `The guest of VM ${JSON.stringify(domain.name)} did not let go of ${name} within ${removalMs} ms`,
        details: { vm: domain.name, device: name },
      });
    }
    await host.clock.sleep(pollMs, call);
  }
}

async function deviceElement(domain: Domain, select: string, name: string, call: CallOptions): Promise<XMLElement> {
  const found = selectElements(readXML(await domain.getXMLDesc(call)), select)[0];
  if (found === undefined) throw notFound('Device', name);
  return found.element;
}

/** A domain that runs is changed at once and for good; one that is off, for good. */
async function affected(
  domain: Domain,
  call: CallOptions,
): Promise<CallOptions & { readonly live: boolean; readonly config: boolean }> {
  const [live, config] = await Promise.all([domain.isActive(call), domain.isPersistent(call)]);
  return { ...call, live, config };
}

/** A path's text can't hold quotes; no device is called so. */
const quoted = (text: string): string => text.replaceAll(/['"\]]/g, '_');

/** What is plugged in later is what every current guest has a driver for. */
const presetOfDomain = (): OsPreset => osPreset();

/** An address of QEMU's own range. */
function randomMac(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(3));
  return `52:54:00:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
}
