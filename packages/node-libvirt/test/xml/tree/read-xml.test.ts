import { describe, expect, it } from 'vitest';
import { readXML, type XMLElement } from '../../../src/xml/index.ts';
import { caught } from '../../support/caught.ts';

const children = (text: string): unknown[] => readXML(text).children;

/** The message of the refusal of a document, without its code. */
async function refusal(text: string): Promise<string> {
  const error = await caught(() => readXML(text));
  expect(error).toMatchObject({ code: 'LIBVIRT_XML_INVALID', kind: 'invalid', retryable: false });
  return error.message;
}

describe('a document becomes elements', () => {
  it('with names, attributes, text and places', () => {
    const root = readXML('<?xml version="1.0" encoding="UTF-8"?>\n<a x="1" y=\'2\'>t<b/>u</a>\n<!-- end -->');
    expect(root).toEqual({
      name: 'a',
      namespace: undefined,
      attributes: { x: '1', y: '2' },
      children: ['t', { name: 'b', namespace: undefined, attributes: {}, children: [], offset: 55 }, 'u'],
      offset: 39,
    } satisfies XMLElement);
  });

  it('with the five entities and numbers resolved, in text and in values', () => {
    const root = readXML("<a v='&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;'>&lt;b/&gt;&#10;&amp;lt;</a>");
    expect(root.attributes).toEqual({ v: `<>&"'A😀` });
    expect(root.children).toEqual(['<b/>\n&lt;']);
  });

  it('with CDATA as text, and comments and instructions left out of it', () => {
    expect(children('<a>x<![CDATA[<&]]]>y<!-- - --><?z ?><![CDATA[]]>z</a>')).toEqual(['x<&]yz']);
  });

  it('with line ends and white space as XML has them', () => {
    expect(children('<a>1\r\n2\r3\n4&#13;</a>')).toEqual(['1\n2\n3\n4\r']);
    expect(readXML("<a v='1\r\n2\t3\n4&#9;&#10;'/>").attributes).toEqual({ v: '1 2 3 4\t\n' });
  });

  it('with namespaces: by prefix, by default, and taken back', () => {
    const root = readXML(
      "<a xmlns='urn:1' xmlns:p='urn:2'><p:b p:c='1'/><d xmlns=''/><e xmlns:p='urn:3'><p:f/></e></a>",
    );
    const names = (element: XMLElement): unknown[] => [
      [element.name, element.namespace],
      element.children.map((child) => (typeof child === 'string' ? child : names(child))),
    ];
    expect(names(root)).toEqual([
      ['a', 'urn:1'],
      [
        [['p:b', 'urn:2'], []],
        [['d', undefined], []],
        [['e', 'urn:1'], [[['p:f', 'urn:3'], []]]],
      ],
    ]);
  });

  it('whatever the names are called in JavaScript', () => {
    const root = readXML("<constructor __proto__='1' toString='2'><__proto__/></constructor>");
    expect(Object.entries(root.attributes)).toEqual([
      ['__proto__', '1'],
      ['toString', '2'],
    ]);
    expect(Object.getPrototypeOf(root.attributes)).toBe(Object.prototype);
  });

  it('with names of any language', () => {
    expect(readXML('<été ключ="1"><日本/></été>')).toMatchObject({ name: 'été', attributes: { ключ: '1' } });
  });

  it('with a byte order mark before it', () => {
    expect(readXML('\uFEFF<a/>').name).toBe('a');
  });
});

