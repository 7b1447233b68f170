import { describe, expect, it } from 'vitest';
import { readXML, writeXML, type XMLElement } from '../../../src/xml/index.ts';
import { caught } from '../../support/caught.ts';

const element = (name: string, children: XMLElement['children'] = [], attributes = {}): XMLElement => ({
  name,
  attributes,
  children,
});

async function refusal(value: unknown): Promise<string> {
  const error = await caught(() => writeXML(value as XMLElement));
  expect(error).toMatchObject({ code: 'LIBVIRT_XML_INVALID', kind: 'invalid' });
  return error.message;
}

describe('writeXML', () => {
  it('indents elements by two spaces, in single quotes, with a line feed at the end', () => {
    expect(writeXML(element('a', [element('b', [], { c: '1' }), element('d', [element('e', ['text'])])]))).toBe(
      "<a>\n  <b c='1'/>\n  <d>\n    <e>text</e>\n  </d>\n</a>\n",
    );
  });

  it('adds no white space beside text', () => {
    const text = '<p>one <b>two</b><i><u/></i> three</p>\n';
    expect(writeXML(readXML(text))).toBe(text);
  });

  it('keeps indentation that was read as it is', () => {
    const text = '<a>\n      <b/>\n</a>\n';
    expect(writeXML(readXML(text))).toBe(text);
  });

  it('lets no text and no value end what it is in', () => {
    const hostile = `</a><x y='"&]]>\r`;
    const written = writeXML(element('a', [hostile], { v: `${hostile}\n\t` }));
    expect(written).toBe(
      "<a v='&lt;/a&gt;&lt;x y=&apos;&quot;&amp;]]&gt;&#13;&#10;&#9;'>&lt;/a&gt;&lt;x y='\"&amp;]]&gt;&#13;</a>\n",
    );
    expect(readXML(written)).toMatchObject({ attributes: { v: `${hostile}\n\t` }, children: [hostile] });
  });

  it.each([
    [element('a b'), '"a b" can not be the name of an element'],
    [element('a><b'), '"a><b" can not be the name of an element'],
    [element('a', [], { "b='1' c": '' }), `can not be the name of an attribute of <a>`],
    [element(''), '"" can not be the name'],
    [element('p:a'), 'declare it by an attribute xmlns:p'],
    [element('a', [], { 'p:b': '' }), 'the prefix of p:b is not declared'],
    [element('a', [], { 'xmlns:p': '' }), 'must stand for a namespace'],
    [element('a', [], { "xmlns:p='' x": 'urn:x' }), 'declares no name'],
    [element('a', ['\0']), 'holds the character U+0000'],
    [element('a', [], { b: '\uFFFE' }), 'holds the character U+FFFE'],
    [element('a', ['\uD83D']), 'holds the character U+D83D'],
    [element('a', [], { b: 1 }), 'the attribute b of <a> must be a string, not number'],
    [element('a', [1 as never]), 'the text of <a> must be a string, not number'],
    [undefined, 'expected an element'],
    [{ name: 'a' }, 'expected an element'],
    [element('a', [null as never]), 'expected an element'],
  ])('refuses %j', async (value, message) => {
    expect(await refusal(value)).toContain(message);
  });

  it('refuses elements that stand in themselves', async () => {
    const loop = element('a');
    loop.children.push(loop);
    expect(await refusal(loop)).toContain('or in themselves');
  });
});
