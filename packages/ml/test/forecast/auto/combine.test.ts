import { describe, expect, it } from 'vitest';
import { combine } from '../../../src/forecast/auto/combine.ts';
import { conformalWidths } from '../../../src/forecast/auto/conformal.ts';
import { at } from '../../at.ts';

const flat = (value: number, length: number = 50): Float64Array => new Float64Array(length).fill(value);
/** A method that is always off by so much; the truth is 0. */
const off = (name: string, by: number): { name: string; means: Float64Array[] } => ({
  name,
  means: [flat(by), flat(by, 3)],
});

describe('combine', () => {
  it('weighs by the inverse square of the error', () => {
    const { members, means, gated } = combine([off('bad', 4), off('good', -1), off('fair', 2)], [flat(0)]);
    expect(members.map(({ name }) => name)).toEqual(['good', 'fair', 'bad']);
    const weights = members.map(({ weight }) => weight);
    expect(at(weights, 0) / at(weights, 1)).toBeCloseTo(4, 9);
    expect(at(weights, 0) / at(weights, 2)).toBeCloseTo(16, 9);
    expect(at(at(means, 1), 0)).toBeCloseTo((-16 + 8 + 4) / 21, 9);
    expect(gated).toBe(false);
  });

  it('takes the benchmark alone where it is clearly better, but not on a handful of values', () => {
    const candidates = [off('benchmark', 1), off('other', 1.4), off('third', 1.4)];
    const much = combine(candidates, [flat(0)]);
    expect(much).toMatchObject({ gated: true, error: 1, benchmark: 1 });
    expect(much.members[0]).toMatchObject({ name: 'benchmark', weight: 1 });
    const few = candidates.map(({ name, means }) => ({ name, means: [at(means, 0).slice(0, 5), at(means, 1)] }));
    expect(combine(few, [flat(0, 5)]).gated).toBe(false);
  });

  it('takes equal parts without a validation, and the benchmark where all are perfect', () => {
    const unknown = combine(
      [
        { name: 'a', means: [flat(1)] },
        { name: 'b', means: [flat(3)] },
      ],
      [],
    );
    expect(at(at(unknown.means, 0), 0)).toBe(2);
    expect(unknown.error).toBeNaN();
    const perfect = combine([off('benchmark', 0), off('other', 0)], [flat(0)]);
    expect(perfect.members[0]).toMatchObject({ name: 'benchmark', weight: 1, error: 0 });
  });

  it('leaves missing values out of the errors', () => {
    const { members } = combine([off('only', 2)], [Float64Array.of(NaN, 0, NaN, ...flat(0, 47))]);
    expect(at(members, 0).error).toBe(2);
  });
});

describe('conformalWidths', () => {
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
});
