import type { Connection } from 'node-libvirt';
import { type DomainXML, formatDomainXML, parseCapabilitiesXML } from 'node-libvirt/xml';

/** What the command line says about a machine. */
export interface Machine {
  readonly name: string;
  readonly type?: string | undefined;
  readonly guest?: string | undefined;
  readonly 'memory-mib': string;
}

/** The definition of a machine with a serial console and a channel for the guest agent, for this host. */
export async function domainXml(connection: Connection, machine: Machine): Promise<string> {
  const { host, guest: guests = [] } = parseCapabilitiesXML(await connection.getCapabilities());
  const own = guests.find(({ os_type, arch }) => os_type === 'hvm' && arch.name === host.cpu.arch);
  const types = own?.arch.domain.map(({ type }) => type) ?? [];
  const type = machine.type ?? (types.includes('kvm') ? 'kvm' : (types[0] ?? 'qemu'));
  const boot =
    machine.guest === undefined
      ? {}
      : { kernel: `${machine.guest}/vmlinuz`, initrd: `${machine.guest}/initrd.gz`, cmdline: 'console=ttyS0 quiet' };
  return formatDomainXML({
    type: type as DomainXML['type'],
    name: machine.name,
    memory: { unit: 'MiB', value: Number(machine['memory-mib']) },
    vcpu: { value: 1 },
    os: { type: { arch: own?.arch.name ?? host.cpu.arch, value: 'hvm' }, ...boot },
    features: { acpi: {} },
    devices: {
      serial: [{ type: 'pty' }],
      channel: [{ type: 'unix', target: { type: 'virtio', name: 'org.qemu.guest_agent.0' } }],
    },
  });
}
