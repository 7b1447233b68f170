import { solveCholesky } from './cholesky.ts';
import { gramMatrix } from './gram-matrix.ts';

/** A sum of squares to minimise over a box. */
export interface LeastSquaresProblem {
  /** Where to start; not changed. */
  readonly start: Float64Array;
  /** Lower bound of each coordinate; a coordinate whose bounds are equal stays where it is. */
  readonly lower: Float64Array;
  /** Upper bound of each coordinate. */
  readonly upper: Float64Array;
  /** How many errors there are. */
  readonly count: number;
  /** Writes the errors at a point (NaN: left out) and returns the sum of their squares. */
  readonly errors: (point: Float64Array, errors: Float64Array) => number;
  /** Writes the derivative of every error by one coordinate, at the point that `errors` was last called with. */
  readonly derivative: (point: Float64Array, coordinate: number, errors: Float64Array, out: Float64Array) => void;
  /** The most steps. */
  readonly maxSteps: number;
  /** Stops when a step gains less than this part of the sum. */
  readonly tolerance: number;
}

/**
 * Minimises a sum of squares by damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963), projected onto the box:
 * a coordinate at its bound that wants out is left there for the step.
 *
 * @returns the best point found and its sum of squares; never worse than the start.
 */
export function levenbergMarquardt(problem: LeastSquaresProblem): { point: Float64Array; value: number } {
  const { lower, upper, count, maxSteps, tolerance } = problem;
  let point = problem.start.slice();
  let errors = new Float64Array(count);
  let trialErrors = new Float64Array(count);
  let value = problem.errors(point, errors);
  let damping = 1e-3;
  const jacobian = new Float64Array(count * (point.length + 1)); // one column more, for gramMatrix

  for (let step = 0; step < maxSteps && value > 0; step++) {
    const free: number[] = [];
    const gradient: number[] = [];
    for (let i = 0; i < point.length; i++) {
      const low = lower[i] as number;
      const high = upper[i] as number;
      if (low === high) continue;
      const column = jacobian.subarray(free.length * count, (free.length + 1) * count);
      problem.derivative(point, i, errors, column);
      const slope = dot(column, errors);
      const outward = (point[i] === low && slope > 0) || (point[i] === high && slope < 0);
      if (outward) continue;
      free.push(i);
      gradient.push(slope);
    }
    if (free.length === 0) break;
    const gram = gramMatrix(jacobian, count, free.length);
    let gained = false;
    for (let attempt = 0; attempt < 8 && !gained; attempt++) {
      const move = solveCholesky(gram, gradient, damping);
      const trial = point.slice();
      for (let f = 0; f < free.length; f++) {
        const i = free[f] as number;
        const wanted = (point[i] as number) - (move[f] as number);
        trial[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, wanted));
      }
      const trialValue = problem.errors(trial, trialErrors);
      if (trialValue < value) {
        gained = value - trialValue > tolerance * value;
        point = trial;
        value = trialValue;
        [errors, trialErrors] = [trialErrors, errors];
        damping = Math.max(damping / 10, 1e-9);
        break;
      }
      damping *= 10;
    }
    if (!gained) break;
  }
  return { point, value };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const product = (a[i] as number) * (b[i] as number);
    if (product === product) sum += product; // a missing value has no error
  }
  return sum;
}
