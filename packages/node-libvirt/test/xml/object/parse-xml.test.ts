import { describe, expect, it } from 'vitest';
import {
  type DomainXML,
  parseDeviceXML,
  parseDomainXML,
  parseNetworkXML,
  parseNWFilterXML,
  parseXML,
  type XMLKind,
  xmlKinds,
} from '../../../src/xml/index.ts';
import { caught } from '../../support/caught.ts';
import { documents, domainDocument } from '../documents.ts';

const domain = (inside: string): DomainXML => parseDomainXML(`<domain type='kvm'>${inside}</domain>`);

describe('a document becomes an object', () => {
  const object = parseDomainXML(domainDocument);

  it('with attributes and elements under their own names', () => {
    expect(object.type).toBe('kvm');
    expect(object.name).toBe('web-1');
    expect(object.title).toBe('Shop & till');
    expect(object.on_reboot).toBe('restart');
    expect(object.devices?.disk?.[0]?.source?.file).toBe('/srv/images/web-1.qcow2');
    expect(object.devices?.disk?.[0]?.backingStore?.source?.file).toBe('/srv/images/base.qcow2');
    expect(object.devices?.interface?.[0]?.mac?.address).toBe('52:54:00:6b:3c:58');
  });

  it('with the text beside attributes as value', () => {
    expect(object.memory).toEqual({ unit: 'MiB', value: 2048 });
    expect(object.os?.type).toEqual({ arch: 'x86_64', machine: 'pc-q35-7.2', value: 'hvm' });
  });

  it('with numbers where the schema has decimal numbers, and text where it has not', () => {
    expect(object.id).toBe(7);
    expect(object.vcpu).toEqual({ placement: 'static', current: 1, value: 2 });
    expect(object.devices?.graphics?.[0]?.port).toBe(-1);
    expect(object.devices?.disk?.[0]?.address).toMatchObject({ bus: '0x04' });
    expect(parseXML('storagepool', documents.storagepool).target?.permissions?.mode).toBe('0711');
  });

  it('with arrays where there may be several, even if there is one', () => {
    expect(object.os?.boot).toEqual([{ dev: 'hd' }, { dev: 'network' }]);
    expect(object.devices?.interface).toHaveLength(1);
    expect(domain('<devices/>').devices).toEqual({});
  });

  it('with an object for an element that is only there or not', () => {
    expect(object.features).toEqual({ acpi: {}, apic: {} });
    expect(object.devices?.disk?.map(({ readonly }) => readonly !== undefined)).toEqual([false, true]);
  });

  it('with the word Element where an attribute has the same name', () => {
    expect(object.os?.firmware).toBe('efi');
    expect(object.os?.firmwareElement).toEqual({ feature: [{ enabled: 'yes', name: 'secure-boot' }] });
    expect(object.devices?.graphics?.[0]).toMatchObject({
      listen: '127.0.0.1',
      listenElement: [{ type: 'address', address: '127.0.0.1' }],
    });
    expect(object.devices?.controller?.[1]).toMatchObject({
      model: 'pcie-root-port',
      modelElement: { name: 'pcie-root-port' },
    });
  });

  it('with the element itself where anything may stand', () => {
    expect(object.metadata).toEqual({
      name: 'metadata',
      attributes: {},
      children: [
        {
          name: 'app:owner',
          attributes: { 'xmlns:app': 'https://example.org/app', 'app:team': 'shop' },
          children: [{ name: 'app:since', attributes: {}, children: ['2026'] }],
        },
      ],
    });
  });

  it("with the schema's own prefix for its namespaces, whatever the document calls them", () => {
    expect(object['qemu:commandline']?.['qemu:arg']).toEqual([{ value: '-name' }, { value: 'a,b' }]);
    const other = domainDocument.replaceAll('qemu:', 'q:').replace('xmlns:qemu', 'xmlns:q');
    expect(parseDomainXML(other)['qemu:commandline']).toEqual(object['qemu:commandline']);
  });

  it('without anything that needs explaining', () => {
    expect(JSON.stringify(object)).not.toContain('extra');
    expect(structuredClone(object)).toEqual(object);
    expect(JSON.parse(JSON.stringify(object))).toEqual(object);
  });

  it('one device, as it is attached', () => {
    expect(parseDeviceXML(documents.device)).toEqual({
      interface: { type: 'bridge', source: { bridge: 'br0' }, model: { type: 'virtio' } },
    });
  });

  it.each(xmlKinds)('%s', (kind) => {
    expect(Object.keys(parseXML(kind, documents[kind])).length).toBeGreaterThan(0);
  });
});

