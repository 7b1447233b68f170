import { isIPv4, isIPv6 } from 'node:net';
import type { NetworkSpec } from '@novacron/hypervisor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkXml } from '../../src/libvirt/networks/network-xml.ts';
import { networkProblems } from '../../src/validate/check-network-spec.ts';
import { isIP } from '../../src/validate/ip-address.ts';
import { validateXML } from 'node-libvirt/xml';

const reservation = { macAddress: '52:54:00:00:00:01', address: '10.1.0.5', name: 'a' };

describe('a network', () => {
  it.each<NetworkSpec>([
    { name: 'plain', address: '10.1.0.1/16', dhcpRange: ['10.1.0.2', '10.1.0.9'], reservations: [reservation] },
    { name: 'dual', address: '10.1.0.1/24', ipv6Address: 'fd00:1::1/64', domain: 'a.b', mtuBytes: 9000 },
    { name: 'routed', mode: 'routed', device: 'eth0', address: '10.1.0.1/24' },
    { name: 'alone', mode: 'isolated' },
    { name: 'bridged', mode: 'bridge', bridge: 'br0', vlan: [10, 20], openVSwitch: true },
    { name: 'shared', mode: 'direct', device: 'eth0' },
    {
      name: 'named',
      address: '10.1.0.1/24',
      dnsHosts: [{ address: '10.1.0.9', names: ['db', 'db.lab'] }],
      dnsForwarders: ['1.1.1.1'],
      inbound: { averageBytesPerSecond: 1000, peakBytesPerSecond: 2000, burstBytes: 5000 },
      outbound: { averageBytesPerSecond: 1 },
    },
  ])('$name is right, and libvirt’s schema says so too', (spec) => {
    expect(networkProblems(spec)).toEqual([]);
    expect(validateXML('network', networkXml(spec))).toEqual([]);
  });

  it.each<[Partial<NetworkSpec>, string]>([
    [{ mode: 'bridge' }, 'bridge'],
    [{ mode: 'direct' }, 'device'],
    [{ mode: 'bridge', bridge: 'br0', address: '10.0.0.1/24' }, 'address'],
    [{ bridge: 'a-name-that-is-too-long' }, 'bridge'],
    [{ address: '10.0.0.1' }, 'address'],
    [{ address: '10.0.0.1/33' }, 'address'],
    [{ address: 'fd00::1/64' }, 'address'],
    [{ ipv6Address: '10.0.0.1/24' }, 'ipv6Address'],
    [{ dhcpRange: ['10.0.0.2', '10.0.0.9'] }, 'dhcpRange'],
    [{ reservations: [{ macAddress: 'x', address: '10.0.0.1' }] }, 'reservations[0].macAddress'],
    [{ dnsForwarders: ['dns.example'] }, 'dnsForwarders[0]'],
    [{ dnsHosts: [{ address: '1.1.1.1', names: [] }] }, 'dnsHosts[0].names'],
    [{ vlan: 0 }, 'vlan'],
    [{ mtuBytes: 10 }, 'mtuBytes'],
  ])('with %j is refused at %s', (fields, path) => {
    expect(networkProblems({ name: 'n', ...fields }).map((problem) => problem.path)).toEqual([path]);
  });

  it('is refused when it is none', () => {
    expect(networkProblems(null as never)).toEqual([{ path: '', message: 'must be an object, not null' }]);
  });
});

describe('isIP', () => {
  it('says what Node.js says of plain addresses', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((each) => !each.includes('.')),
      fc.string(),
      fc.stringMatching(/^[0-9a-f:.]{1,20}$/).filter((each) => !(each.includes(':') && each.includes('.'))),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(isIP(each)).toBe(isIPv4(each) ? 4 : isIPv6(each) ? 6 : 0);
      }),
    );
  });
});
