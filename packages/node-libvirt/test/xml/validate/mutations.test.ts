import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXML, validateXML, writeXML, type XMLElement, type XMLKind, xmlKinds } from '../../../src/xml/index.ts';
import { documents } from '../documents.ts';

function elementsOf(root: XMLElement): XMLElement[] {
  return [root, ...root.children.flatMap((child) => (typeof child === 'object' ? elementsOf(child) : []))];
}

/** Elements in which any element may stand. */
const open = new Set(['metadata', 'app:owner', 'app:since']);

/** The problems of a document after a change of one of its elements. */
function changed(
  kind: XMLKind,
  pick: number,
  change: (element: XMLElement) => boolean,
): ReturnType<typeof validateXML> | undefined {
  const root = readXML(documents[kind]);
  const elements = elementsOf(root).filter(({ name }) => !open.has(name));
  const element = elements[pick % elements.length];
  return element !== undefined && change(element) ? validateXML(kind, writeXML(root)) : undefined;
}

const kinds = fc.constantFrom(...xmlKinds);

describe('one mistake anywhere in a valid document is found', () => {
  it('an element that the schema does not know', () => {
    fc.assert(
      fc.property(kinds, fc.nat(), fc.nat(), (kind, pick, at) => {
        const problems = changed(kind, pick, ({ children }) => {
          children.splice(at % (children.length + 1), 0, { name: 'unheard-of', attributes: {}, children: [] });
          return true;
        });
        expect(problems?.some(({ path }) => path.includes('/unheard-of') || path !== '/')).toBe(true);
        expect(problems?.length).toBeGreaterThan(0);
      }),
    );
  });

  it('an attribute that the schema does not know', () => {
    fc.assert(
      fc.property(kinds, fc.nat(), (kind, pick) => {
        const problems = changed(kind, pick, ({ attributes }) => (attributes['unheard-of'] = 'x') === 'x');
        expect(problems).toHaveLength(1);
        expect(problems?.[0]).toMatchObject({ kind: 'unexpected-attribute', found: 'unheard-of' });
        expect(problems?.[0]?.path).toMatch(/\/@unheard-of$/);
      }),
    );
  });

  it('another root', () => {
    for (const kind of xmlKinds) {
      const root = readXML(documents[kind]);
      expect(validateXML(kind, writeXML({ ...root, name: 'unheard-of' }))).toMatchObject([
        { kind: 'unexpected-element' },
      ]);
    }
  });
});

describe('whatever is done to a valid document', () => {
  it('the answer is a list of problems with a place in the text', () => {
    const words = fc.constantFrom('', ' ', 'x', '-1', '99999999999999999999', 'yes', '__proto__', "'", 'name', 'type');
    const change = fc.record({ pick: fc.nat(), what: fc.nat(4), word: words, from: fc.nat() });
    fc.assert(
      fc.property(kinds, fc.array(change, { minLength: 1, maxLength: 6 }), (kind, changes) => {
        const root = readXML(documents[kind]);
        for (const { pick, what, word, from } of changes) {
          const all = elementsOf(root);
          const element = all[pick % all.length] as XMLElement;
          const other = all[from % all.length] as XMLElement;
          const names = Object.keys(element.attributes).filter((name) => !name.startsWith('xmlns'));
          if (what === 0) element.children.push(word);
          else if (what === 1) delete element.attributes[names[from % Math.max(1, names.length)] ?? ''];
          else if (what === 2 && /^\w+$/.test(word) && word !== '__proto__' && !/^\d/.test(word))
            element.attributes[word] = 'x';
          else if (what === 3) element.children.splice(from % (element.children.length + 1), 1);
          else if (!elementsOf(other).some((each) => each === element || each.name.includes(':')))
            element.children.push(structuredClone(other));
        }
        const text = writeXML(root);
        const lines = text.split('\n');
        for (const { line, column, message, path, expected } of validateXML(kind, text)) {
          expect(lines[line - 1]?.[column - 1], message).toMatch(path.includes('@') ? /[\w:-]/ : '<');
          expect(message).not.toBe('');
          expect(new Set(expected).size).toBe(expected.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
