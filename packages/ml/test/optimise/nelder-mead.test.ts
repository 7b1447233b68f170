import { describe, expect, it } from 'vitest';
import { nelderMead, type NelderMeadProblem } from '../../src/optimise/nelder-mead.ts';
import { at } from '../at.ts';

const wide = (size: number, bound: number): Float64Array => new Float64Array(size).fill(bound);

function problem(evaluate: NelderMeadProblem['evaluate'], rest: Partial<NelderMeadProblem> = {}): NelderMeadProblem {
  return {
    start: Float64Array.of(-1.2, 1),
    step: 0.5,
    lower: wide(2, -10),
    upper: wide(2, 10),
    maxEvaluations: 500,
    tolerance: 1e-12,
    evaluate,
    ...rest,
  };
}

/** Spreads the two coordinates of a point. */
const of2 =
  (f: (x: number, y: number) => number) =>
  (point: Float64Array): number =>
    f(at(point, 0), at(point, 1));

const rosenbrock = of2((x, y) => (1 - x) ** 2 + 100 * (y - x ** 2) ** 2);

describe('nelderMead', () => {
  it('finds the bottom of the curved valley of Rosenbrock', () => {
    const { point, value } = nelderMead(problem(rosenbrock));
    expect(point[0]).toBeCloseTo(1, 4);
    expect(point[1]).toBeCloseTo(1, 4);
    expect(value).toBeLessThan(1e-9);
  });

  it('stays in the box and finds a minimum on its edge', () => {
    const seen: number[] = [];
    const { point } = nelderMead(
      problem(
        (point) => {
          seen.push(...point);
          return (at(point, 0) - 5) ** 2 + (at(point, 1) + 3) ** 2;
        },
        { start: Float64Array.of(0, 0), lower: Float64Array.of(-1, -1), upper: Float64Array.of(2, 2) },
      ),
    );
    expect(point[0]).toBeCloseTo(2, 6);
    expect(point[1]).toBeCloseTo(-1, 6);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
  });

  it('steps inwards when the start is on the upper bound', () => {
    const { point } = nelderMead(
      problem(
        of2((x, y) => x ** 2 + y ** 2),
        { start: Float64Array.of(10, 10) },
      ),
    );
    expect(Math.hypot(...point)).toBeLessThan(1e-4);
  });

  it('takes NaN for infinitely bad', () => {
    const { point } = nelderMead(
      problem(
        of2((x, y) => (x < 0 ? NaN : (x - 1) ** 2 + y ** 2)),
        { start: Float64Array.of(3, 2) },
      ),
    );
    expect(point[0]).toBeCloseTo(1, 4);
  });

  it('does not evaluate much more often than allowed, nor change its start', () => {
    let evaluations = 0;
    const start = Float64Array.of(-1.2, 1);
    nelderMead(
      problem(
        (point) => {
          evaluations++;
          return rosenbrock(point);
        },
        { start, maxEvaluations: 40 },
      ),
    );
    expect(evaluations).toBeLessThanOrEqual(44);
    expect([...start]).toEqual([-1.2, 1]);
  });

  it('evaluates once when there is nothing to vary', () => {
    const empty = new Float64Array(0);
    expect(nelderMead(problem(() => 7, { start: empty, lower: empty, upper: empty }))).toEqual({
      point: empty,
      value: 7,
    });
  });
});
