import { describe, expect, it } from 'vitest';
import { Grammar } from '../../../src/xml/grammar/grammar.ts';
import { readXML } from '../../../src/xml/index.ts';
import { Validator } from '../../../src/xml/validate/validator.ts';

/** Which documents fit a grammar; `start` and definitions in the notation of the committed one. */
function fitting(start: string, documents: readonly string[], definitions = ''): string[] {
  const grammar = new Grammar({
    definitions: `main=${start}\n${definitions}`,
    namespaces: { q: 'urn:q' },
    starts: { test: '$main' },
  });
  return documents.filter((text) => new Validator(grammar).document(readXML(text), grammar.start('test')).length === 0);
}

const [none, a, b, ab, ba, aa, abb, aab] = [
  '<r/>',
  '<r><a/></r>',
  '<r><b/></r>',
  '<r><a/><b/></r>',
  '<r><b/><a/></r>',
  '<r><a/><a/></r>',
  '<r><a/><b/><b/></r>',
  '<r><a/><a/><b/></r>',
];
const all = [none, a, b, ab, ba, aa, abb, aab] as string[];

describe('patterns mean what RELAX NG says', () => {
  it.each([
    ['group', 'r{a{()},b{()}}', [ab]],
    ['interleave', 'r{a{()}&b{()}}', [ab, ba]],
    ['choice', 'r{a{()}|b{()}}', [a, b]],
    ['optional', 'r{a{()}?,b{()}?}', [none, a, b, ab]],
    ['zero or more', 'r{a{()}*}', [none, a, aa]],
    ['one or more', 'r{a{()}+}', [a, aa]],
    ['one or more of a sequence', 'r{(a{()},b{()}?)+}', [a, ab, aa, aab]],
    ['interleaved repetition', 'r{a{()}*&b{()}}', [b, ab, ba, aab]],
    ['nested interleave', 'r{a{()}&(b{()}?&c{()}?)}', [a, ab, ba]],
    ['never', 'r{a{()}|!}', [a]],
    ['any name', 'r{*{()}}', [a, b]],
    ['a sequence that begins in the same way', 'r{(a{()},b{()})|(a{()},a{()})}', [ab, aa]],
  ])('%s', (_, pattern, expected) => {
    expect(fitting(pattern, all)).toEqual(expected);
  });

  it('attributes, in any order and decided by their values', () => {
    const documents = [
      "<r t='1' u='x'/>",
      "<r u='x' t='1'/>",
      "<r t='2'/>",
      "<r t='2' u='x'/>",
      "<r t='3'/>",
      '<r/>',
      "<r t='1'/>",
    ];
    expect(fitting("r{(@t{'1'},@u{#})|@t{'2'}}", documents)).toEqual([documents[0], documents[1], documents[2]]);
  });

  it('attributes decide what may be inside', () => {
    const documents = ["<r t='1'><a/></r>", "<r t='1'><b/></r>", "<r t='2'><b/></r>", '<r><a/></r>'];
    expect(fitting("r{(@t{'1'},a{()})|(@t{'2'},b{()})}", documents)).toEqual([documents[0], documents[2]]);
  });

  it('attributes of any name, with namespaces too', () => {
    const documents = ["<r x='1' y='2'/>", "<r xmlns:p='urn:p' p:x='1'/>", '<r/>'];
    expect(fitting('r{@*{#}*}', documents)).toEqual(documents);
    expect(fitting('r{()}', documents)).toEqual(['<r/>']);
    expect(fitting('r{@x{#}}', ["<r xmlns:p='urn:p' p:x='1'/>"])).toEqual([]);
  });

  it('text, values and data', () => {
    const documents = ['<r/>', '<r> </r>', '<r>5</r>', '<r> 5 </r>', '<r>a b</r>', '<r> a\n b</r>'];
    expect(fitting('r{#}', documents)).toEqual(documents);
    expect(fitting('r{()}', documents)).toEqual(['<r/>', '<r> </r>']);
    expect(fitting("r{'a b'}", documents)).toEqual(['<r>a b</r>', '<r> a\n b</r>']);
    expect(fitting('r{%int}', documents)).toEqual(['<r>5</r>', '<r> 5 </r>']);
    expect(fitting("r{%string(pattern='[0-9]*')}", documents)).toEqual(['<r/>', '<r>5</r>']);
    expect(fitting("r{%int!'5'}", ['<r>5</r>', '<r>6</r>'])).toEqual(['<r>6</r>']);
    expect(fitting("r{%int|'auto'}", ['<r>auto</r>', '<r>6</r>', '<r>x</r>'])).toEqual(['<r>auto</r>', '<r>6</r>']);
  });

  it('text between elements', () => {
    const documents = ['<r>x<a/>y</r>', '<r><a/></r>', '<r>\n <a/> </r>', '<r>x</r>'];
    expect(fitting('r{#&a{()}}', documents)).toEqual(documents.slice(0, 3));
    expect(fitting('r{a{()}?}', documents)).toEqual(documents.slice(1, 3));
    expect(fitting('r{(#|a{()})*}', documents)).toEqual(documents);
    expect(fitting('r{#,a{()}}', [...documents, '<r><a/>y</r>'])).toEqual(documents.slice(1, 3));
  });

  it('names in namespaces', () => {
    const documents = [
      "<r xmlns:z='urn:q'><z:a/></r>",
      "<r xmlns:q='urn:other'><q:a/></r>",
      '<r><a/></r>',
      "<r><a xmlns='urn:q'/></r>",
    ];
    expect(fitting('r{q:a{()}}', documents)).toEqual([documents[0], documents[3]]);
    expect(fitting('r{a{()}}', documents)).toEqual([documents[2]]);
    expect(fitting('r{*{()}}', documents)).toEqual(documents);
  });

  it('definitions that refer to themselves', () => {
    const documents = ['<t/>', '<t><t/><t><t/></t></t>', '<t><u/></t>'];
    expect(fitting('$tree', documents, 'tree=t{$tree*}')).toEqual(documents.slice(0, 2));
  });

  it('the same element in two ways, told apart by what follows', () => {
    const documents = ["<r><a x='1'/><b/></r>", "<r><a x='2'/></r>", "<r><a x='2'/><b/></r>", "<r><a x='1'/></r>"];
    expect(fitting("r{(a{@x{'1'}},b{()})|a{@x{'2'}}}", documents)).toEqual(documents.slice(0, 2));
  });
});