describe('what is not well-formed is refused with its place', () => {
  it.each([
    ['', 'line 1, column 1: expected the root element, but the document ends'],
    ['text', 'line 1, column 1: expected the root element'],
    ['<a>\n  <b>\n</a>', 'line 3, column 1: expected </b>'],
    ['<a><bc></b></a>', 'line 1, column 8: expected </bc>'],
    ['<a><b></bc></a>', 'line 1, column 7: expected </b>'],
    ['<a', 'line 1, column 3: expected a space, "/>" or ">" in <a>, but the document ends'],
    ['<a>', 'line 1, column 1: <a> has no end'],
    ['<a x=1/>', 'line 1, column 6: expected the value of x in quotes'],
    ['<a x/>', 'line 1, column 5: expected "=" after the attribute x'],
    ['<a x="1/>', 'line 1, column 7: the value of x has no end'],
    ['<a x="1"y="2"/>', 'line 1, column 9: expected a space, "/>" or ">" in <a>'],
    ['<a x="1" x="2"/>', 'line 1, column 10: <a> has the attribute x twice'],
    ['<a x="a<b"/>', 'line 1, column 8: "<" must be written "&lt;" in the value of x'],
    ['<a / >', 'line 1, column 4: expected "/>"'],
    ['<1/>', 'line 1, column 2: expected the name of an element'],
    ['<a 1="2"/>', 'line 1, column 4: expected the name of an attribute of <a>'],
    ['<a>&nbsp;</a>', 'line 1, column 4: unknown reference "&nbsp;"; XML has lt, gt, amp, quot, apos and numbers'],
    ['<a>a & b</a>', 'line 1, column 6: "&" begins a reference, but there is no ";"; write "&amp;"'],
    ['<a>&#0;</a>', 'line 1, column 4: "&#0;" is no character of XML'],
    ['<a>&#x110000;</a>', 'line 1, column 4: "&#x110000;" is no character of XML'],
    ['<a>&#xD800;</a>', 'line 1, column 4: "&#xD800;" is no character of XML'],
    ['<a>]]></a>', 'line 1, column 4: "]]>" must be written "]]&gt;" in text'],
    ['<a>\u0001</a>', 'line 1, column 4: the character U+0001 is not allowed in XML'],
    ['<a>\uD800</a>', 'line 1, column 4: the character U+D800 is not allowed in XML'],
    ['<a/><b/>', 'line 1, column 5: nothing may follow the root element but comments'],
    ['<a/>text', 'line 1, column 5: nothing may follow the root element but comments'],
    ['<a><!-- -- --></a>', 'line 1, column 9: "--" must not stand in a comment'],
    ['<a><!-- </a>', 'line 1, column 4: the comment has no end'],
    ['<a><![CDATA[ </a>', 'line 1, column 4: the CDATA section has no end'],
    ['<a><!b></a>', 'line 1, column 4: "<!" begins a comment or a CDATA section in an element'],
    ['<a><?xml version="1.0"?></a>', 'line 1, column 6: expected the name of a processing instruction, other than xml'],
    ['<a><?x!?></a>', 'line 1, column 7: expected a space'],
    [' <?xml version="1.0"?><a/>', 'line 1, column 4: expected the name of a processing instruction, other than xml'],
    [
      '<?xml version="2.0"?><a/>',
      'line 1, column 1: the XML declaration must be like <?xml version="1.0" encoding="UTF-8"?>',
    ],
    ['<a></a', 'line 1, column 7: expected ">" after </a, but the document ends'],
  ])('%j', async (text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  it.each([
    ['<p:a/>', 'the prefix of p:a is not declared'],
    ['<a p:b="1"/>', 'the prefix of p:b is not declared'],
    ['<a:b:c xmlns:a="urn:a"/>', 'expected the name of an element'],
    ['<a xmlns:p=""/>', 'the prefix "p" must stand for a namespace'],
    ['<a xmlns:xmlns="urn:x"/>', 'the prefix "xmlns" can not be declared'],
    ['<a xmlns:xml="urn:x"/>', 'the prefix "xml" and its namespace belong to each other'],
    ['<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="2"/>', 'the attribute q:b is there twice, under two prefixes'],
  ])('namespaces: %s', async (text, message) => {
    expect(await refusal(text)).toContain(message);
  });
});

describe('nobody can make it work hard', () => {
  it.each([
    '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;">]><a>&y;</a>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    '<?xml version="1.0"?><!DOCTYPE a><a/>',
  ])('by a DOCTYPE: %s', async (text) => {
    expect(await refusal(text)).toContain('a DOCTYPE is not accepted');
  });

  it('by depth or length', async () => {
    expect(await refusal('<a>'.repeat(257))).toContain('elements stand in each other deeper than 256');
    expect(readXML('<a>'.repeat(256) + '</a>'.repeat(256)).name).toBe('a');
    const error = await caught(() => readXML('<a></a>', { maxLength: 6 }));
    expect(error.message).toContain('the document has 7 characters; at most 6 are read');
    expect(await caught(() => readXML('<a><b/><c><d/></c></a>', { maxDepth: 1 }))).toMatchObject({
      code: 'LIBVIRT_XML_INVALID',
    });
  });

  it('and says so at once when it is used wrongly', async () => {
    const wrong: unknown = 5;
    expect(await caught(() => readXML(wrong as string))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    expect(await caught(() => readXML('<a/>', { maxDepth: 5000 }))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
  });
});
