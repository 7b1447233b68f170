import type { DomainXML } from 'node-libvirt/xml';
import type { OsPreset } from '../../os-presets.ts';
import type {
  BandwidthSpec,
  NetworkInterfaceSpec,
  PortForwardSpec,
} from '../../spec/definition/network-interface-spec.ts';

/** libvirt's object of a network interface. */
export type InterfaceDevice = NonNullable<NonNullable<DomainXML['devices']>['interface']>[number];

/** libvirt's object of what may pass. */
type Bandwidth = NonNullable<InterfaceDevice['bandwidth']>;

/** A network interface as libvirt has it (<https://libvirt.org/formatdomain.html#network-interfaces>). */
export function interfaceDevice(spec: NetworkInterfaceSpec, preset: OsPreset): InterfaceDevice {
  const { macAddress, model = preset.networkModel, vlan, filter, mtuBytes, connected, openVSwitch } = spec;
  return {
    ...interfaceSource(spec),
    mac: macAddress === undefined ? undefined : { address: macAddress },
    virtualport: openVSwitch ? { type: 'openvswitch' } : undefined,
    vlan: vlan === undefined ? undefined : vlanTags(vlan),
    model: { type: model },
    filterref: filter && {
      filter: filter.name,
      parameter: Object.entries(filter.parameters ?? {}).map(([name, value]) => ({ name, value })),
    },
    link: connected === false ? { state: 'down' } : undefined,
    mtu: mtuBytes === undefined ? undefined : { size: mtuBytes },
    bandwidth: bandwidth(spec),
  };
}

function interfaceSource(
  spec: NetworkInterfaceSpec,
): Pick<InterfaceDevice, 'type' | 'source' | 'backend' | 'portForward'> {
  const { network, user, portForwards = [], bridge, direct, directMode = 'bridge', portGroup } = spec;
  if (bridge !== undefined) return { type: 'bridge', source: { bridge } };
  if (direct !== undefined) return { type: 'direct', source: { dev: direct, mode: directMode } };
  if (user) return { type: 'user', backend: { type: 'passt' }, portForward: portForwards.map(portForward) };
  return { type: 'network', source: { network, portgroup: portGroup } };
}

function portForward({
  protocol = 'tcp',
  hostPort,
  guestPort = hostPort,
  count = 1,
  hostAddress,
}: PortForwardSpec): NonNullable<InterfaceDevice['portForward']>[number] {
  const end = count > 1 ? hostPort + count - 1 : undefined;
  return { proto: protocol, address: hostAddress, range: [{ start: hostPort, end, to: guestPort }] };
}

/** One VLAN, or a trunk of several. */
export function vlanTags(vlan: number | readonly number[]): NonNullable<InterfaceDevice['vlan']> {
  if (typeof vlan === 'number') return { tag: [{ id: vlan }] };
  return { ...(vlan.length > 1 ? { trunk: 'yes' } : {}), tag: vlan.map((id) => ({ id })) };
}

/** What may pass in both directions; libvirt counts in KiB. */
export function bandwidth(spec: {
  readonly inbound?: BandwidthSpec | undefined;
  readonly outbound?: BandwidthSpec | undefined;
}): Bandwidth | undefined {
  if (spec.inbound === undefined && spec.outbound === undefined) return undefined;
  const kibibytes = (bytes: number | undefined): number | undefined =>
    bytes === undefined ? undefined : Math.ceil(bytes / 1024);
  const direction = (limit: BandwidthSpec | undefined): Bandwidth['inbound'] =>
    limit && {
      average: kibibytes(limit.averageBytesPerSecond),
      peak: kibibytes(limit.peakBytesPerSecond),
      burst: kibibytes(limit.burstBytes),
    };
  return { inbound: direction(spec.inbound), outbound: direction(spec.outbound) };
}