describe('the notation', () => {
  it.each(['r{', 'r}', '(a{()}', "'a", 'a{()},', '%int(x)', '@a', '$', "%int(a='1'"])('refuses %s', (pattern) => {
    expect(() => fitting(pattern, ['<r/>'])).toThrow(/expected|unknown/);
  });

  it('says which definition is missing', () => {
    expect(() => fitting('r{$nowhere}', ['<r/>'])).toThrow('the grammar has no nowhere');
  });

  it('reads braces, quotes and operators in values as they are', () => {
    expect(fitting("r{@a{'}''|,'}}", [`<r a="}'|,"/>`])).toHaveLength(1);
  });
});

describe('what documents add to a grammar', () => {
  it('is bounded, whatever names they have', () => {
    const grammar = new Grammar({
      definitions: 'main=r{*{#}*&a{()}?&b{()}?}\n',
      namespaces: {},
      starts: { test: '$main' },
    });
    const check = (text: string): number =>
      new Validator(grammar).document(readXML(text), grammar.start('test')).length;
    check('<r><x/><a/><b/></r>');
    const { size } = grammar.pool;
    for (let index = 0; index < 1000; index++) expect(check(`<r><n${index}/><a/><b/></r>`)).toBe(0);
    expect(grammar.pool.size).toBe(size);
    const root = grammar.start('test').content();
    expect(root.elementSteps?.size).toBeLessThan(5);
  });
});
