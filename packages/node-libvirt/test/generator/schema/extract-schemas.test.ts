import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extractSchemas } from '../../../generator/schema/extract-schemas.ts';
import { linkSchemas } from '../../../generator/schema/link-schemas.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schemas-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes a schema file of these parts. */
function schema(name: string, parts: string): void {
  writeFileSync(
    join(directory, `${name}.rng`),
    `<?xml version="1.0"?><!-- text of libvirt --><grammar xmlns="http://relaxng.org/ns/structure/1.0"
      datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">${parts}</grammar>`,
  );
}

/** A pattern in the notation. */
function pattern(inside: string): string {
  schema('one', `<define name="it">${inside}</define>`);
  return extractSchemas(directory, '1.0').schemas['one']?.define['it'] ?? '';
}

describe('patterns are written down', () => {
  it.each([
    ['<element name="a"><empty/></element>', 'a{()}'],
    ['<element name="a"/>', 'a{()}'],
    ['<attribute name="a"/>', '@a{#}'],
    ['<attribute name="a"><text/></attribute><ref name="b"/>', '@a{#},$b'],
    ['<element name="a"><ref name="b"/><optional><ref name="c"/></optional></element>', 'a{$b,$c?}'],
    ['<zeroOrMore><ref name="a"/><ref name="b"/></zeroOrMore>', '($a,$b)*'],
    ['<oneOrMore><choice><ref name="a"/><ref name="b"/></choice></oneOrMore>', '($a|$b)+'],
    ['<interleave><group><ref name="a"/><ref name="b"/></group><ref name="c"/></interleave>', '($a,$b)&$c'],
    ["<choice><value>yes</value><value>it's</value></choice>", "'yes'|'it''s'"],
    ['<optional><zeroOrMore><ref name="a"/></zeroOrMore></optional>', '($a*)?'],
    [
      '<data type="int"><param name="minInclusive">0</param><param name="maxInclusive">9</param></data>',
      "%int(minInclusive='0' maxInclusive='9')",
    ],
    [
      '<data type="string"><param name="pattern">[^/]+</param><except><choice><value>.</value><value>..</value></choice></except></data>',
      "%string(pattern='[^/]+')!'.'!'..'",
    ],
    [
      '<element><anyName/><zeroOrMore><attribute><anyName/></attribute></zeroOrMore></element>',
      '*{(@*{#})*}'.replace('(@*{#})', '@*{#}'),
    ],
    [
      '<element name="a" ns="http://example.org/schemas/domain/qemu/1.0"><element name="b"/><attribute name="c"/></element>',
      'qemu:a{qemu:b{()},@c{#}}',
    ],
    ['<notAllowed/>', '!'],
  ])('%s', (xml, notation) => {
    expect(pattern(xml)).toBe(notation);
  });

  it.each([
    ['<list><data type="int"/></list>', 'unknown pattern <list>'],
    ['<element><nsName/><text/></element>', 'only anyName is known'],
    ['<value type="string">a</value>', 'value of type string'],
    ['<data type="string" datatypeLibrary="urn:x"/>', 'unknown datatypes urn:x'],
    ['<data type="string"><except><data type="int"/></except></data>', 'only values can be excepted'],
    ['<element name="a" ns="urn:no-name"/>', 'no prefix for the namespace urn:no-name'],
  ])('but not %s, which libvirt does not use', (xml, message) => {
    expect(() => pattern(xml)).toThrow(message);
  });
});

describe('schemas are put together', () => {
  it('with what they include and add to', () => {
    schema(
      'base',
      '<define name="extra"><notAllowed/></define><define name="disk"><element name="disk"><ref name="extra"/></element></define>',
    );
    schema('plain', '<include href="base.rng"/><start><ref name="disk"/></start>');
    schema(
      'rich',
      '<start><ref name="disk"/></start><include href="base.rng"/><define name="extra" combine="choice"><attribute name="a"/></define>',
    );
    const { starts, definitions } = linkSchemas(extractSchemas(directory, '1.0'), ['plain', 'rich']);
    expect([...starts]).toEqual([
      ['plain', '$disk'],
      ['rich', '$disk.2'],
    ]);
    expect([...definitions]).toEqual([
      ['disk', 'disk{$extra}'],
      ['disk.2', 'disk{$extra.2}'],
      ['extra', '!'],
      ['extra.2', '(!)|(@a{#})'],
    ]);
  });

  it('sharing what means the same, and leaving out what nothing leads to', () => {
    schema('base', '<define name="a"><element name="a"/></define><define name="unused"><text/></define>');
    for (const name of ['one', 'two']) schema(name, '<include href="base.rng"/><start><ref name="a"/></start>');
    const { definitions } = linkSchemas(extractSchemas(directory, '1.0'), ['one', 'two']);
    expect([...definitions]).toEqual([['a', 'a{()}']]);
  });

  it('with grammars inside grammars, in which names are their own', () => {
    schema('inner', '<start><ref name="a"/></start><define name="a"><element name="inner"/></define>');
    schema(
      'outer',
      '<start><ref name="a"/></start><define name="a"><element name="outer"><grammar><include href="inner.rng"/></grammar></element></define>',
    );
    const { starts, definitions } = linkSchemas(extractSchemas(directory, '1.0'), ['outer']);
    const name = starts.get('outer')?.slice(1) ?? '';
    expect(definitions.get(name)).toMatch(/^outer\{\$start/);
    expect([...definitions.values()]).toContain('inner{()}');
  });

  it('and what is not right is refused', () => {
    const link = (): unknown => linkSchemas(extractSchemas(directory, '1.0'), ['one']);
    schema('one', '<start><ref name="a"/></start>');
    expect(link).toThrow('the schemas have no');
    schema('one', '<include href="nowhere.rng"/>');
    expect(link).toThrow('there is no schema nowhere');
    schema('one', '<define name="a"/><define name="a"/>');
    expect(link).toThrow('a is defined twice');
    schema('one', '<define name="a" combine="interleave"/>');
    expect(link).toThrow('combine="interleave" is not known');
    schema('one', '<include href="x.rng"><define name="a"/></include>');
    expect(link).toThrow('an include with overrides');
    schema('one', '<div/>');
    expect(link).toThrow('unknown part of a grammar: <div>');
  });
});
