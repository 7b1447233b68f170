import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../src/json/floats.ts';
import { SavedReader } from '../../src/json/saved-reader.ts';

const damaged: unknown = expect.objectContaining({ code: 'NOVA_ML_DAMAGED', kind: 'invalid' });
const reader = new SavedReader({
  text: 'a',
  number: 1.5,
  whole: 3,
  inner: { depth: 1 },
  list: [],
  none: null,
  floats: encodeFloats(Float64Array.of(1, 2)),
  gappy: encodeFloats(Float64Array.of(1, NaN)),
  endless: encodeFloats(Float64Array.of(1, Infinity)),
});

describe('SavedReader', () => {
  it('reads what is there', () => {
    expect(reader.text('text')).toBe('a');
    expect(reader.number('number', 0, 2)).toBe(1.5);
    expect(reader.integer('whole', 3, 3)).toBe(3);
    expect(reader.object('inner').integer('depth', 0, 9)).toBe(1);
    expect([...reader.floats('floats', { length: 2 })]).toEqual([1, 2]);
    expect([...reader.floats('gappy', { missing: true })]).toEqual([1, NaN]);
    expect(reader.raw('nothing')).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['a text that is a number', () => reader.text('number')],
    ['a number that is a text', () => reader.number('text', 0, 1)],
    ['a number out of range', () => reader.number('number', 2, 3)],
    ['a part of a whole number', () => reader.integer('number', 0, 9)],
    ['an object that is a text', () => reader.object('text')],
    ['an object that is a list', () => reader.object('list')],
    ['an object that is nothing', () => reader.object('none')],
    ['a field that is not there', () => reader.text('missing')],
    ['a field of every object', () => reader.text('toString')],
    ['too few numbers', () => reader.floats('floats', { length: 3 })],
    ['a missing number', () => reader.floats('gappy')],
    ['an infinite number', () => reader.floats('endless', { missing: true })],
    ['numbers that are none', () => reader.floats('text')],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(damaged);
  });

  it.each([0, -1, 1.5, '1', null, undefined])('refuses version %j', (version) => {
    const head = new SavedReader({ format: 'f', version, model: 'm' });
    expect(() => head.head('f')).toThrow(damaged);
  });

  it('knows version 1 and says that a later one is later', () => {
    expect(new SavedReader({ format: 'f', version: 1, model: 'm' }).head('f')).toBe('m');
    expect(() => new SavedReader({ format: 'f', version: 9, model: 'm' }).head('f')).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_UNSUPPORTED', details: { version: 9 } }),
    );
    expect(() => new SavedReader({ format: 'g', version: 1, model: 'm' }).head('f')).toThrow(damaged);
  });
});
