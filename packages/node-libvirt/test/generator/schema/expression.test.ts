import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expression, translatePatterns } from '../../../generator/schema/expression.ts';

const matches = (pattern: string, text: string): boolean => new RegExp(`^(?:${expression(pattern)})$`, 'u').test(text);

describe("XML Schema's expressions become JavaScript's", () => {
  it.each([
    ['a.c', ['abc', 'a^c'], ['a\nc', 'a\rc', 'abcd']],
    ['$[ ]*[a-z]+', ['$ a', '$a'], ['a', '']],
    ['^a$', ['^a$'], ['a']],
    ['a|b', ['a', 'b'], ['ab', 'xa']],
    ['[a-z\\-_.]+', ['a-b_c.'], ['A', '\\']],
    ['[a-fA-F0-9]{2}\\-x', ['aF-x'], ['a-x']],
    ['[^\\n/]+', ['a b'], ['a\nb', 'a/b']],
    ['\\d+', ['1', '٣'], ['a']],
    ['\\i\\c*', ['a-1', '_x', 'é'], ['1a']],
    ['[a\\s]+', ['a \t\n'], ['b', '\u00A0']],
    ['\\[[^\\]]+\\] .+', ['[pool] a/b'], ['[] a']],
    ["[!#$%&'()*+\\-./0-9:>=<?@A-Z\\^_`\\[\\]a-z|~]+", ['a^b[c]'], ['"', ' ']],
  ])('%s', (pattern, good, bad) => {
    for (const text of good) expect(matches(pattern, text), text).toBe(true);
    for (const text of bad) expect(matches(pattern, text), text).toBe(false);
  });

  it('but not what libvirt does not use', () => {
    expect(() => expression('[a-z-[aeiou]]')).toThrow('a class in a class');
    expect(() => expression('\\q')).toThrow('the escape \\q is not known');
  });
});

describe('translatePatterns', () => {
  it('changes expressions and nothing else', () => {
    expect(translatePatterns("a{%string(pattern='x.''y')|'pattern=''.'''|%int(minInclusive='0' pattern='.')}")).toBe(
      "a{%string(pattern='x[^\\n\\r]''y')|'pattern=''.'''|%int(minInclusive='0' pattern='[^\\n\\r]')}",
    );
  });

  it.each(['[0-9]+(.[0-9]+)?', '[a-zA-Z_]+[a-zA-Z0-9_]*'])(
    'replaces %s, which is slow, by what means the same',
    (pattern) => {
      const replaced = /pattern='(.*)'/.exec(translatePatterns(`%string(pattern='${pattern}')`))?.[1] ?? '';
      expect(replaced).not.toBe(expression(pattern));
      const quick = new RegExp(`^(?:${replaced})$`, 'u');
      const texts = fc.array(fc.constantFrom('0', '7', 'a', 'Z', '_', '.', ' ', '\n', '-'), { maxLength: 8 });
      fc.assert(
        fc.property(texts, (list) => {
          const text = list.join('');
          expect(quick.test(text), text).toBe(matches(pattern, text));
        }),
        { numRuns: 2000 },
      );
    },
  );
});
