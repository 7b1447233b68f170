import { describe, expect, it } from 'vitest';
import { collapse, datatype } from '../../../src/xml/grammar/datatype.ts';

const fits = (type: string, text: string, parameters = {}): boolean => datatype(type, parameters, []).matches(text);

describe('a text is of a datatype', () => {
  it.each([
    ['unsignedInt', ['0', '007', ' 5\n', '4294967295'], ['', '-1', '+1', '4294967296', '1.0', '0x1', '1 2', 'x']],
    ['unsignedLong', ['18446744073709551615'], ['18446744073709551616', `1${'0'.repeat(50_000)}`]],
    ['unsignedShort', ['65535'], ['65536']],
    ['short', ['-32768', '32767', '+5'], ['32768']],
    ['int', ['-2147483648', '+2147483647'], ['2147483648', '--1']],
    ['long', ['-9223372036854775808'], ['9223372036854775808']],
    ['integer', ['-99999999999999999999', '0'], ['', 'a', '1e5']],
    ['positiveInteger', ['1'], ['0', '-1']],
    ['double', ['1', '-1.5', '.5', '5.', '1e-5', 'INF', '-INF', 'NaN', ' 1 '], ['', '.', '1e', 'inf', '0x1', '1,5']],
    ['NCName', ['a', '_b-1.c', 'é', ' a '], ['a:b', '1a', '', 'a b']],
    ['anyURI', ['', 'http://a/b c', 'é', '#x', 'a:b', '/x:y'], ['::', '%zz', '%']],
    ['string', ['', 'anything\n'], []],
    [
      'dateTime',
      ['2024-02-29T23:59:59', '2026-01-01T00:00:00Z', '2026-01-01T24:00:00', '-2026-01-01T00:00:00.5+14:00'],
      [
        '2023-02-29T00:00:00',
        '2026-13-01T00:00:00',
        '2026-04-31T00:00:00',
        '2026-01-01T24:00:01',
        '0000-01-01T00:00:00',
        '2026-01-01T00:00:00+14:01',
        '2026-01-01T00:60:00',
        '2026-01-01',
      ],
    ],
  ])('%s', (type, good, bad) => {
    for (const text of good) expect(fits(type, text), text).toBe(true);
    for (const text of bad) expect(fits(type, text), text).toBe(false);
  });

  it('within its parameters', () => {
    expect(fits('int', '5', { minInclusive: '5', maxInclusive: '6' })).toBe(true);
    expect(fits('int', '4', { minInclusive: '5' })).toBe(false);
    expect(fits('int', '7', { maxInclusive: '6' })).toBe(false);
    expect(fits('double', '0.5', { minInclusive: '1' })).toBe(false);
    expect(fits('double', 'NaN', { minInclusive: '1' })).toBe(true);
    expect(fits('string', 'ab', { pattern: 'a' })).toBe(false);
    // libvirt's own numbers have no space around them: the expression sees the text as it is.
    expect(fits('unsignedInt', ' 5', { pattern: '[0-9]+' })).toBe(false);
  });

  it('and not longer than allowed, counted in characters of Unicode', () => {
    expect(fits('string', '𝒜𝒜𝒜', { maxLength: '3' })).toBe(true);
    expect(fits('string', 'abcd', { maxLength: '3' })).toBe(false);
    expect(fits('string', 'x'.repeat(10_000_000), { maxLength: '3' })).toBe(false);
  });

  it('and not excepted', () => {
    const name = datatype('string', { pattern: '[^/]+' }, ['.', '..']);
    expect(['a', '.', '..', ' .. ', '...'].map((text) => name.matches(text))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('and no expression is tried on a text that could exhaust it', () => {
    const list = datatype('string', { pattern: '([0-9]+(-[0-9]+)?)(,([0-9]+(-[0-9]+)?))*' }, []);
    expect(list.matches('1,'.repeat(30_000) + '1')).toBe(true);
    expect(list.matches('1,'.repeat(5_000_000) + '1')).toBe(false);
  });
});

describe('datatype', () => {
  it('refuses what no schema of libvirt has', () => {
    expect(() => datatype('gYear', {}, [])).toThrow('unknown datatype gYear');
    expect(() => datatype('string', { minInclusive: '1' }, [])).toThrow('unknown parameter minInclusive of string');
    expect(() => datatype('int', { maxLength: '1' }, [])).toThrow('unknown parameter maxLength of int');
  });

  it('knows whole numbers', () => {
    expect(datatype('short', {}, []).isInteger).toBe(true);
    expect(datatype('double', {}, []).isInteger).toBe(false);
  });
});

describe('collapse', () => {
  it('leaves one space between words and none around them', () => {
    expect(collapse(' \ta\n\r b  ')).toBe('a b');
    expect(collapse('a\u00A0b')).toBe('a\u00A0b');
    expect(collapse('')).toBe('');
  });
});
