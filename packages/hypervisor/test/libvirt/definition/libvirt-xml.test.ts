import { libvirtXml } from '@novacron/hypervisor/libvirt';
import { describe, expect, it } from 'vitest';
import { findElement, parseXml, type XmlElement } from '../../../src/libvirt/xml.ts';

const device = (xml: string, name: string): XmlElement | undefined => findElement(parseXml(xml), 'devices', name);

describe('libvirtXml', () => {
  it('writes without a daemon what a daemon would be given', () => {
    const xml = libvirtXml({ name: 'a', vcpus: 2, tags: { role: 'web' } });
    expect(parseXml(xml).attributes['type']).toBe('kvm');
    expect(findElement(parseXml(xml), 'vcpu')?.text).toBe('2');
    expect(libvirtXml({ name: 'a' }, { domainType: 'qemu', architecture: 'aarch64' })).toContain("arch='aarch64'");
  });

  it('applies patches, and refuses what libvirt would drop or does not know', () => {
    const patch = (element: string) => ({ action: 'append', select: '/domain/devices', xml: element }) as const;
    expect(libvirtXml({ name: 'a', xmlPatches: [patch("<audio id='1' type='none'/>")] })).toContain('<audio');
    const wrong = { name: 'a', xmlPatches: [patch('<teleporter/>'), patch('<broken>')] };
    expect(() => libvirtXml(wrong)).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => libvirtXml({ name: '' })).toThrow(expect.objectContaining({ code: 'NOVA_HYPERVISOR_INVALID' }));
  });

  it('forwards ports of the host to an interface of a user', () => {
    const portForwards = [
      { hostPort: 2222, guestPort: 22 },
      { hostPort: 8000, count: 10, protocol: 'udp', hostAddress: '127.0.0.1' },
    ] as const;
    const found = device(libvirtXml({ name: 'a', networks: [{ user: true, portForwards }] }), 'interface');
    expect(found?.attributes['type']).toBe('user');
    expect(found?.children.find(({ name }) => name === 'backend')?.attributes).toEqual({ type: 'passt' });
    const forwards = found?.children.filter(({ name }) => name === 'portForward');
    expect(forwards?.map(({ attributes, children }) => [attributes, children[0]?.attributes])).toEqual([
      [{ proto: 'tcp' }, { start: '2222', to: '22' }],
      [
        { proto: 'udp', address: '127.0.0.1' },
        { start: '8000', end: '8009', to: '8000' },
      ],
    ]);
  });

  it('has a panic device when that is asked for', () => {
    expect(device(libvirtXml({ name: 'a', panic: true }), 'panic')?.attributes).toEqual({ model: 'isa' });
    expect(device(libvirtXml({ name: 'a' }), 'panic')).toBeUndefined();
  });
});
