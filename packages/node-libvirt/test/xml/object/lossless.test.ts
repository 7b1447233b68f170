import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatXML,
  parseXML,
  readXML,
  validateXML,
  writeXML,
  type XMLElement,
  type XMLKind,
  xmlKinds,
} from '../../../src/xml/index.ts';
import { documents } from '../documents.ts';

/** The order among children of different names means something only here. */
const sequences = new Set(['filter', 'mode']);
/**
 * What a document says: elements with namespaces, values and texts; not how it is indented, which prefixes it uses, or
 * the order of attributes and of elements where that means nothing.
 */
function meaning(element: XMLElement): unknown {
  const { name, namespace, attributes, children } = element;
  const inside = children.filter((child) => typeof child === 'object');
  const pieces = children.filter((child) => typeof child === 'string');
  const text = pieces.filter((piece) => inside.length === 0 || piece.trim() !== '').join('');
  const key = (child: XMLElement): string => `${child.namespace} ${child.name.replace(/.*:/, '')}`;
  const ordered = sequences.has(name)
    ? inside
    : inside.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return {
    name: key(element),
    namespace,
    attributes: Object.entries(attributes)
      .filter(([attribute]) => !attribute.startsWith('xmlns'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    text: inside.length > 0 || text.trim() === '' ? text.trim() : text,
    children: ordered.map(meaning),
  };
}

function comesBack(kind: XMLKind, text: string): void {
  const object = parseXML(kind, text);
  const written = formatXML(kind, object);
  expect(meaning(readXML(written))).toEqual(meaning(readXML(text)));
  expect(parseXML(kind, written)).toEqual(object);
  expect(formatXML(kind, parseXML(kind, written))).toBe(written);
}

function elementsOf(root: XMLElement): XMLElement[] {
  return [root, ...root.children.flatMap((child) => (typeof child === 'object' ? elementsOf(child) : []))];
}

describe('a document that was read is written again', () => {
  it.each(xmlKinds)('%s: byte for byte, where it was as libvirt writes it', (kind) => {
    expect(formatXML(kind, parseXML(kind, documents[kind]))).toBe(documents[kind]);
    comesBack(kind, documents[kind]);
  });

  it('whatever is added to it, taken out of it, or moved in it', () => {
    const names = fc.constantFrom(
      'unheard-of',
      'name',
      'source',
      'type',
      'value',
      'x:y',
      'constructor',
      '__proto__',
      'listen',
    );
    const words = fc.constantFrom('', 'x', ' 7 ', '007', '-0', '+5', '99999999999999999999', '<&>', '\n', 'yes');
    const changes = fc.array(fc.record({ pick: fc.nat(), what: fc.nat(4), name: names, word: words, at: fc.nat() }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom(...xmlKinds), changes, (kind, list) => {
        const root = readXML(documents[kind]);
        for (const { pick, what, name, word, at } of list) {
          const all = elementsOf(root);
          const element = all[pick % all.length] as XMLElement;
          const { attributes, children } = element;
          const index = at % (children.length + 1);
          const declaration = name === 'x:y' ? { 'xmlns:x': 'urn:x' } : {};
          if (what === 0)
            children.splice(index, 0, { name, attributes: declaration, children: word === '' ? [] : [word] });
          else if (what === 1 && name !== 'x:y')
            Object.defineProperty(attributes, name, {
              value: word,
              enumerable: true,
              writable: true,
              configurable: true,
            });
          else if (what === 2 && element !== root) children.splice(index, 1);
          else if (what === 3) children.reverse();
          else children.push(word);
        }
        comesBack(kind, writeXML(root));
      }),
      { numRuns: 500 },
    );
  });

  it('and is valid again if it was', () => {
    fc.assert(
      fc.property(fc.constantFrom(...xmlKinds), fc.nat(), (kind, pick) => {
        const root = readXML(documents[kind]);
        const all = elementsOf(root);
        (all[pick % all.length] as XMLElement).children.reverse();
        const text = writeXML(root);
        if (validateXML(kind, text).length === 0)
          expect(validateXML(kind, formatXML(kind, parseXML(kind, text)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
