import { describe, expect, it } from 'vitest';
import {
  type DomainXML,
  formatDeviceXML,
  formatDomainXML,
  formatXML,
  parseDomainXML,
  validateXML,
  type XMLKind,
} from '../../../src/xml/index.ts';
import { caught } from '../../support/caught.ts';

const small: DomainXML = {
  type: 'kvm',
  name: 'web',
  memory: { unit: 'GiB', value: 2 },
  os: { type: { value: 'hvm' } },
};

async function refusal(object: unknown): Promise<string> {
  const error = await caught(() => formatDomainXML(object as DomainXML));
  expect(error).toMatchObject({ code: 'LIBVIRT_XML_INVALID', kind: 'invalid' });
  return error.message;
}

describe('an object becomes a document', () => {
  it("in libvirt's order and style, in whatever order it was made", () => {
    const object: DomainXML = {
      devices: {
        interface: [{ type: 'network', source: { network: 'default' } }],
        disk: [{ target: { dev: 'vda', bus: 'virtio' }, source: { file: '/a' }, device: 'disk', type: 'file' }],
        emulator: '/usr/bin/qemu',
      },
      features: { apic: {}, acpi: {} },
      ...small,
      vcpu: { value: 2 },
    };
    const text = formatDomainXML(object);
    expect(text).toBe(`<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <vcpu>2</vcpu>
  <os>
    <type>hvm</type>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <devices>
    <emulator>/usr/bin/qemu</emulator>
    <disk type='file' device='disk'>
      <source file='/a'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
`);
    expect(validateXML('domain', text)).toEqual([]);
  });

  it('in which texts stay texts', () => {
    const title = "</title><devices><disk/></devices><title a='";
    const text = formatDomainXML({ ...small, title, description: '', uuid: `' x='` });
    expect(parseDomainXML(text)).toEqual({ ...small, title, description: '', uuid: `' x='` });
  });

  it('with namespaces declared where they are needed', () => {
    const text = formatDomainXML({ ...small, 'qemu:commandline': { 'qemu:arg': [{ value: '-s' }] } });
    expect(text).toContain("<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>");
    expect(text).toContain("  <qemu:commandline>\n    <qemu:arg value='-s'/>\n  </qemu:commandline>\n");
    expect(validateXML('domain', text)).toEqual([]);
    expect(formatDomainXML(small)).not.toContain('xmlns');
  });

  it('even if the document uses the prefix for something else', () => {
    const text = `<domain type='kvm' xmlns:qemu='urn:mine'><name>a</name><memory>1</memory><os><type>hvm</type></os>
      <metadata><qemu:note/></metadata><c:commandline xmlns:c='http://libvirt.org/schemas/domain/qemu/1.0'><c:arg value='-s'/></c:commandline></domain>`;
    const again = parseDomainXML(formatDomainXML(parseDomainXML(text)));
    expect(again).toEqual(parseDomainXML(text));
    expect(again['qemu:commandline']?.['qemu:arg']).toEqual([{ value: '-s' }]);
  });

  it('with foreign elements', () => {
    const object: DomainXML = {
      ...small,
      metadata: {
        name: 'metadata',
        attributes: {},
        children: [{ name: 'a:b', attributes: { 'xmlns:a': 'urn:a' }, children: ['<1>'] }],
      },
      extra: {
        elements: [{ name: 'hologram', attributes: { depth: '3' }, children: [] }],
        attributes: { colour: 'red' },
      },
    };
    const text = formatDomainXML(object);
    expect(text).toContain("<domain type='kvm' colour='red'>");
    expect(text).toContain("  <metadata>\n    <a:b xmlns:a='urn:a'>&lt;1&gt;</a:b>\n  </metadata>\n");
    expect(text).toContain("  <hologram depth='3'/>\n</domain>\n");
  });

  it('with numbers in full, small or large', () => {
    const value = (amount: unknown): string | undefined =>
      /<memory>(.*)<\/memory>/.exec(formatDomainXML({ ...small, memory: { value: amount as number } }))?.[1];
    expect(value(0)).toBe('0');
    expect(value(2 ** 64)).toBe('18446744073709551616');
    expect(value(18_446_744_073_709_551_615n)).toBe('18446744073709551615');
    expect(value('512')).toBe('512');
  });

  it('with a number spelled as it was read, until it is another', () => {
    const object = parseDomainXML("<domain type='kvm'><vcpu>007</vcpu></domain>");
    expect(formatDomainXML(object)).toContain('<vcpu>007</vcpu>');
    if (object.vcpu !== undefined) object.vcpu.value = 8;
    expect(formatDomainXML(object)).toContain('<vcpu>8</vcpu>');
  });

  it('one device', () => {
    expect(formatDeviceXML({ disk: { type: 'file', source: { file: '/a' }, target: { dev: 'vdb' } } })).toBe(
      "<disk type='file'>\n  <source file='/a'/>\n  <target dev='vdb'/>\n</disk>\n",
    );
  });

  it('properties that are undefined are not there', () => {
    expect(formatDomainXML({ ...small, title: undefined, devices: { disk: undefined } })).toContain('<devices/>');
  });
});

