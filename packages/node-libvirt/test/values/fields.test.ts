import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  booleanField,
  type Fields,
  numberField,
  readFields,
  textField,
  wordField,
  writeFields,
} from '../../src/values/fields.ts';
import { caught } from '../support/caught.ts';

interface Example {
  readonly count?: number | undefined;
  readonly balance?: number | undefined;
  readonly sizeBytes?: number | undefined;
  readonly ratio?: number | undefined;
  readonly temperature?: number | undefined;
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
  readonly mode?: 'slow' | 'fast' | 'unknown' | undefined;
}

const fields: Fields<Example> = {
  count: numberField('uint', 'n'),
  balance: numberField('llong', 'b'),
  sizeBytes: numberField('ullong', 's', { unit: 1024, unlimited: 99 }),
  ratio: numberField('int', 'percent', { unit: 0.01 }),
  temperature: numberField('double', 't'),
  name: textField('name'),
  done: booleanField('done'),
  mode: wordField('mode', { slow: 0, fast: 3 }),
};

describe('typed parameters as an object', () => {
  it('come back as they went', () => {
    const values = fc.record(
      {
        count: fc.nat(2 ** 31),
        balance: fc.maxSafeInteger(),
        sizeBytes: fc.nat(2 ** 30).map((kibibytes) => (kibibytes === 99 ? 0 : kibibytes * 1024)),
        ratio: fc.nat(100).map((percent) => percent * 0.01),
        temperature: fc.double({ noNaN: true }),
        name: fc.string(),
        done: fc.boolean(),
        mode: fc.constantFrom('slow', 'fast'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (example) => {
        const { parameters, ...read } = readFields<Example>(fields, writeFields(fields, example));
        expect(read).toEqual(example);
        expect(Object.keys(parameters)).toHaveLength(Object.keys(example).length);
      }),
    );
  });

  it('are exact under their own names and rounded under ours', () => {
    const read = readFields<Example>(fields, [{ field: 's', value: { type: 4, value: 2n ** 63n + 1n } }]);
    expect(read).toEqual({ sizeBytes: 2 ** 73, parameters: { s: 2n ** 63n + 1n } });
  });

  it('may be without limit', () => {
    expect(writeFields(fields, { sizeBytes: Infinity })).toEqual([{ field: 's', value: { type: 4, value: 99n } }]);
    expect(readFields<Example>(fields, [{ field: 's', value: { type: 4, value: 99n } }]).sizeBytes).toBe(Infinity);
  });

  it('round up where libvirt counts in larger units, so that nobody gets less', () => {
    expect(writeFields(fields, { sizeBytes: 1 })).toEqual([{ field: 's', value: { type: 4, value: 1n } }]);
    expect(writeFields(fields, { ratio: 0.29 })).toEqual([{ field: 'percent', value: { type: 1, value: 29 } }]);
  });

  it('keep words that are newer than this package apart', () => {
    expect(readFields<Example>(fields, [{ field: 'mode', value: { type: 1, value: 8 } }]).mode).toBe('unknown');
  });

  it.each<[string, Example]>([
    ['a fraction', { count: 1.5 }],
    ['below the range', { count: -1 }],
    ['above the range', { count: 2 ** 32 }],
    ['not a number', { balance: Number.NaN }],
    ['without end where there is no such thing', { balance: Infinity }],
    ['a text for a number', { count: '7' as unknown as number }],
    ['a number for a text', { name: 7 as unknown as string }],
    ['no word', { mode: 'unknown' }],
  ])('refuse %s', async (_, example) => {
    expect(await caught(() => writeFields(fields, example))).toMatchObject({
      code: 'LIBVIRT_ARGUMENT_INVALID',
      kind: 'invalid',
    });
  });
});
