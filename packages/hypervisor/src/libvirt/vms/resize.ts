import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { readXML } from 'node-libvirt/xml';
import { notFound } from '../../error.ts';
import type { VmResize, VmSize } from '../../spec/operations/vm-devices.ts';
import { assertVolumeSize } from '../../validate/check-volume.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { selectElements } from '../definition/select-elements.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { findVolume } from '../storage/find-volume.ts';

/**
 * Changes CPUs and memory at once where the machine can, else from its next start.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a number is wrong.
 */
export async function resizeDomain(domain: Domain, size: VmSize, call: CallOptions): Promise<VmResize> {
  const { vcpus, memoryBytes } = size;
  const checks = new Checks();
  checks.whole(vcpus, 'vcpus', [1, 4096]);
  checks.whole(memoryBytes, 'memoryBytes', [1024 ** 2, Number.MAX_SAFE_INTEGER]);
  assertNoProblems(checks.problems, 'The size');
  const isActive = await domain.isActive(call);
  return {
    ...(vcpus === undefined ? {} : { vcpus: await resizeCpus(domain, vcpus, isActive, call) }),
    ...(memoryBytes === undefined ? {} : { memory: await resizeMemory(domain, memoryBytes, isActive, call) }),
  };
}

async function resizeCpus(
  domain: Domain,
  vcpus: number,
  isActive: boolean,
  call: CallOptions,
): Promise<'now' | 'next-start'> {
  if (isActive && vcpus <= (await domain.getMaxVcpus(call))) {
    try {
      await domain.setVcpus(vcpus, { ...call, live: true });
      await domain.setVcpus(vcpus, { ...call, config: true });
      return 'now';
    } catch (error) {
      if ((error as { kind?: unknown }).kind === 'aborted') throw error; // else: not while it runs
    }
  }
  const most = await domain.getVcpusFlags({ ...call, config: true, maximum: true });
  if (vcpus > most) await domain.setVcpus(vcpus, { ...call, config: true, maximum: true });
  await domain.setVcpus(vcpus, { ...call, config: true });
  return isActive ? 'next-start' : 'now';
}

async function resizeMemory(
  domain: Domain,
  memoryBytes: number,
  isActive: boolean,
  call: CallOptions,
): Promise<'now' | 'next-start'> {
  if (isActive && memoryBytes <= (await domain.getMaxMemory(call))) {
    await domain.setMemory(memoryBytes, { ...call, live: true, config: true });
    return 'now';
  }
  await domain.setMaxMemory(memoryBytes, { ...call, config: true });
  await domain.setMemory(memoryBytes, { ...call, config: true });
  return isActive ? 'next-start' : 'now';
}

/**
 * Makes a disk larger: by the machine while it is on, by its volume while it is off.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is no such disk, or its image is in no pool;
 * NOVA_HYPERVISOR_INVALID when the size is none, or less than it has.
 */
export async function resizeDisk(
  host: LibvirtHost,
  domain: Domain,
  { device, sizeBytes }: { readonly device: string; readonly sizeBytes: number },
  call: CallOptions,
): Promise<void> {
  assertVolumeSize(sizeBytes);
  const checks = new Checks();
  const root = readXML(await domain.getXMLDesc(call));
  const disk = selectElements(root, '/domain/devices/disk').find(({ element }) =>
    element.children.some(
      (child) => typeof child === 'object' && child.name === 'target' && child.attributes['dev'] === device,
    ),
  );
  if (disk === undefined) throw notFound('Device', device);
  if (await domain.isActive(call)) {
    const { capacityBytes } = await domain.getBlockInfo(device, call);
    checks.check(sizeBytes >= capacityBytes, 'sizeBytes', `would cut off the end of a disk of ${capacityBytes} bytes`);
    assertNoProblems(checks.problems, 'The size');
    return domain.blockResize(device, sizeBytes, call);
  }
  const source = disk.element.children.find((child) => typeof child === 'object' && child.name === 'source');
  const {
    pool,
    volume: name,
    file,
    dev,
  } = (typeof source === 'object' ? source.attributes : {}) as Partial<Record<string, string>>;
  const volume =
    pool !== undefined && name !== undefined
      ? await findVolume(host, { pool, name }, call)
      : await host.connection.lookupStorageVolumeByPath(file ?? dev ?? '', call);
  const { capacityBytes } = await volume.getInfo(call);
  checks.check(sizeBytes >= capacityBytes, 'sizeBytes', `would cut off the end of a disk of ${capacityBytes} bytes`);
  assertNoProblems(checks.problems, 'The size');
  await volume.resize(sizeBytes, call);
}
