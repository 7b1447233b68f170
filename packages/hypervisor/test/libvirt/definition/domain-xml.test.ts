import { describe, expect, it } from 'vitest';
import { domainXml } from '../../../src/libvirt/definition/domain-xml.ts';
import { findElement, parseXml, type XmlElement } from '../../../src/libvirt/xml.ts';
import type { VmSpec } from '@novacron/hypervisor';

const context = { domainType: 'kvm', architecture: 'x86_64' };
const written = (spec: VmSpec, overrides: Partial<typeof context> = {}): XmlElement =>
  parseXml(domainXml(spec, { ...context, ...overrides }, { tags: {} }));
const devices = (root: XmlElement, name: string): readonly XmlElement[] =>
  (findElement(root, 'devices')?.children ?? []).filter((device) => device.name === name);

describe('domainXml', () => {
  it('writes the defaults that are documented', () => {
    const root = written({ name: 'a' });
    expect(root.attributes).toEqual({ type: 'kvm' });
    expect(findElement(root, 'vcpu')?.text).toBe('1');
    expect(findElement(root, 'memory')).toMatchObject({ text: String(1024 ** 2), attributes: { unit: 'KiB' } });
    expect(findElement(root, 'os', 'type')).toMatchObject({ text: 'hvm', attributes: { arch: 'x86_64' } });
    expect(findElement(root, 'cpu')?.attributes).toEqual({ mode: 'host-model' });
    expect(devices(root, 'disk')).toEqual([]);
    expect(devices(root, 'memballoon')[0]?.children[0]?.attributes).toEqual({ period: '1' });
  });

  it('writes a name, a description and paths that are full of markup', () => {
    const evil = `'/><x a="&amp;]]>`;
    const root = written({
      name: evil.replaceAll('/', ''),
      description: evil,
      disks: [{ source: evil }],
      networks: [{ network: evil, macAddress: evil }],
      directBoot: { kernel: evil, initrd: evil, commandLine: evil },
    });
    expect(findElement(root, 'name')?.text).toBe(evil.replaceAll('/', ''));
    expect(findElement(root, 'description')?.text).toBe(evil);
    expect(findElement(root, 'devices', 'disk', 'source')?.attributes).toEqual({ file: evil });
    expect(findElement(root, 'devices', 'interface', 'source')?.attributes).toEqual({ network: evil });
    expect(findElement(root, 'devices', 'interface', 'mac')?.attributes).toEqual({ address: evil });
    for (const part of ['kernel', 'initrd', 'cmdline']) expect(findElement(root, 'os', part)?.text).toBe(evil);
    expect(root.children.map(({ name }) => name)).not.toContain('x');
  });

  it('can not be broken out of by any field, checked before or not', () => {
    const evil = `x'/><evil a='` as never;
    const root = written(
      {
        name: 'a',
        disks: [
          { source: '/a', format: evil },
          { source: '/b', bus: evil },
        ],
        networks: [{ network: 'n', model: evil }],
      },
      { domainType: evil, architecture: evil },
    );
    const names = (element: XmlElement): readonly string[] => [element.name, ...element.children.flatMap(names)];
    expect(names(root)).not.toContain('evil');
    expect(findElement(root, 'devices', 'disk', 'driver')?.attributes['type']).toBe(evil);
  });

  it('gives every disk a device of its own on its bus', () => {
    const root = written({
      name: 'a',
      disks: [
        { source: '/a' },
        { source: '/b', format: 'raw', bus: 'sata', readOnly: true },
        { source: '/c', bus: 'scsi' },
      ],
    });
    expect(devices(root, 'disk').map((disk) => findElement(disk, 'target')?.attributes)).toEqual([
      { dev: 'vda', bus: 'virtio' },
      { dev: 'sdb', bus: 'sata' },
      { dev: 'sdc', bus: 'scsi' },
    ]);
    expect(devices(root, 'disk').map((disk) => findElement(disk, 'driver')?.attributes['type'])).toEqual([
      'qcow2',
      'raw',
      'qcow2',
    ]);
    expect(devices(root, 'disk').map((disk) => findElement(disk, 'readonly') !== undefined)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('rounds memory up to whole KiB', () => {
    expect(findElement(written({ name: 'a', memoryBytes: 1024 ** 2 + 1 }), 'memory')?.text).toBe('1025');
  });

  it('leaves out what the host’s kind has not', () => {
    const arm = written({ name: 'a' }, { architecture: 'aarch64', domainType: 'qemu' });
    expect(findElement(arm, 'features')).toBeUndefined();
    expect(findElement(arm, 'cpu')).toBeUndefined();
    expect(devices(written({ name: 'a' }, { domainType: 'test' }), 'rng')).toEqual([]);
  });
});
