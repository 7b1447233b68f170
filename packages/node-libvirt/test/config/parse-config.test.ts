import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { LibvirtError } from '../../src/index.ts';
import { caught } from '../support/caught.ts';

const read = (text: string): object => Object.fromEntries(parseConfig(text, 'libvirt.conf'));

describe('parseConfig', () => {
  it('reads numbers, strings, lists and comments', () => {
    const text = `# a comment
uri_default = "qemu:///system" # another
single='it is "so"';number = -12; plus=+7
long = """two
lines"""
list = [ "a", 'b', # in between
  3,
  ["deep"], ]
empty=[]`;
    expect(read(text)).toEqual({
      uri_default: 'qemu:///system',
      single: 'it is "so"',
      number: -12,
      plus: 7,
      long: 'two\nlines',
      list: ['a', 'b', 3, ['deep']],
      empty: [],
    });
  });

  it('reads nothing, line ends of all kinds, and the last of two settings', () => {
    expect(read('')).toEqual({});
    expect(read('\r\n \t;;# only a comment')).toEqual({});
    expect(read('a = 1\r\na = 2')).toEqual({ a: 2 });
  });

  it.each([
    ['a 1', 1, 'expected "=" after a'],
    ['\n\n= 1', 3, 'expected the name of a setting'],
    ['a = b', 1, 'expected a number, a string in quotes or a list in brackets'],
    ['a = "b\nc"', 1, 'expected a number, a string'],
    ['a = 1\nb = 2 3', 2, 'expected the end of the line after the value of b'],
    ['a = [1 2]', 1, 'expected "," or "]"'],
    ['a = [1,', 1, 'expected a number'],
    ['a = """never', 1, 'expected the end of the line'],
  ])('says where in %j something else was expected', async (text, line, message) => {
    const error = await caught(() => parseConfig(text, 'libvirt.conf'));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONFIG_INVALID', kind: 'invalid' });
    expect(error.message).toContain(`libvirt.conf, line ${line}: ${message}`);
  });

  it('answers any text with settings or a typed error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `a = [${text}`),
        ),
        (text) => {
          try {
            parseConfig(text, 'x');
          } catch (error) {
            expect(LibvirtError.isInstance(error)).toBe(true);
          }
        },
      ),
    );
    expect(() => parseConfig(`a = ${'['.repeat(100_000)}`, 'x')).toThrow('expected a number');
  });
});
