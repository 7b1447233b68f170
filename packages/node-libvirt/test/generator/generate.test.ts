import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Codecs } from '../../generator/codec.ts';
import type { Description } from '../../generator/description.ts';
import { formatDescription } from '../../generator/format-description.ts';
import { generate } from '../../generator/generate.ts';
import { safeIntegers } from '../../generator/safe-integers.ts';
import { description } from '../support/arbitrary.ts';

const root = join(import.meta.dirname, '../..');
const directory = join(root, 'src/protocol');

describe('the generated code', () => {
  const files = generate(description);

  it('is what the generator makes of the committed description, byte for byte', () => {
    for (const [name, text] of files) expect(readFileSync(join(directory, name), 'utf8') === text, name).toBe(true);
  });

  it('is all of it: no file is left over from before', () => {
    expect(readdirSync(directory).toSorted()).toEqual([...files.keys()].toSorted());
  });

  it('holds numbers, names and layouts, and none of the text of libvirt', () => {
    for (const [name, text] of files) {
      for (const comment of text.match(/\/\*\*.*?\*\//gs) ?? []) {
        expect(comment.length, `${name}: ${comment}`).toBeLessThan(160);
      }
    }
  });
});

describe('the committed description', () => {
  const text = readFileSync(join(root, 'generator/libvirt.json'), 'utf8');

  it('is in the form that the extraction writes', () => {
    expect(formatDescription(description)).toBe(text);
  });

  it('has no comment of libvirt in it', () => {
    expect(text).not.toMatch(/Since|\/\*|@acl/);
  });

  it('numbers the procedures of each program without gaps', () => {
    for (const { name, procedures } of description.programs) {
      expect(
        procedures.map(({ number }) => number),
        name,
      ).toEqual(procedures.map((_, index) => index + 1));
    }
  });

  it('has a procedure for all arguments, answers and messages', () => {
    for (const { name, procedures, types } of description.programs) {
      const known = new Set(procedures.map((procedure) => `${name}_${procedure.name.toLowerCase()}`));
      for (const type of types) {
        const match = 'struct' in type ? /^(.*)_(?:args|ret)$/.exec(type.struct) : null;
        if (match?.[1] !== undefined) expect(known, match[0]).toContain(match[1]);
      }
    }
  });

  it('uses every field that is declared to be a safe integer', () => {
    const fields = description.programs.flatMap(({ types }) =>
      types.flatMap((type) => ('struct' in type ? type.fields : [])),
    );
    const names = new Set(
      fields.filter((field) => field.includes('hyper')).map((field) => /(\w+)(?:<\w+>)?$/.exec(field)?.[1]),
    );
    for (const name of safeIntegers) expect(names, name).toContain(name);
  });
});

describe('the generator', () => {
  const empty: Description = { libvirt: '0', programs: [], headers: [] };

  it('refuses types, lengths and constants that it does not know', () => {
    const codecs = new Codecs(empty);
    expect(() => codecs.field(codecs.declaration('no_such_type a'), 'x')).toThrow('unknown type no_such_type');
    expect(() => codecs.field(codecs.declaration('int a[3]'), 'x')).toThrow('fixed arrays');
    expect(() => codecs.constant('NO_SUCH')).toThrow('unknown constant NO_SUCH');
  });

  it('refuses headers that lack an enum that the API speaks of', () => {
    expect(() => generate(empty)).toThrow('the headers have no virDomainState');
  });
});
