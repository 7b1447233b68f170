/** Which theta method: the standard one, with an estimated theta, or with a line that moves as values come in. */
export type ThetaKind = 'standard' | 'optimised' | 'dynamic';

/** All numbers of a theta model. */
export interface ThetaSolution {
  /** Smoothing parameter. */
  readonly alpha: number;
  /** Share of the line, `1 - 1 / theta`. */
  readonly share: number;
  /** Level before the first value. */
  readonly level: number;
  /** Sum of squared errors. */
  readonly squares: number;
}

/** The line through the values so far: after each value, or the one through all of them. */
export interface ThetaLine {
  /** Whether it moves; one that does not has a single intercept and slope. */
  readonly dynamic: boolean;
  /** Intercept. */
  readonly intercept: Float64Array;
  /** Slope a step. */
  readonly slope: Float64Array;
  /** Mean of all values. */
  readonly mean: number;
}

/**
 * The line of each step. The dynamic one is updated value by value (Fiorucci, Pellegrini, Louzada, Petropoulos,
 * Koehler 2016, equations 12 to 15); the others have the regression line of all values at every step.
 */
export function thetaLine(values: Float64Array, kind: ThetaKind): ThetaLine {
  const dynamic = kind === 'dynamic';
  const count = values.length;
  const intercept = new Float64Array(dynamic ? count : 1);
  const slope = new Float64Array(dynamic ? count : 1);
  let mean = values[0] as number;
  let a = mean;
  let b = 0;
  intercept[0] = a;
  for (let i = 1; i < count; i++) {
    const part = ((values[i] as number) - mean) / (i + 1);
    b = ((i - 1) * b + 6 * part) / (i + 2);
    mean += part;
    a = mean - (b * (i + 2)) / 2;
    const place = dynamic ? i : 0;
    intercept[place] = a;
    slope[place] = b;
  }
  return { dynamic, intercept, slope, mean };
}

/** Smoothing parameters that are tried first, and how often the best is improved. */
const grid: readonly number[] = [0.0002, 0.05, 0.15, 0.3, 0.5, 0.7, 0.88, 0.9999];
const rounds = 6;
/** Weights below this change no digit. */
export const forgotten = 1e-18;

/**
 * The best level and share of the line for a smoothing parameter: the errors are linear in both, so one pass gives the
 * normal equations.
 *
 * @param fixedShare - The share, when it is not to be estimated.
 */
export function solveTheta(
  values: Float64Array,
  { dynamic, intercept, slope }: ThetaLine,
  alpha: number,
  fixedShare?: number,
): ThetaSolution {
  const keep = 1 - alpha;
  let smooth = 0; // the level, had it started from 0
  let weight = 1; // what is left of the first level
  let ww = 0;
  let wx = 0;
  let xx = 0;
  let we = 0;
  let xe = 0;
  let ee = 0;
  const inverse = 1 / alpha;
  let i = 0;
  for (; i < values.length && weight > forgotten; i++) {
    const before = dynamic && i > 0 ? i - 1 : 0;
    const line = weight * (intercept[before] as number) + (slope[before] as number) * (1 - weight * keep) * inverse;
    const error = (values[i] as number) - smooth;
    ww += weight * weight;
    wx += weight * line;
    xx += line * line;
    we += weight * error;
    xe += line * error;
    ee += error * error;
    smooth += alpha * error;
    weight *= keep;
  }
  // What is left of the first level tells nothing any more: of the line only the slope counts, and where that stays the
  // same the sum of the errors is what the level moved by.
  const left = values.length - i;
  if (left > 0) {
    const from = smooth;
    let byTail = 0; // error times slope
    if (dynamic) {
      for (let k = i; k < values.length; k++) {
        const value = values[k] as number;
        const error = value - smooth;
        const step = slope[k - 1] as number;
        byTail += step * error;
        xx += step * step * inverse * inverse;
        ee += error * error;
        smooth = keep * smooth + alpha * value;
      }
    } else {
      for (let k = i; k < values.length; k++) {
        const value = values[k] as number;
        const error = value - smooth;
        ee += error * error;
        smooth = keep * smooth + alpha * value;
      }
      const same = slope[0] as number;
      byTail = same * (smooth - from) * inverse;
      xx += left * same * same * inverse * inverse;
    }
    xe += byTail * inverse;
  }
  const determinant = ww * xx - wx * wx;
  const free = (ww * xe - wx * we) / determinant;
  const share = fixedShare ?? (Number.isFinite(free) ? Math.min(0.999, Math.max(0, free)) : 0.5);
  const level = (we - share * wx) / ww;
  const squares = ee - 2 * (level * we + share * xe) + level * level * ww + 2 * level * share * wx + share * share * xx;
  return { alpha, share, level, squares: Math.max(0, squares) };
}

/** The best smoothing parameter for a line: a grid, then parabolas around its best point (Brent 1973). */
export function estimateTheta(
  values: Float64Array,
  line: ThetaLine,
  kind: ThetaKind,
  check: () => void,
): ThetaSolution {
  const evaluate = (alpha: number): ThetaSolution => {
    check();
    // The standard method takes its alpha from plain exponential smoothing.
    return solveTheta(values, line, alpha, kind === 'standard' ? 0 : undefined);
  };
  const solutions = grid.map(evaluate);
  let best = 0;
  for (let i = 1; i < grid.length; i++) {
    if ((solutions[i] as ThetaSolution).squares < (solutions[best] as ThetaSolution).squares) best = i;
  }
  let low = solutions[Math.max(0, best - 1)] as ThetaSolution;
  let middle = solutions[best] as ThetaSolution;
  let high = solutions[Math.min(grid.length - 1, best + 1)] as ThetaSolution;
  for (let round = 0; round < rounds; round++) {
    const trial = evaluate(nextTrial(low, middle, high));
    const isBelow = trial.alpha < middle.alpha;
    if (trial.squares < middle.squares) {
      if (isBelow) high = middle;
      else low = middle;
      middle = trial;
    } else if (isBelow) low = trial;
    else high = trial;
  }
  return kind === 'standard' ? solveTheta(values, line, middle.alpha, 0.5) : middle;
}

/** The lowest point of the parabola through three points, or a place in the wider gap where that says nothing. */
function nextTrial(low: ThetaSolution, middle: ThetaSolution, high: ThetaSolution): number {
  const left = middle.alpha - low.alpha;
  const right = high.alpha - middle.alpha;
  const fall = right * (low.squares - middle.squares);
  const rise = left * (high.squares - middle.squares);
  const vertex = middle.alpha + (right * fall - left * rise) / (2 * (fall + rise));
  const far = Math.abs(vertex - middle.alpha) > 1e-3 * (left + right);
  if (far && vertex > low.alpha && vertex < high.alpha) return vertex;
  return left > right ? middle.alpha - 0.38 * left : middle.alpha + 0.38 * right;
}
