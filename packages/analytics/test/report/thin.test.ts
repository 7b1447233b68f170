import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparkline } from '../../src/report/sparkline.ts';
import { thinLine } from '../../src/report/thin.ts';

describe('thinLine', () => {
  it('keeps a short line as it is, gaps as no value', () => {
    expect(thinLine([1, 2, 3], [4, NaN, Infinity], 10)).toEqual([
      { time: 1, value: 4 },
      { time: 2, value: null },
      { time: 3, value: null },
    ]);
  });

  it('keeps every peak and every trough of a long one', () => {
    const values = fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(NaN)), {
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 60 }), (list, limit) => {
        const points = thinLine(
          list.map((_, i) => i),
          list,
          limit,
        );
        expect(points.length).toBeLessThanOrEqual(Math.max(limit + 2, 4));
        const kept = points.map(({ value }) => value).filter((value) => value !== null);
        const known = list.filter(Number.isFinite);
        if (known.length > 0) {
          expect(Math.max(...kept)).toBe(Math.max(...known));
          expect(Math.min(...kept)).toBe(Math.min(...known));
        }
        const times = points.map(({ time }) => time);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const { time, value } of points) expect(Number.isFinite(list[time]) ? list[time] : null).toBe(value);
      }),
    );
  });

  it('leaves a gap where a whole stretch is missing', () => {
    const values = Array.from({ length: 1_000 }, (_, i) => (i >= 400 && i < 600 ? NaN : i));
    expect(
      thinLine(
        values.map((_, i) => i),
        values,
        50,
      ).some(({ value }) => value === null),
    ).toBe(true);
  });
});

describe('sparkline', () => {
  it('draws one line, from the left edge to the right', () => {
    expect(sparkline([0, 1, 0.5]).markup).toContain('d="M3.0 29.0L60.0 3.0L117.0 16.0"');
  });

  it('lifts the pen over gaps', () => {
    expect(sparkline([0, NaN, 1, 1]).markup.match(/M/g)).toHaveLength(2);
  });

  it('draws a constant in the middle, and nothing of nothing', () => {
    expect(sparkline([5, 5]).markup).toContain('d="M3.0 16.0L117.0 16.0"');
    expect(sparkline([]).markup).toBe('');
    expect(sparkline([NaN, NaN]).markup).toBe('');
  });

  it('stays small for a long series', () => {
    expect(sparkline(Array.from({ length: 100_000 }, (_, i) => Math.sin(i))).markup.length).toBeLessThan(3_000);
  });
});
