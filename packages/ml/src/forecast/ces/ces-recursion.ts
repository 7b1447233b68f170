/** Which parts a complex exponential smoothing has. */
export type CesSeason = 'none' | 'simple' | 'partial' | 'full';

/** Which model. */
export interface CesShape {
  /** Its kind of season. */
  readonly season: CesSeason;
  /** Steps in the season; 1 without one. */
  readonly seasonLength: number;
}

/**
 * The state: level and its information potential, then, with a season, one value a phase, and one potential a phase but
 * for a partial season.
 */
export function cesSize({ season, seasonLength }: CesShape): number {
  return 2 + { none: 0, simple: 2, partial: 1, full: 2 }[season] * seasonLength;
}

/** How many numbers are estimated: real and imaginary part of the smoothing, and those of the season. */
export function cesParameters({ season }: CesShape): readonly string[] {
  const names = { none: [], simple: [], partial: ['beta'], full: ['beta0', 'beta1'] }[season];
  return ['alpha0', 'alpha1', ...names];
}

/** What the state says about the next value, whose phase is `phase`. */
export function cesPrediction(shape: CesShape, state: Float64Array, phase: number): number {
  if (shape.season === 'none') return state[0] as number;
  const season = state[2 + phase] as number;
  return shape.season === 'simple' ? season : (state[0] as number) + season;
}

/** Takes an error of a prediction into the state. */
export function cesStep(
  shape: CesShape,
  parameters: Float64Array,
  state: Float64Array,
  phase: number,
  error: number,
): void {
  const [alpha0 = 0, alpha1 = 0, beta0 = 0, beta1 = 0] = parameters;
  const place = 2 + phase;
  const potential = place + shape.seasonLength;
  if (shape.season !== 'simple') turn(state, 0, 1, alpha0, alpha1, error);
  if (shape.season === 'simple') turn(state, place, potential, alpha0, alpha1, error);
  if (shape.season === 'partial') state[place] = (state[place] as number) + beta0 * error;
  if (shape.season === 'full') turn(state, place, potential, beta0, beta1, error);
}

/** One step of a level and its potential. */
function turn(state: Float64Array, level: number, potential: number, real: number, imaginary: number, error: number) {
  const l = state[level] as number;
  const c = state[potential] as number;
  state[level] = l - (1 - imaginary) * c + (real - imaginary) * error;
  state[potential] = l + (1 - real) * c + (real + imaginary) * error;
}

/** Whether old errors fade: the discount matrix of each pair has its eigenvalues inside of the unit circle. */
export function cesIsStable({ season }: CesShape, parameters: Float64Array): boolean {
  const [alpha0 = 0, alpha1 = 0, beta0 = 0, beta1 = 0] = parameters;
  if (!fades(alpha0, alpha1)) return false;
  if (season === 'partial') return beta0 >= 0 && beta0 <= 1;
  return season !== 'full' || fades(beta0, beta1);
}

function fades(real: number, imaginary: number): boolean {
  const trace = 1 - (real - imaginary) + 1 - real;
  const determinant = (1 - (real - imaginary)) * (1 - real) + (1 - imaginary) * (1 - (real + imaginary));
  return Math.abs(determinant) < 1 && Math.abs(trace) < 1 + determinant;
}

/**
 * Runs over a series.
 *
 * @param state - Where it starts; where it ends.
 * @param phase - The phase of the first value.
 * @param predictions - Gets a prediction a value.
 * @param backwards - Whether it runs from the last value to the first.
 * @returns the sum of squared errors.
 */
export function cesPass(
  shape: CesShape,
  parameters: Float64Array,
  values: Float64Array,
  state: Float64Array,
  predictions?: Float64Array,
  backwards: boolean = false,
): number {
  const { length } = values;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const t = backwards ? length - 1 - i : i;
    const phase = t % shape.seasonLength;
    const prediction = cesPrediction(shape, state, phase);
    if (predictions !== undefined) predictions[t] = prediction;
    const value = values[t] as number;
    const error = value === value ? value - prediction : 0;
    squares += error * error;
    cesStep(shape, parameters, state, phase, error);
  }
  return squares;
}
