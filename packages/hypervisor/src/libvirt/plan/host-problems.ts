import type { CallOptions } from '@novacron/core';
import { parseDomainCapabilitiesXML, type DomainCapabilitiesXML } from 'node-libvirt/xml';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { SpecProblem } from '../../spec/spec-problem.ts';
import { presetOf } from '../definition/domain-xml.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { parseXml, findElement } from '../xml.ts';
import { networkProblems, storageProblems } from './resource-problems.ts';

/**
 * All that the host has against a specification that is right by itself.
 *
 * @param options - Whether the machine shall be started: then its memory must be free.
 */
export async function hostProblems(
  host: LibvirtHost,
  spec: VmSpec,
  options: { readonly start?: boolean | undefined },
  call: CallOptions,
): Promise<readonly SpecProblem[]> {
  const parts = await Promise.all([
    nameProblems(host, spec, call),
    sizeProblems(host, spec, options.start ? await freeMemoryBytes(host, call) : undefined, call),
    host.context.domainType === 'test' ? [] : emulationProblems(host, spec, call),
    macProblems(host, spec, call),
    networkProblems(host, spec, call),
    storageProblems(host, spec, call),
  ]);
  return parts.flat().map((problem) => ({ ...problem, step: 'host' }));
}

async function nameProblems(host: LibvirtHost, { name }: VmSpec, call: CallOptions): Promise<readonly SpecProblem[]> {
  try {
    await host.connection.lookupDomainByName(name, call);
    return [
      { path: 'name', message: `is taken: a VM named ${JSON.stringify(name)} exists`, fix: 'choose another name' },
    ];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** What can be had without swapping, caches that can go included; nothing where the host does not say. */
async function freeMemoryBytes({ connection }: LibvirtHost, call: CallOptions): Promise<number | undefined> {
  try {
    const { freeBytes, buffersBytes = 0, cachedBytes = 0 } = await connection.getMemoryStats(call);
    return freeBytes === undefined ? undefined : freeBytes + buffersBytes + cachedBytes;
  } catch (error) {
    if (call.signal?.aborted) throw error;
    return undefined;
  }
}

async function sizeProblems(
  host: LibvirtHost,
  spec: VmSpec,
  freeBytes: number | undefined,
  call: CallOptions,
): Promise<readonly SpecProblem[]> {
  const { memoryBytes = 1024 ** 3, cpu, vcpus = 1, memory: { hugepages, currentBytes = memoryBytes } = {} } = spec;
  const info = await host.connection.getInfo(call);
  const problems: SpecProblem[] = [];
  if (memoryBytes > info.memoryBytes) {
    problems.push({
      path: 'memoryBytes',
      message: `is more than the host has: ${memoryBytes} of ${info.memoryBytes} bytes`,
      fix: `use at most ${info.memoryBytes}`,
    });
  } else if (freeBytes !== undefined && !hugepages && currentBytes > freeBytes) {
    problems.push({
      path: 'memoryBytes',
      message: `is more than the host has free: ${currentBytes} of ${freeBytes} bytes`,
      fix: `use at most ${freeBytes}, or do not start it yet`,
    });
  }
  const least = presetOf(spec).minimumMemoryBytes;
  if (memoryBytes < least) {
    const what = `${spec.os ?? 'the guest'} needs ${least} bytes`;
    problems.push({ path: 'memoryBytes', message: `is too little: ${what}`, fix: `use at least ${least}` });
  }
  const pinned = [...(cpu?.pinning ?? []).flatMap(({ hostCpus }) => hostCpus), ...(cpu?.emulatorPinning ?? [])];
  const missing = pinned.find((each) => each >= info.cpus);
  if (missing !== undefined) {
    problems.push({
      path: 'cpu.pinning',
      message: `names CPU ${missing}, but the host has ${info.cpus}`,
      fix: `use 0 to ${info.cpus - 1}`,
    });
  }
  if (vcpus > info.cpus * 16) {
    problems.push({ path: 'vcpus', message: `is far more than the host's ${info.cpus} CPUs can serve` });
  }
  return problems;
}

async function emulationProblems(host: LibvirtHost, spec: VmSpec, call: CallOptions): Promise<readonly SpecProblem[]> {
  const { domainType, architecture } = host.context;
  const known = parseDomainCapabilitiesXML(
    await host.connection.getDomainCapabilities({ ...call, virtType: domainType, arch: architecture }),
  );
  const preset = presetOf(spec);
  const problems: SpecProblem[] = [];
  const most = known.vcpu?.max;
  const { maximum = spec.vcpus ?? 1, model } = spec.cpu ?? {};
  if (most !== undefined && maximum > most)
    problems.push({
      path: 'vcpus',
      message: `is more than the emulator can: ${maximum} of ${most}`,
      fix: `use at most ${most}`,
    });
  const uefi = (spec.firmware?.type ?? preset.firmware) === 'uefi';
  if (uefi && !offers(known.os, 'firmware', 'efi'))
    problems.push({
      path: 'firmware.type',
      message: 'the host has no UEFI firmware',
      fix: "install OVMF, or use 'bios'",
    });
  if ((spec.tpm ?? preset.tpm) && !offers(known.devices?.tpm, 'backendModel', 'emulator'))
    problems.push({ path: 'tpm', message: 'the host can emulate no TPM', fix: 'install swtpm' });
  if ((spec.folders ?? []).length > 0 && !offers(known.devices?.filesystem, 'driverType', 'virtiofs'))
    problems.push({ path: 'folders', message: 'the host has no virtiofs', fix: 'install virtiofsd' });
  if (model === 'host-passthrough' && domainType !== 'kvm')
    problems.push({ path: 'cpu.model', message: 'host-passthrough needs KVM', fix: "use 'maximum'" });
  return problems;
}

type Feature = {
  readonly supported: 'yes' | 'no';
  readonly enum?: DomainCapabilitiesXML['os'] extends infer Os
    ? Os extends { enum?: infer Enum }
      ? Enum
      : never
    : never;
};

/** Whether a feature offers a value; true when the host does not say. */
function offers(feature: Feature | undefined, name: string, value: string): boolean {
  if (feature === undefined) return true;
  if (feature.supported === 'no') return false;
  const values = feature.enum?.find((each) => each.name === name)?.value;
  return values === undefined || values.includes(value);
}

/** Every domain is asked, but only when an address is named. */
async function macProblems(host: LibvirtHost, spec: VmSpec, call: CallOptions): Promise<readonly SpecProblem[]> {
  const asked = new Map<string, number>();
  for (const [index, { macAddress }] of (spec.networks ?? []).entries())
    if (macAddress !== undefined) asked.set(macAddress.toLowerCase(), index);
  if (asked.size === 0) return [];
  const domains = await host.connection.listAllDomains(call);
  const problems: SpecProblem[] = [];
  for (const domain of domains) {
    const devices = findElement(parseXml(await domain.getXMLDesc(call).catch(() => '<gone/>')), 'devices');
    for (const device of devices?.children ?? []) {
      const address = findElement(device, 'mac')?.attributes['address']?.toLowerCase();
      const index = address === undefined ? undefined : asked.get(address);
      if (index !== undefined) {
        const message = `${address} is that of VM ${JSON.stringify(domain.name)}`;
        problems.push({ path: `networks[${index}].macAddress`, message, fix: 'leave it out' });
      }
    }
  }
  return problems;
}
