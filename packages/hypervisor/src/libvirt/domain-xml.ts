import { deviceName } from '../device-name.ts';
import type { DiskSpec, NetworkInterfaceSpec, VmSpec } from '../spec/vm-spec.ts';
import { metadataXml, type VmMetadata } from './metadata.ts';
import { escapeXml } from './xml.ts';

/** What a domain's definition needs to know of the host. */
export interface DomainContext {
  /** `kvm`, `qemu` or `test`. */
  readonly domainType: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture: string;
}

/**
 * The domain XML of a specification (<https://libvirt.org/formatdomain.html>). Every text is escaped.
 *
 * Beside what is asked for it has a serial console, a channel for the guest agent, a random source and a balloon
 * that reports the guest's memory every second.
 */
export function domainXml(spec: VmSpec, context: DomainContext, metadata: VmMetadata): string {
  const { name, vcpus = 1, memoryBytes = 1024 ** 3, description, disks = [], networks = [], directBoot } = spec;
  const x86 = context.architecture === 'x86_64' || context.architecture === 'i686';
  const boot =
    directBoot === undefined
      ? ''
      : element('kernel', directBoot.kernel) +
        element('initrd', directBoot.initrd) +
        element('cmdline', directBoot.commandLine);
  return [
    `<domain type='${escapeXml(context.domainType)}'>`,
    element('name', name),
    description === undefined ? '' : element('description', description),
    metadataXml(metadata),
    `<memory unit='KiB'>${Math.ceil(memoryBytes / 1024)}</memory>`,
    `<vcpu>${vcpus}</vcpu>`,
    `<os><type arch='${escapeXml(context.architecture)}'>hvm</type>${boot}</os>`,
    x86 ? '<features><acpi/><apic/></features>' : '',
    context.domainType === 'kvm' ? "<cpu mode='host-model'/>" : '',
    '<devices>',
    ...disks.map(diskXml),
    ...networks.map(networkInterfaceXml),
    "<serial type='pty'/><console type='pty'/>",
    "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
    "<memballoon model='virtio'><stats period='1'/></memballoon>",
    context.domainType === 'test' ? '' : "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>",
    '</devices></domain>',
  ].join('');
}

const devicePrefix = { virtio: 'vd', scsi: 'sd', sata: 'sd' } as const;

function diskXml({ source, format = 'qcow2', bus = 'virtio', readOnly }: DiskSpec, index: number): string {
  const target = deviceName(devicePrefix[bus], index);
  return (
    `<disk type='file' device='disk'><driver name='qemu' type='${escapeXml(format)}'/><source file='${escapeXml(source)}'/>` +
    `<target dev='${target}' bus='${escapeXml(bus)}'/>${readOnly ? '<readonly/>' : ''}</disk>`
  );
}

function networkInterfaceXml({ network, model = 'virtio', macAddress }: NetworkInterfaceSpec): string {
  const mac = macAddress === undefined ? '' : `<mac address='${escapeXml(macAddress)}'/>`;
  return `<interface type='network'>${mac}<source network='${escapeXml(network)}'/><model type='${escapeXml(model)}'/></interface>`;
}

function element(name: string, text: string | undefined): string {
  return text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>`;
}