describe('formatXML refuses', () => {
  it.each([
    [{ ...small, nmae: 'x' }, 'domain has no nmae; it has '],
    [{ ...small, vcpu: { count: 1 } }, 'domain.vcpu has no count; it has cpuset, current, placement, value'],
    [{ ...small, devices: { disk: { type: 'file' } } }, 'domain.devices.disk must be an array'],
    [
      { ...small, devices: { disk: [{ target: { dev: {} } }] } },
      'domain.devices.disk[0].target.dev must be a text or a number, not an object',
    ],
    [{ ...small, vcpu: 2 }, 'domain.vcpu must be an object, not a number'],
    [{ ...small, vcpu: [{ value: 2 }] }, 'domain.vcpu must not be an array'],
    [{ ...small, name: true }, 'domain.name must be a text or a number, not a boolean'],
    [{ ...small, name: null }, 'domain.name must be a text or a number, not null'],
    [{ ...small, memory: { value: Number.NaN } }, 'domain.memory.value must be a text or a number'],
    [{ ...small, title: 'a\0b' }, 'the text of <title> holds the character U+0000'],
    [
      { ...small, metadata: { name: 'devices', attributes: {}, children: [] } },
      'domain.metadata must be the element <metadata>',
    ],
    [{ ...small, metadata: 'x' }, 'domain.metadata must be the element <metadata>, not a string'],
    [{ ...small, extra: { elements: ['x'] } }, 'expected an element'],
    [{ ...small, extra: { elements: 'x' } }, 'domain.extra.elements must be an array'],
    [
      { ...small, extra: { elements: [{ name: 'p:x', attributes: {}, children: [] }] } },
      'the prefix of p:x is not declared',
    ],
    [{ ...small, extra: { attributes: { "a='": '' } } }, 'can not be the name of an attribute'],
    [undefined, 'domain must be an object'],
    [[], 'domain must be an object, not an array'],
  ])('%j', async (object, message) => {
    expect(await refusal(object)).toContain(message);
  });

  it('objects that stand in themselves', async () => {
    const store: { source: object; backingStore?: unknown } = { source: {} };
    store.backingStore = store;
    expect(await refusal({ ...small, devices: { disk: [{ target: { dev: 'a' }, backingStore: store }] } })).toContain(
      'or in itself',
    );
    const loop = { name: 'x', attributes: {}, children: [] as unknown[] };
    loop.children.push(loop);
    expect(await refusal({ ...small, extra: { elements: [loop] } })).toContain('or in itself');
  });

  it('a device that is none, or two', async () => {
    const disk = { target: { dev: 'a' } };
    expect((await caught(() => formatDeviceXML({}))).message).toBe('device must have one key with one element');
    expect((await caught(() => formatDeviceXML({ disk, panic: { model: 'isa' } }))).message).toContain('one key');
  });

  it('kinds that there are not', async () => {
    expect(await caught(() => formatXML('moon' as XMLKind, small))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
    });
  });
});
