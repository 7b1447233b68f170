import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaning, leaningInterval } from '../../../src/forecast/auto/leaning.ts';
import { at } from '../../at.ts';

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

describe('leaning', () => {
  it('puts both ends as far from the forecast in square roots', () => {
    const lean = leaning(100, 60);
    const down = Math.sqrt(100) - Math.sqrt(100 - 60 + lean);
    const up = Math.sqrt(100 + 60 + lean) - Math.sqrt(100);
    expect(lean).toBe(9);
    expect(down).toBeCloseTo(3, 12);
    expect(up).toBeCloseTo(down, 12);
  });

  it('hardly moves an interval that is far from 0', () => {
    expect(leaning(1_000, 10)).toBeCloseTo(0.025, 12);
  });

  it('reaches 0 and not below it with any interval no wider than twice the forecast', () => {
    const ratio = fc.double({ min: 1e-6, max: 2, noNaN: true });
    fc.assert(
      fc.property(positive, ratio, (mean, part) => {
        const width = mean * part;
        expect(mean - width + leaning(mean, width)).toBeGreaterThanOrEqual(-1e-12 * mean);
      }),
    );
    expect(3 - 6 + leaning(3, 6)).toBe(0);
  });

  it('leaves at least half of an interval below the forecast, however near to 0 that is', () => {
    fc.assert(
      fc.property(fc.oneof(positive, fc.constantFrom(0, -1)), positive, (mean, width) => {
        expect(leaning(mean, width)).toBeLessThanOrEqual(width / 2);
        expect(leaning(mean, width)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(leaning(0, 0)).toBe(0);
  });
});

describe('leaningInterval', () => {
  it('moves both ends up by as much, or neither', () => {
    const mean = Float64Array.of(100, 1, 0);
    const widths = Float64Array.of(60, 0, 4);
    const leant = leaningInterval(0.9, mean, widths, true);
    expect(leant.level).toBe(0.9);
    expect([...leant.lower]).toEqual([49, 1, -2]);
    expect([...leant.upper]).toEqual([169, 1, 6]);
    const even = leaningInterval(0.9, mean, widths, false);
    expect([at(even.lower, 0), at(even.upper, 0)]).toEqual([40, 160]);
  });
});
