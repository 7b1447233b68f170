import { describe, expect, it } from 'vitest';
import { type XMLKind, validateXML, xmlKinds } from '../../../src/xml/index.ts';
import { caught } from '../../support/caught.ts';
import { documents, domainDocument } from '../documents.ts';

/** Path and message of each problem. */
const problems = (kind: XMLKind, text: string): unknown[] =>
  validateXML(kind, text).map(({ path, message }) => [path, message]);

const domain = (inside: string, attributes = "type='kvm'"): string =>
  `<domain ${attributes}><name>a</name><memory>1</memory><os><type>hvm</type></os>${inside}</domain>`;
const devices = (inside: string): string => domain(`<devices>${inside}</devices>`);

describe('a valid document has no problems', () => {
  it.each(xmlKinds)('%s', (kind) => {
    expect(validateXML(kind, documents[kind])).toEqual([]);
  });

  it('elements of a domain stand in any order', () => {
    expect(
      problems(
        'domain',
        "<domain type='kvm'><on_crash>destroy</on_crash><os><type>hvm</type></os><on_reboot>restart</on_reboot><memory>1</memory><name>a</name></domain>",
      ),
    ).toEqual([]);
  });
});

describe('a problem says what, where and what else', () => {
  it('with a path, a line and a column', () => {
    const text = domainDocument.replace("<target dev='sda' bus='sata'/>", "<target dev='sda' bus='satan'/>");
    const [problem, ...others] = validateXML('domain', text);
    expect(others).toEqual([]);
    expect(problem).toEqual({
      kind: 'invalid-value',
      path: '/domain/devices/disk[2]/target/@bus',
      line: 54,
      column: 25,
      found: '"satan"',
      expected: ['"ide"', '"fdc"', '"scsi"', '"virtio"', '"xen"', '"usb"', '"uml"', '"sata"', '"sd"'],
      message:
        '"satan" is no value for bus; expected one of "ide", "fdc", "scsi", "virtio", "xen", "usb", "uml", "sata", "sd"',
    });
  });

  it.each([
    ['unexpected-element', domain('<vcpuu>1</vcpuu>'), '/domain/vcpuu'],
    ['unexpected-element', domain('<name>b</name>'), '/domain/name[2]'],
    ['unexpected-element', "<domian type='kvm'/>", '/domian'],
    ['missing-element', "<domain type='kvm'><memory>1</memory></domain>", '/domain'],
    ['missing-element', devices("<disk type='file'/>"), '/domain/devices/disk'],
    ['unexpected-attribute', domain('', "type='kvm' color='red'"), '/domain/@color'],
    ['missing-attribute', domain('', ''), '/domain'],
    ['invalid-value', domain('<vcpu>many</vcpu>'), '/domain/vcpu'],
    ['invalid-value', domain('<uuid>1</uuid>'), '/domain/uuid'],
    ['unexpected-text', domain('loose'), '/domain'],
    ['unexpected-text', domain('<features><acpi>x</acpi></features>'), '/domain/features/acpi'],
    ['not-well-formed', '<domain>', '/'],
  ])('%s: %s', (kind, text, path) => {
    expect(validateXML('domain', text).map((problem) => [problem.kind, problem.path])).toEqual([[kind, path]]);
  });

  it.each([
    [domain('<uuid>1</uuid>'), '"1" is no value for <uuid>; expected a UUID'],
    [domain('<vcpu>0</vcpu>'), '"0" is no value for <vcpu>; expected a whole number, at least 1'],
    [domain('', ''), '<domain> lacks the attribute type'],
    ["<domain type='kvm'><memory>1</memory></domain>", '<domain> lacks <name>'],
    [devices("<disk type='file'/>"), '<disk> lacks <target>'],
    [
      devices("<interface type='network'><mac address='1'/></interface>"),
      '"1" is no value for address; expected a MAC address like 52:54:00:12:34:56',
    ],
    [domain('<features><acpi>x</acpi></features>'), '<acpi> must not have the text "x"'],
  ])('in plain words: %s', (text, message) => {
    expect(validateXML('domain', text)[0]?.message).toBe(message);
  });

  it('where the type of a disk decides what its source is', () => {
    expect(problems('domain', devices("<disk type='block'><source file='/a'/><target dev='vda'/></disk>"))).toEqual([
      [
        '/domain/devices/disk/source/@file',
        '<source> must not have the attribute file here; expected one of dev, index, startupPolicy',
      ],
    ]);
  });

  it('all of them, each in its place', () => {
    const text = devices(
      "<disk type='file' device='tape'><target bus='ide'/></disk><disk type='tape'><target dev='vda'/><frob/></disk>",
    );
    expect(validateXML('domain', text).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'invalid-value /domain/devices/disk[1]/@device',
      'missing-attribute /domain/devices/disk[1]/target',
      'invalid-value /domain/devices/disk[2]/@type',
      'unexpected-element /domain/devices/disk[2]/frob',
    ]);
  });

  it('of a document that is not well-formed, with its place', () => {
    expect(validateXML('domain', '<domain>\n  <name>a</nome>\n</domain>')).toMatchObject([
      { kind: 'not-well-formed', line: 2, column: 10, message: 'expected </name>' },
    ]);
  });

  it('without repeating a long text', () => {
    const [problem] = validateXML('domain', domain(`<vcpu>${'x'.repeat(100_000)}</vcpu>`));
    expect(problem?.found.length).toBeLessThan(90);
    expect(problem?.message.length).toBeLessThan(300);
  });

  it('at most a hundred times', () => {
    expect(validateXML('domain', domain('<x/>'.repeat(100_000)))).toHaveLength(100);
    expect(validateXML('domain', devices("<disk type='file'><y/></disk>".repeat(1000)))).toHaveLength(100);
    const attributes = Array.from({ length: 1000 }, (_, index) => `a${index}='1'`).join(' ');
    expect(validateXML('domain', domain('', attributes))).toHaveLength(100);
  });
});

describe('validateXML', () => {
  it('refuses kinds that there are not, and what is no text', async () => {
    const unknown: string = 'planet';
    const error = await caught(() => validateXML(unknown as XMLKind, '<a/>'));
    expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID', kind: 'invalid' });
    expect(error.message).toContain('unknown kind of document "planet"; there are domain, ');
    const wrong: unknown = undefined;
    expect(await caught(() => validateXML('domain', wrong as string))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
    });
  });

  it('finds the place of an attribute among values that look like it', () => {
    const text =
      "<network x='1' color='2'>\n<name>a</name>\n<forward\n  dev=' mode=\"nat\" '\n  mode = 'nut'/></network>";
    const places = validateXML('network', text).map(({ path, line, column }) => `${path} ${line}:${column}`);
    expect(places).toContain('/network/@color 1:16');
    expect(places).toContain('/network/forward/@mode 5:3');
  });
});
