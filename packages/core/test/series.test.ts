import { createSeries, lowerBound, sliceSeries } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('createSeries', () => {
  it('copies what it is given', () => {
    const times = [1, 2];
    const series = createSeries('m', { vm: 'a' }, times, [5, Number.NaN]);
    times[0] = 99;
    expect([...series.timesMs]).toEqual([1, 2]);
    expect([...series.values]).toEqual([5, Number.NaN]);
    expect(series).toMatchObject({ metric: 'm', labels: { vm: 'a' } });
  });

  it('can be empty', () => {
    expect(createSeries('m', {}, [], []).values).toHaveLength(0);
  });

  it('refuses columns of different length', () => {
    expect(() => createSeries('m', {}, [1], [1, 2])).toThrow(
      expect.objectContaining({ details: { times: 1, values: 2 } }),
    );
  });

  it.each([
    [[1, 1], 1],
    [[2, 1], 1],
    [[0, Number.NaN], 1],
    [[Number.NaN], 0],
    [[0, Infinity], 1],
    [[-Infinity], 0],
  ])('refuses the times %j and says where', (times, index) => {
    expect(() => createSeries('m', {}, times, times)).toThrow(
      expect.objectContaining({ kind: 'invalid', details: { index } }),
    );
  });
});

const rising = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 })).map((times) => times.toSorted((a, b) => a - b));

describe('sliceSeries', () => {
  it('holds just the times from the first to before the last', () => {
    fc.assert(
      fc.property(rising, fc.integer(), fc.integer(), (times, fromMs, toMs) => {
        const part = sliceSeries(createSeries('m', {}, times, times), fromMs, toMs);
        expect([...part.timesMs]).toEqual(times.filter((time) => time >= fromMs && time < toMs));
        expect([...part.values]).toEqual([...part.timesMs]);
      }),
    );
  });

  it('is a view of the same memory, all of it by default', () => {
    const series = createSeries('m', {}, [1, 2, 3], [1, 2, 3]);
    expect(sliceSeries(series, 2).values.buffer).toBe(series.values.buffer);
    expect(sliceSeries(series).values).toHaveLength(3);
  });
});

describe('lowerBound', () => {
  it('finds the first time that is not before', () => {
    fc.assert(
      fc.property(rising, fc.integer({ min: -1001, max: 1001 }), (times, time) => {
        const found = times.findIndex((each) => each >= time);
        expect(lowerBound(Float64Array.from(times), time)).toBe(found === -1 ? times.length : found);
      }),
    );
  });
});