describe('what the schema does not know is kept aside', () => {
  it('attributes and elements, which may be newer than it', () => {
    expect(domain("<vcpu lazy='yes'>1</vcpu><hologram depth='3'>\n <lens/>\n</hologram>")).toEqual({
      type: 'kvm',
      vcpu: { value: 1, extra: { attributes: { lazy: 'yes' } } },
      extra: {
        elements: [
          { name: 'hologram', attributes: { depth: '3' }, children: [{ name: 'lens', attributes: {}, children: [] }] },
        ],
      },
    });
  });

  it('elements that are there too often, or in a foreign namespace', () => {
    const { name, extra } = domain("<name>a</name><name>b</name><x:name xmlns:x='urn:x'>c</x:name>");
    expect(name).toBe('a');
    expect(extra?.elements?.map((element) => element.children)).toEqual([['b'], ['c']]);
  });

  it('attributes of elements that are only text', () => {
    expect(domain("<name lang='en'>a</name>")).toMatchObject({
      name: 'a',
      extra: { attributesOf: { name: { lang: 'en' } } },
    });
    expect(domain('<name>a<b/></name>')).toMatchObject({ extra: { elements: [{ name: 'name' }] } });
  });

  it('and those of the same name after them, so that they stay in their order', () => {
    const { name, extra } = domain('<name>a<b/></name><name>c</name>');
    expect(name).toBeUndefined();
    expect(extra?.elements?.map(({ children }) => children.length)).toEqual([2, 1]);
  });

  it('text where there should be none', () => {
    expect(domain('loose').extra).toEqual({ text: 'loose' });
    expect(domain('\n  ')).toEqual({ type: 'kvm' });
  });

  it('how a number was spelled, when it was not in the usual way', () => {
    expect(domain('<vcpu>007</vcpu>').vcpu).toEqual({ value: 7, extra: { spelling: { value: '007' } } });
    const large = '18446744073709551615';
    expect(domain(`<memory>${large}</memory>`).memory).toEqual({
      value: 2 ** 64,
      extra: { spelling: { value: large } },
    });
    expect(domain('<memory>9007199254740991</memory>').memory).toEqual({ value: Number.MAX_SAFE_INTEGER });
  });

  it('and what is no number stays text', () => {
    const value: unknown = domain('<vcpu>many</vcpu>').vcpu?.value;
    expect(value).toBe('many');
  });

  it('the order of rules and references of a filter', () => {
    expect(parseNWFilterXML(documents.nwfilter).extra?.order).toEqual(['uuid', 'rule', 'filterref', 'rule']);
    expect(
      parseNWFilterXML("<filter name='a'><filterref filter='b'/><rule action='drop' direction='in'/></filter>").extra,
    ).toBeUndefined();
  });

  it('names that mean something in JavaScript', () => {
    const { extra } = domain("<constructor/><vcpu/><x __proto__='1'/>");
    expect(extra?.elements?.map(({ name, attributes }) => [name, Object.entries(attributes)])).toEqual([
      ['constructor', []],
      ['x', [['__proto__', '1']]],
    ]);
    expect(Object.entries(parseNetworkXML("<network __proto__='1' constructor='2'/>").extra?.attributes ?? {})).toEqual(
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    );
  });
});

describe('parseXML refuses', () => {
  it('another document', async () => {
    const error = await caught(() => parseDomainXML('\n<network/>'));
    expect(error).toMatchObject({ code: 'LIBVIRT_XML_INVALID', message: 'line 2: expected <domain>, not <network>' });
    expect((await caught(() => parseDomainXML("<domain xmlns='urn:x'/>"))).message).toContain('of the namespace urn:x');
    expect((await caught(() => parseDeviceXML('<domain/>'))).message).toContain('expected one of disk, controller');
  });

  it('what is not well-formed, too deep, too long, or no text', async () => {
    expect(await caught(() => parseDomainXML('<domain'))).toMatchObject({ code: 'LIBVIRT_XML_INVALID' });
    expect(await caught(() => parseDomainXML(domainDocument, { maxDepth: 2 }))).toMatchObject({
      code: 'LIBVIRT_XML_INVALID',
    });
    expect(await caught(() => parseDomainXML(domainDocument, { maxLength: 100 }))).toMatchObject({
      code: 'LIBVIRT_XML_INVALID',
    });
    const wrong: unknown = null;
    expect(await caught(() => parseDomainXML(wrong as string))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    expect(await caught(() => parseXML('moon' as XMLKind, '<moon/>'))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
    });
  });
});
