import { solveCholesky } from '../../optimise/cholesky.ts';
import { levenbergMarquardt } from '../../optimise/levenberg-marquardt.ts';
import type { ArimaLikelihood, Evaluation, InnovationsKind } from './arima-likelihood.ts';
import { toCoefficients } from './arma-model.ts';
import { armaCoefficients, type ArimaStructure } from './arima-structure.ts';

/** How the coefficients are estimated. */
export type ArimaMethod = 'css-ml' | 'ml' | 'css';

/** Autoregressions are kept from the edge of stationarity by this much, moving averages almost reach theirs. */
const margin = { ar: 1e-4, ma: 1e-7 } as const;
const step = 1e-6;
const inside = 0.95;
/** What exact estimates gain on conditional ones, generously. */
const usualGain = 6;

/** What an estimation found. */
export interface ArimaEstimate extends Evaluation {
  /** Partial autocorrelations of the polynomials. */
  readonly point: Float64Array;
  /** The Gaussian log likelihood of the differences, or what stands for it where errors are conditional. */
  readonly logLikelihood: number;
}

/** What to know beside the likelihood. */
export interface EstimateOptions {
  /** By which criterion. */
  readonly method: ArimaMethod;
  /** Called between the evaluations. */
  readonly check: () => void;
  /** Where to start, for a model that is near another one. */
  readonly start?: Float64Array | undefined;
  /** Stops as soon as the likelihood is good enough to compare models. */
  readonly quick?: boolean | undefined;
  /** A model whose conditional estimates stay far below this log likelihood is not refined. @default -Infinity */
  readonly hopeBelow?: number | undefined;
}

/** Maximises the likelihood by damped Gauss-Newton steps over partial autocorrelations, from conditional estimates. */
export function estimateArima(
  structure: ArimaStructure,
  likelihood: ArimaLikelihood,
  { method, check, start, quick = false, hopeBelow = -Infinity }: EstimateOptions,
): ArimaEstimate {
  const size = armaCoefficients(structure);
  const { lower, upper } = bounds(structure);
  const scratch = new Float64Array(likelihood.count);
  const search = (from: Float64Array, kind: InnovationsKind, tolerance: number): Float64Array => {
    const squaresAt = (point: Float64Array, errors: Float64Array): number => {
      check();
      likelihood.evaluate(point, kind, errors);
      let sum = 0;
      for (const error of errors) sum += error * error;
      return sum;
    };
    return levenbergMarquardt({
      start: from,
      lower,
      upper,
      count: likelihood.count,
      errors: squaresAt,
      derivative: (point, coordinate, errors, out) => {
        const moved = point.slice();
        const size = (moved[coordinate] as number) + step > (upper[coordinate] as number) ? -step : step;
        moved[coordinate] = (moved[coordinate] as number) + size;
        squaresAt(moved, scratch);
        for (let t = 0; t < out.length; t++) out[t] = ((scratch[t] as number) - (errors[t] as number)) / size;
      },
      maxSteps: quick && kind === 'exact' ? 8 : 60,
      tolerance,
    }).point;
  };
  let point = start ?? new Float64Array(size);
  if (method !== 'ml' && start === undefined) point = search(point, 'conditional', method === 'css' ? 1e-10 : 1e-4);
  if (method === 'css') return estimateAt(likelihood, point, method);
  // Conditional estimates like the edge, which the exact likelihood has to be led away from.
  if (method === 'css-ml') point = point.map((x) => Math.min(inside, Math.max(-inside, x)));
  if (hopeBelow > -Infinity) {
    const early = estimateAt(likelihood, point, method);
    if (early.logLikelihood < hopeBelow - usualGain) return early;
  }
  point = search(point, 'exact', quick ? 1e-4 : 1e-9);
  return estimateAt(likelihood, point, method);
}

/** The likelihood and all that goes with it at a point. */
export function estimateAt(likelihood: ArimaLikelihood, point: Float64Array, method: ArimaMethod): ArimaEstimate {
  const errors = new Float64Array(likelihood.count);
  const evaluation = likelihood.evaluate(point, method === 'css' ? 'conditional' : 'exact', errors);
  const { used } = likelihood;
  const freedom = method === 'css' ? Math.max(1, used - evaluation.model.arLag) : used;
  const variance = Math.max(evaluation.squares / freedom, smallest);
  const logLikelihood = -0.5 * (used * (Math.log(2 * Math.PI * variance) + 1) + evaluation.logarithms);
  return { ...evaluation, point, logLikelihood };
}

/** Exact fits have no error at all; their likelihood is that of errors at the edge of double precision. */
const smallest = 1e-32;

/**
 * Standard errors of the polynomials' coefficients: the curvature of the log likelihood by central differences, carried
 * over from partial autocorrelations to coefficients.
 */
export function coefficientErrors(
  structure: ArimaStructure,
  likelihood: ArimaLikelihood,
  { point, logLikelihood }: ArimaEstimate,
  method: ArimaMethod,
): Float64Array {
  const size = point.length;
  if (size === 0) return new Float64Array(0);
  const width = 1e-3;
  const { lower, upper } = bounds(structure);
  const centre = point.map((x, i) => Math.min((upper[i] as number) - width, Math.max((lower[i] as number) + width, x)));
  const at = (moves: readonly (readonly [number, number])[]): number => {
    const moved = centre.slice();
    for (const [i, by] of moves) moved[i] = (moved[i] as number) + by * width;
    return estimateAt(likelihood, moved, method).logLikelihood;
  };
  const top = centre.every((x, i) => x === point[i]) ? logLikelihood : at([]);
  const single = Float64Array.from({ length: 2 * size }, (_, k) => at([[k >> 1, k % 2 === 0 ? 1 : -1]]));
  const curvature = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const both = (single[2 * i] as number) + (single[2 * i + 1] as number);
    curvature[i * size + i] = (2 * top - both) / width ** 2;
    for (let j = 0; j < i; j++) {
      const others = (single[2 * j] as number) + (single[2 * j + 1] as number);
      const mixed = at([[i, 1], [j, 1]]) + at([[i, -1], [j, -1]]); // prettier-ignore
      curvature[i * size + j] = (both + others - 2 * top - mixed) / (2 * width ** 2);
    }
  }
  const base = toCoefficients(structure, centre);
  const slopes = Array.from({ length: size }, (_, j) => {
    const moved = centre.slice();
    moved[j] = (moved[j] as number) + step;
    return toCoefficients(structure, moved).map((x, i) => (x - (base[i] as number)) / step);
  });
  return base.map((_, i) => {
    const row = Float64Array.from(slopes, (slope) => slope[i] as number);
    const solved = solveCholesky(curvature, row, 0);
    return Math.sqrt(
      Math.max(
        0,
        row.reduce((sum, x, j) => sum + x * (solved[j] as number), 0),
      ),
    );
  });
}

function bounds({ order, seasonal }: ArimaStructure): { lower: Float64Array; upper: Float64Array } {
  const edge = ([p, , q]: readonly [number, number, number]): number[] => [
    ...Array.from({ length: p }, () => 1 - margin.ar),
    ...Array.from({ length: q }, () => 1 - margin.ma),
  ];
  const upper = Float64Array.from([...edge(order), ...edge(seasonal)]);
  return { lower: upper.map((x) => -x), upper };
}
