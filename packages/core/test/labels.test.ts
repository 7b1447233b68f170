import { seriesKey, validateLabels, validateMetricName } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('validateLabels', () => {
  it('takes names of the data model and any text as value', () => {
    expect(() => validateLabels({ vm: '<web>"\n', _x9: '' })).not.toThrow();
    expect(() => validateLabels({})).not.toThrow();
  });

  it.each(['', '9a', 'a-b', 'a.b', 'ä', 'a b'])('refuses the name %j and says which', (name) => {
    expect(() => validateLabels({ [name]: 'x' })).toThrow(
      expect.objectContaining({ kind: 'invalid', details: { label: name } }),
    );
  });

  it('refuses a value that is not text', () => {
    expect(() => validateLabels({ a: 1 as unknown as string })).toThrow(/must be a string, not number/);
  });
});

describe('validateMetricName', () => {
  it.each(['up', 'system.cpu.utilization', 'job:rate5m', '_x'])('takes %s', (name) => {
    expect(() => validateMetricName(name)).not.toThrow();
  });

  it.each(['', '1up', 'a b', 'a-b', 'ü', undefined as unknown as string])('refuses %j', (name) => {
    expect(() => validateMetricName(name)).toThrow(expect.objectContaining({ code: 'NOVA_CORE_INVALID' }));
  });
});

const labels = fc.dictionary(fc.stringMatching(/^[a-z_]{1,4}$/), fc.string(), { maxKeys: 4 });

describe('seriesKey', () => {
  it('is the same for every order of the labels', () => {
    fc.assert(
      fc.property(labels, (given) => {
        const turned = Object.fromEntries(Object.entries(given).toReversed());
        expect(seriesKey('m', turned)).toBe(seriesKey('m', given));
      }),
    );
  });

  it('tells different series apart, even with quotes and commas in the values', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const sorted = (given: object): string =>
          JSON.stringify(Object.entries(given).toSorted(([x], [y]) => (x < y ? -1 : 1)));
        const same = sorted(a) === sorted(b);
        expect(seriesKey('m', a) === seriesKey('m', b)).toBe(same);
      }),
    );
    expect(seriesKey('m', { a: 'x",b="y' })).not.toBe(seriesKey('m', { a: 'x', b: 'y' }));
  });

  it('has the form that Prometheus writes', () => {
    expect(seriesKey('up', {})).toBe('up{}');
    expect(seriesKey('up', { b: '2', a: '1' })).toBe('up{a="1",b="2"}');
  });
});
