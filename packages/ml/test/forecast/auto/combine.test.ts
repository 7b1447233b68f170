import { describe, expect, it } from 'vitest';
import { combine } from '../../../src/forecast/auto/combine.ts';
import { blend } from '../../../src/forecast/auto/blend.ts';
import { Conformal } from '../../../src/forecast/auto/conformal.ts';
import { SavedReader } from '../../../src/json/saved-reader.ts';
import { at } from '../../at.ts';

const flat = (value: number, length: number = 50): Float64Array => new Float64Array(length).fill(value);
const all = { robust: false, benchmarkCounts: true };
/** A method that is always off by so much; the truth is 0. */
const off = (by: number): Float64Array[] => [flat(by)];

describe('combine', () => {
  it('weighs by the inverse square of the error', () => {
    const { weights, errors, means, gated } = combine([off(4), off(-1), off(2)], [flat(0)], all);
    expect(errors).toEqual([4, 1, 2]);
    expect(at(weights, 1) / at(weights, 2)).toBeCloseTo(4, 9);
    expect(at(weights, 1) / at(weights, 0)).toBeCloseTo(16, 9);
    expect(at(at(means, 0), 0)).toBeCloseTo((-16 + 8 + 4) / 21, 9);
    expect(gated).toBe(false);
  });

  it('takes the benchmark alone where it is clearly better, but not on a handful of values', () => {
    const paths = [off(1), off(2), off(2)];
    expect(combine(paths, [flat(0)], all)).toMatchObject({ gated: true, error: 1, weights: [1, 0, 0] });
    expect(combine([off(1), off(1.4), off(1.4)], [flat(0)], all).gated).toBe(false);
    const few = paths.map(([path]) => [(path as Float64Array).slice(0, 5)]);
    expect(combine(few, [flat(0, 5)], all).gated).toBe(false);
  });

  it('leaves the benchmark out of the mix when it is only the one to beat, unless it is all there is', () => {
    const judge = { robust: false, benchmarkCounts: false };
    expect(combine([off(2), off(1), off(-1)], [flat(0)], judge).weights).toEqual([0, 0.5, 0.5]);
    expect(combine([off(2)], [flat(0)], judge).weights).toEqual([1]);
  });

  it('takes equal parts without a validation, and the benchmark where all are perfect', () => {
    const unknown = combine([[], []], [], all);
    expect(unknown.weights).toEqual([0.5, 0.5]);
    expect(unknown.error).toBeNaN();
    expect(combine([off(0), off(0)], [flat(0)], all).weights).toEqual([1, 0]);
  });

  it('leaves missing values out of the errors', () => {
    expect(combine([off(2)], [Float64Array.of(NaN, 0, NaN, ...flat(0, 47))], all).errors).toEqual([2]);
  });
});

describe('blend', () => {
  const paths = [Float64Array.of(0), Float64Array.of(1), Float64Array.of(100)];

  it('is the weighted mean, or half way to the weighted median', () => {
    expect([...blend(paths, [0.25, 0.5, 0.25], false)]).toEqual([25.5]);
    expect([...blend(paths, [0.25, 0.5, 0.25], true)]).toEqual([(25.5 + 1) / 2]);
  });

  it('does not look at what has no weight', () => {
    expect([...blend([...paths, Float64Array.of(NaN)], [1, 0, 0, 0], false)]).toEqual([0]);
  });
});

const conformalWidths =
  (errors: readonly Float64Array[], horizon: number) =>
  (level: number): Float64Array =>
    Conformal.of(errors).widths(level, horizon);

describe('Conformal', () => {
  it('holds the share of past errors that it says', () => {
    const errors = Float64Array.from({ length: 200 }, (_, i) => (((i * 7919) % 211) - 105) / 10);
    const width = at(conformalWidths([errors, errors], 1)(0.9), 0);
    const inside = errors.filter((error) => Math.abs(error) <= width).length;
    expect(inside / 200).toBeGreaterThanOrEqual(0.9);
  });

  it('grows with the horizon as the errors did', () => {
    const growing = Float64Array.from({ length: 100 }, (_, i) => Math.sqrt(i + 1) * (i % 2 === 0 ? 1 : -1));
    const steady = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const ratio = (errors: Float64Array): number => {
      const widths = conformalWidths([errors, errors], 100)(0.9);
      return at(widths, 99) / at(widths, 0);
    };
    expect(ratio(growing)).toBeGreaterThan(4);
    expect(ratio(steady)).toBeCloseTo(1, 6);
  });

  it('is wider for a higher level, and for fewer errors', () => {
    const widths = conformalWidths([Float64Array.of(1, -2, 1, 3)], 4);
    expect(at(widths(0.95), 3)).toBeGreaterThan(at(widths(0.8), 3));
    const many = conformalWidths([Float64Array.from({ length: 60 }, (_, i) => at([1, -2, 1, 3], i % 4))], 1);
    expect(at(widths(0.95), 0)).toBeGreaterThan(0.5 * at(many(0.95), 0));
  });

  it('has no width after no errors', () => {
    expect([...conformalWidths([flat(0)], 3)(0.95)]).toEqual([0, 0, 0]);
    expect([...conformalWidths([], 2)(0.95)]).toEqual([0, 0]);
  });

  it('widens after misses, narrows slowly while it holds, and is the same after JSON', () => {
    const conformal = Conformal.of([Float64Array.of(1, -2, 1, 3, 2, -1)]);
    const first = at(conformal.widths(0.95, 1), 0);
    for (let i = 0; i < 10; i++) conformal.learn(0, first, 0.95);
    const calm = at(conformal.widths(0.95, 1), 0);
    expect(calm).toBeLessThan(first);
    expect(calm).toBeGreaterThan(0.9 * first);
    for (let i = 0; i < 10; i++) conformal.learn(100, calm, 0.95);
    expect(at(conformal.widths(0.95, 1), 0)).toBeGreaterThan(1.4 * calm);
    expect(conformal.widening).toBeGreaterThan(1.4);
    const restored = Conformal.fromJSON(new SavedReader(JSON.stringify(conformal)));
    expect(at(restored.widths(0.8, 8), 7)).toBe(at(conformal.widths(0.8, 8), 7));
  });
});
