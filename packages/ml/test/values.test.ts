import { describe, expect, it } from 'vitest';
import { checkedInteger, observedCount, toValues } from '../src/values.ts';

describe('toValues', () => {
  it('copies any array of numbers', () => {
    const typed = Float32Array.of(1, 2);
    expect(toValues([1, NaN, -0])).toEqual(Float64Array.of(1, NaN, -0));
    expect(toValues(typed)).toEqual(Float64Array.of(1, 2));
    expect(toValues({ length: 2, 0: 5, 1: 6 })).toEqual(Float64Array.of(5, 6));
    const input = Float64Array.of(1);
    toValues(input)[0] = 9;
    expect(input[0]).toBe(1);
  });

  it('says where a value is wrong', () => {
    for (const wrong of [Infinity, -Infinity, 1.1e300, -1.1e300, '1', null, undefined, {}, 1n]) {
      expect(() => toValues([0, wrong as number])).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_INVALID', details: { index: 1 } }),
      );
    }
    expect(() => toValues(Array.from({ length: 3 }))).toThrow(expect.objectContaining({ details: { index: 0 } }));
  });

  it.each([undefined, null, 7, 'text', {}, { length: -1 }, { length: NaN }, { length: 1e300 }, { length: 2 ** 40 }])(
    'refuses %j',
    (values) => {
      expect(() => toValues(values as unknown as number[])).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
      );
    },
  );
});

describe('observedCount', () => {
  it('counts what is not missing', () => {
    expect(observedCount(Float64Array.of(1, NaN, 0, -0, NaN))).toBe(3);
    expect(observedCount(new Float64Array(0))).toBe(0);
  });
});

describe('checkedInteger', () => {
  it('lets whole numbers in range through, and nothing else', () => {
    expect(checkedInteger(3, 'n', 3, 5)).toBe(3);
    expect(checkedInteger(5, 'n', 3, 5)).toBe(5);
    for (const wrong of [2, 6, 3.5, NaN, Infinity, '4', null, undefined, 4n]) {
      expect(() => checkedInteger(wrong, 'n', 3, 5)).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_INVALID', details: { option: 'n', value: wrong } }),
      );
    }
  });
});
