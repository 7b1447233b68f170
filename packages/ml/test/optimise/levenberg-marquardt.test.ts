import { describe, expect, it } from 'vitest';
import { levenbergMarquardt, type LeastSquaresProblem } from '../../src/optimise/levenberg-marquardt.ts';
import { at } from '../at.ts';

const times = Float64Array.from({ length: 40 }, (_, i) => i / 10);

/** Fits y = a * exp(-b t) to the given values. */
function decay(values: Float64Array, rest: Partial<LeastSquaresProblem> = {}): LeastSquaresProblem {
  return {
    start: Float64Array.of(1, 1),
    lower: Float64Array.of(-Infinity, -Infinity),
    upper: Float64Array.of(Infinity, Infinity),
    count: values.length,
    maxSteps: 50,
    tolerance: 1e-14,
    errors(point, errors) {
      const [a, b] = [at(point, 0), at(point, 1)];
      let sum = 0;
      for (let i = 0; i < values.length; i++) {
        errors[i] = at(values, i) - a * Math.exp(-b * at(times, i));
        if (!Number.isNaN(errors[i])) sum += at(errors, i) ** 2;
      }
      return sum;
    },
    derivative(point, coordinate, errors, out) {
      const [a, b] = [at(point, 0), at(point, 1)];
      for (let i = 0; i < values.length; i++) {
        const power = Math.exp(-b * at(times, i));
        const slope = coordinate === 0 ? -power : a * at(times, i) * power;
        out[i] = Number.isNaN(errors[i]) ? 0 : slope;
      }
    },
    ...rest,
  };
}

const exact = times.map((t) => 3 * Math.exp(-0.7 * t));

describe('levenbergMarquardt', () => {
  it('recovers the parameters behind exact data', () => {
    const { point, value } = levenbergMarquardt(decay(exact));
    expect(point[0]).toBeCloseTo(3, 8);
    expect(point[1]).toBeCloseTo(0.7, 8);
    expect(value).toBeLessThan(1e-16);
  });

  it('leaves missing errors out', () => {
    const { point } = levenbergMarquardt(decay(exact.map((value, i) => (i % 3 === 0 ? NaN : value))));
    expect(point[0]).toBeCloseTo(3, 8);
    expect(point[1]).toBeCloseTo(0.7, 8);
  });

  it('holds fast a coordinate whose bounds are equal', () => {
    const { point } = levenbergMarquardt(
      decay(exact, { lower: Float64Array.of(-10, 1), upper: Float64Array.of(10, 1) }),
    );
    expect(point[1]).toBe(1);
    expect(point[0]).toBeGreaterThan(3);
  });

  it('stops at a bound and goes on along it', () => {
    const { point } = levenbergMarquardt(decay(exact, { lower: Float64Array.of(0, 0), upper: Float64Array.of(2, 10) }));
    expect(point[0]).toBe(2);
    const fixed = levenbergMarquardt(
      decay(exact, { start: Float64Array.of(2, 1), lower: Float64Array.of(2, 0), upper: Float64Array.of(2, 10) }),
    );
    expect(point[1]).toBeCloseTo(at(fixed.point, 1), 5);
  });

  it('is never worse than its start', () => {
    const problem = decay(exact, { start: Float64Array.of(1e3, -2), maxSteps: 3 });
    const before = problem.errors(problem.start, new Float64Array(40));
    expect(levenbergMarquardt(problem).value).toBeLessThanOrEqual(before);
    expect([...problem.start]).toEqual([1e3, -2]);
  });
});
