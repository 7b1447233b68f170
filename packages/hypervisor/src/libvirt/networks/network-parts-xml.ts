import type { NetworkSection } from 'node-libvirt';
import { formatNetworkXML, readXML, writeXML, type NetworkXML } from 'node-libvirt/xml';
import type { NetworkPartKind, NetworkPartUpdate } from '../../network-parts.ts';
import type { BandwidthSpec } from '../../spec/definition/network-interface-spec.ts';
import type { NetworkParts, PortGroup } from '../../spec/operations/network-parts.ts';
import { bandwidth, vlanTags } from '../definition/interface-xml.ts';
import { selectElements } from '../definition/select-elements.ts';

type Dns = NonNullable<NetworkXML['dns']>;

/** libvirt's word for a kind of parts (`virNetworkUpdateSection`), and where its elements stand. */
const sections: Readonly<Record<NetworkPartKind, readonly [section: NetworkSection, path: string]>> = {
  dnsHosts: ['dns-host', '/network/dns/host'],
  dnsServices: ['dns-srv', '/network/dns/srv'],
  dnsTexts: ['dns-txt', '/network/dns/txt'],
  portGroups: ['portgroup', '/network/portgroup'],
  devices: ['forward-interface', '/network/forward/interface'],
};

/** The parts of a network that are told to its DNS server. */
export function dnsParts({
  dnsHosts = [],
  dnsServices = [],
  dnsTexts = [],
}: NetworkParts): Pick<Dns, 'host' | 'srv' | 'txt'> {
  return {
    txt: dnsTexts.map(({ name, value }) => ({ name, value })),
    srv: dnsServices.map((each) => ({ ...each })),
    host: dnsHosts.map(({ address, names }) => ({ ip: address, hostname: [...names] })),
  };
}

/** The groups of ports. */
export function portGroupParts({ portGroups = [] }: NetworkParts): NetworkXML['portgroup'] {
  return portGroups.map(({ name, default: isDefault, vlan, ...limits }) => ({
    name,
    default: isDefault ? 'yes' : undefined,
    vlan: vlan === undefined ? undefined : vlanTags(vlan),
    bandwidth: bandwidth(limits),
  }));
}

/** What libvirt's update of a network takes: which section, and the element alone. */
export function partUpdateXml({ kind, parts }: NetworkPartUpdate): {
  readonly section: NetworkSection;
  readonly xml: string;
} {
  const [section, path] = sections[kind];
  const whole = formatNetworkXML({
    name: 'any',
    forward: { mode: 'bridge', interface: (parts.devices ?? []).map((dev) => ({ dev })) },
    dns: dnsParts(parts),
    portgroup: portGroupParts(parts),
  });
  const [found] = selectElements(readXML(whole), path);
  return { section, xml: found === undefined ? '' : writeXML(found.element) };
}

/** The parts that a network has. */
export function readParts({ dns, portgroup = [], forward }: NetworkXML): Required<NetworkParts> {
  return {
    dnsHosts: (dns?.host ?? []).map(({ ip, hostname }) => ({ address: ip, names: hostname })),
    dnsServices: (dns?.srv ?? []).map(({ service, protocol, target = '', port = 0, priority, weight, domain }) => ({
      service,
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      target,
      port,
      ...(priority === undefined ? {} : { priority }),
      ...(weight === undefined ? {} : { weight }),
      ...(domain === undefined ? {} : { domain }),
    })),
    dnsTexts: (dns?.txt ?? []).map(({ name, value }) => ({ name, value })),
    portGroups: portgroup.map((group) => readPortGroup(group)),
    devices: (forward?.interface ?? []).flatMap(({ dev }) => (typeof dev === 'string' ? [dev] : [])),
  };
}

type PortGroupXml = NonNullable<NetworkXML['portgroup']>[number];

function readPortGroup({ name, default: isDefault, vlan, bandwidth: limits }: PortGroupXml): PortGroup {
  const tags = (vlan?.tag ?? []).map(({ id }) => id);
  const [inbound, outbound] = [limits?.inbound, limits?.outbound].map(readLimit);
  return {
    name,
    ...(isDefault === 'yes' ? { default: true } : {}),
    ...(tags.length === 0 ? {} : { vlan: tags.length === 1 ? (tags[0] ?? 0) : tags }),
    ...(inbound === undefined ? {} : { inbound }),
    ...(outbound === undefined ? {} : { outbound }),
  };
}

function readLimit(limit: NonNullable<PortGroupXml['bandwidth']>['inbound']): BandwidthSpec | undefined {
  if (limit?.average === undefined) return undefined;
  const { average, peak, burst } = limit;
  return {
    averageBytesPerSecond: average * 1024,
    ...(peak === undefined ? {} : { peakBytesPerSecond: peak * 1024 }),
    ...(burst === undefined ? {} : { burstBytes: burst * 1024 }),
  };
}
