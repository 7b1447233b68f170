import { MlError } from '../../error.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { FittedRecursive } from './recursive-fitted.ts';
import type { RecursiveMethod } from './recursive-method.ts';

/** How a method is run over a series. */
export interface RecursiveStart {
  /** Which method. */
  readonly method: RecursiveMethod;
  /** Its parameters. */
  readonly parameters: Float64Array;
  /** The state before the first value. */
  readonly state: Float64Array;
  /** From which value on predictions count. */
  readonly from: number;
  /** Predictions that look at the whole series, instead of those on the way. */
  readonly predictions?: ((state: Float64Array) => Float64Array) | undefined;
  /** How many numbers were estimated: taken off when the spread is computed. @default 0 */
  readonly estimated?: number | undefined;
}

/** Runs a method over a series that has been checked, and measures its one-step errors. */
export function fitRecursive(series: Float64Array, observed: number, start: RecursiveStart): FittedRecursive {
  const { method, parameters, state, from } = start;
  const fittedValues = new Float64Array(series.length).fill(NaN);
  for (let i = 0; i < series.length; i++) {
    if (i >= from) fittedValues[i] = method.mean(state, parameters, 1);
    method.step(state, parameters, series[i] as number);
  }
  if (start.predictions !== undefined) fittedValues.set(start.predictions(state));
  const residuals = series.map((value, i) => value - (fittedValues[i] as number));
  const scale = powerOfTwoNear(residuals);
  let squares = 0;
  let count = 0;
  for (const residual of residuals) {
    if (residual !== residual) continue;
    squares += (residual / scale) ** 2;
    count++;
  }
  return new FittedRecursive({
    method,
    parameters,
    state,
    sigma: Math.sqrt(squares / Math.max(1, count - (start.estimated ?? 0))) * scale,
    rmse: Math.sqrt(squares / Math.max(1, count)) * scale,
    observed,
    fittedValues,
    residuals,
  });
}

/** The error of a series that is too short for a method. */
export function tooFew(name: string, needed: number, observed: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `${name} needs at least ${needed} observed values, not ${observed}`,
    details: { needed, observed },
  });
}
