import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelSteps, learningWindows, splitByTime } from '@novacron/ml';

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe('splitByTime', () => {
  it('keeps the order of time, leaves the gaps, and uses every other value once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.nat(5),
        fc.nat(5),
        fc.nat(3),
        (length, validation, test, gap) => {
          const parts = splitByTime(upTo(length), { validation, test, gap });
          const all = [...parts.training.values, ...parts.validation.values, ...parts.test.values];
          expect(all).toEqual(all.toSorted((a, b) => a - b));
          const gaps = (validation > 0 ? gap : 0) + (test > 0 ? gap : 0);
          expect(all).toHaveLength(length - gaps);
          for (const { start, values } of Object.values(parts)) if (values.length > 0) expect(values[0]).toBe(start);
        },
      ),
    );
  });

  it('is a copy, and refuses to leave nothing for training', () => {
    const values = Float64Array.of(1, 2, 3, 4);
    splitByTime(values, { validation: 1, test: 1 }).training.values[0] = 9;
    expect(values[0]).toBe(1);
    expect(() => splitByTime(values, { validation: 2, test: 2 })).toThrow('none is left');
    expect(() => splitByTime(values, { test: 1.5 })).toThrow('test');
    expect(() => splitByTime(values, { gap: -1 })).toThrow('gap');
  });
});

describe('learningWindows', () => {
  it('never shows a target in its inputs', () => {
    for (const { start, inputs, targets } of learningWindows(upTo(50), { inputs: 5, horizon: 3, stride: 2 })) {
      expect([...inputs, ...targets]).toEqual(upTo(8).map((i) => start + i));
    }
  });

  it('leaves out windows with gaps unless they are wanted', () => {
    const gappy = [1, 2, NaN, 4, 5, 6];
    expect(learningWindows(gappy, { inputs: 2 }).map(({ start }) => start)).toEqual([3]);
    expect(learningWindows(gappy, { inputs: 2, keepMissing: true })).toHaveLength(4);
    expect(learningWindows([1, 2], { inputs: 2 })).toEqual([]);
    expect(() => learningWindows([1, 2], { inputs: 0 })).toThrow('inputs');
  });
});

describe('labelSteps', () => {
  it('labels events and what leads to them, within the series', () => {
    expect([...labelSteps(6, [{ start: 5, length: 9 }], 2)]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...labelSteps(4, [{ start: -2, length: 3 }])]).toEqual([1, 0, 0, 0]);
    expect([...labelSteps(3, [{ start: -9, length: 2 }])]).toEqual([0, 0, 0]);
    expect(() => labelSteps(3, [{ start: 1, length: 0 }])).toThrow('length');
  });
});
