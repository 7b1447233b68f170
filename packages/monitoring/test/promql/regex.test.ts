import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../src/promql/parse/regex.ts';

function matches(pattern: string, value: string): boolean | string {
  const compiled = compileRegex(pattern);
  return 'error' in compiled ? compiled.error : compiled.test(value);
}

const atoms = fc.constantFrom('a', 'b', '-', '1', '.', '[ab]', '[0-9]', '[a-c1]', '_', 'é', '😀', ' ');
const alternative = fc.tuple(fc.array(atoms, { maxLength: 5 }), fc.constantFrom('', '+', '*', '?', '{2}'));
const patterns = fc
  .array(
    alternative.map(([parts, end]) => parts.join('') + (parts.length > 0 ? end : '')),
    { minLength: 1, maxLength: 4 },
  )
  .chain((all) => fc.constantFrom(all.join('|'), `(${all.join('|')})`, `(?:${all.join('|')})x`));
const values = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '-', '1', '9', '_', 'é', '😀', ' ', '\n', 'x'),
  maxLength: 7,
});

describe('regular expressions', () => {
  it('match what RE2 matches, whichever way they are tested', () => {
    fc.assert(
      fc.property(patterns, fc.array(values, { maxLength: 8 }), (pattern, texts) => {
        const machine = RE2JS.compile(`^(?s:${pattern})$`);
        for (const text of texts)
          expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, machine.matches(text)]);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['vm-[0-9]|vm-1[0-4]', 'vm-13', true],
    ['vm-[0-9]|vm-1[0-4]', 'vm-15', false],
    ['vm-[0-9]+', 'vm-1234', true],
    ['.', '😀', true],
    ['a.c', 'a\nc', true],
    ['[0-9]', '12', false],
    ['', '', true],
    ['a|', '', true],
  ])('%j on %j is %j', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('say what is wrong', () => {
    for (const pattern of ['[z-a]', 'a(', '*', 'a**', '[', String.raw`\8`]) {
      expect(matches(pattern, 'x')).toContain('error parsing regexp');
    }
  });
});
