import { formatNetworkXML, type NetworkXML } from 'node-libvirt/xml';
import type { NetworkSpec } from '../../spec/operations/networks.ts';
import { bandwidth, vlanTags } from '../definition/interface-xml.ts';
import { dnsParts, portGroupParts } from './network-parts-xml.ts';

const forwardModes = { nat: 'nat', routed: 'route', bridge: 'bridge', direct: 'bridge' } as const;

/** The XML of a network (<https://libvirt.org/formatnetwork.html>). */
export function networkXml(spec: NetworkSpec, uuid?: string): string {
  const { name, mode = 'nat', bridge, device, domain, dnsForwarders = [], vlan, mtuBytes } = spec;
  const { dnsHosts = [], dnsServices = [], dnsTexts = [], devices = [] } = spec;
  const owned = mode === 'nat' || mode === 'routed' || mode === 'isolated';
  return formatNetworkXML({
    name,
    uuid,
    forward:
      mode === 'isolated'
        ? undefined
        : {
            mode: forwardModes[mode],
            ...(owned ? { dev: device } : {}),
            ...(mode === 'direct' && device !== undefined
              ? { interface: [device, ...devices].map((dev) => ({ dev })) }
              : {}),
          },
    bridge: mode === 'direct' ? undefined : owned ? { name: bridge, stp: 'on', delay: 0 } : { name: bridge },
    virtualport: spec.openVSwitch ? { type: 'openvswitch' } : undefined,
    vlan: vlan === undefined ? undefined : vlanTags(vlan),
    mtu: mtuBytes === undefined ? undefined : { size: mtuBytes },
    domain: domain === undefined || domain === '' ? undefined : { name: domain, localOnly: 'yes' },
    dns:
      dnsHosts.length + dnsServices.length + dnsTexts.length + dnsForwarders.length === 0
        ? undefined
        : {
            forwarder: dnsForwarders.map((addr) => ({ addr })),
            ...dnsParts(spec),
          },
    bandwidth: bandwidth(spec),
    portgroup: portGroupParts(spec),
    ip: addresses(spec),
  });
}

function addresses({ address, ipv6Address, dhcpRange, reservations = [] }: NetworkSpec): NetworkXML['ip'] {
  const hosts = reservations.map(({ macAddress, address: ip, name }) => ({ mac: macAddress, name, ip }));
  const hasDhcp = dhcpRange !== undefined || hosts.length > 0;
  const [ipv4, ipv4Prefix] = address?.split('/') ?? [];
  const [ipv6, ipv6Prefix] = ipv6Address?.split('/') ?? [];
  return [
    ...(ipv4 === undefined
      ? []
      : [
          {
            address: ipv4,
            prefix: Number(ipv4Prefix),
            dhcp: hasDhcp
              ? { range: dhcpRange && [{ start: dhcpRange[0], end: dhcpRange[1] }], host: hosts }
              : undefined,
          },
        ]),
    ...(ipv6 === undefined ? [] : [{ family: 'ipv6', address: ipv6, prefix: Number(ipv6Prefix) }]),
  ];
}
