import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LibvirtError, readXML, writeXML, type XMLElement } from '../../../src/xml/index.ts';
import { domainDocument } from '../documents.ts';

// oxlint-disable-next-line no-control-regex
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Surrogate}]/gu;
const texts = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(forbidden, ''));
const names = fc.constantFrom('a', 'b-1', '_c', 'été', 'constructor', '__proto__', 'x.y');

/** Elements of any form; no two texts next to each other, because they are one. */
const { tree } = fc.letrec<{ tree: XMLElement }>((tie) => ({
  tree: fc.record({
    name: names,
    attributes: fc.array(fc.tuple(names, texts), { maxLength: 3 }).map((list) => Object.fromEntries(list)),
    children: fc
      .array(fc.oneof({ depthSize: 'small' }, texts, tie('tree')), { maxLength: 4 })
      .map((list) =>
        list.filter(
          (child, index) => child !== '' && (typeof child === 'object' || typeof list[index - 1] !== 'string'),
        ),
      ),
  }),
}));

/** The element as data that can be compared: without places. */
function plain({ name, attributes, children }: XMLElement): unknown[] {
  return [
    name,
    Object.entries(attributes),
    children.map((child) => (typeof child === 'string' ? child : plain(child))),
  ];
}

const hasText = (element: XMLElement): boolean =>
  element.children.some((child) => (typeof child === 'string' ? true : hasText(child)));

describe('what is written is read again', () => {
  it('any element', () => {
    fc.assert(
      fc.property(tree, (element) => {
        // Indentation is added only where there is no text; put some there, so that all is compared.
        const whole = { name: 'root', attributes: {}, children: ['.', element] };
        expect(plain(readXML(writeXML(whole)))).toEqual(plain(whole));
      }),
    );
  });

  it('and written the same again', () => {
    fc.assert(
      fc.property(tree, (element) => {
        const text = writeXML(element);
        expect(writeXML(readXML(text))).toBe(text);
        if (!hasText(element)) expect(text.endsWith('>\n')).toBe(true);
      }),
    );
  });
});

/** Reads it, or has it refused as it should be. */
function survive(text: string): void {
  try {
    readXML(text);
  } catch (error) {
    expect(LibvirtError.isInstance(error), String(error)).toBe(true);
  }
}

describe('hostile text is refused, and nothing else happens', () => {
  it('made of the pieces of XML', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      '<a',
      '<a>',
      '</a>',
      '/>',
      ' x=',
      '"',
      "'",
      '&',
      ';',
      '&#',
      '&lt;',
      '<!--',
      '-->',
      '--',
      '<![CDATA[',
      ']]>',
      '<?x',
      '?>',
      '<!DOCTYPE',
      'xmlns',
      ':',
      '=',
      ' ',
      '\n',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (list) => survive(list.join(''))),
      { numRuns: 2000 },
    );
  });

  it('made of a document with a change in it', () => {
    const length = domainDocument.length;
    const changes = fc.tuple(fc.nat(length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 4 }));
    fc.assert(
      fc.property(changes, ([at, cut, put]) =>
        survive(domainDocument.slice(0, at) + put + domainDocument.slice(at + cut)),
      ),
      { numRuns: 1000 },
    );
  });
});
