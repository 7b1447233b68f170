import type { RandomDraws } from '../../statistics/random-draws.ts';
import { SimulationSmoother, type InitialState } from './simulation-smoother.ts';
import { SpikeAndSlab, type VariancePrior } from './spike-and-slab.ts';
import type { StateParameters, StateSpace } from './state-space.ts';

/** What a sampler works on: values of spread 1 around 0. */
export interface GibbsProblem {
  /** The values; NaN where one is missing. */
  readonly values: Float64Array;
  /** Regressors, centred and without gaps. */
  readonly columns: readonly Float64Array[];
  /** Trend and seasons. */
  readonly space: StateSpace;
  /** Whether the slope returns to a mean. */
  readonly damped: boolean;
  /** How likely each regressor is to take part, in (0, 1]. */
  readonly inclusion: number;
  /** Draws that are kept. */
  readonly draws: number;
  /** Draws before them. */
  readonly burnIn: number;
}

/** What the kept draws say. */
export interface GibbsSample {
  /** The draws of each variance of the disturbances, then that of the noise, then the damping. */
  readonly parameters: readonly Float64Array[];
  /** The draws of each coefficient. */
  readonly coefficients: readonly Float64Array[];
  /** Mean of each part at each step: the blocks of the state, then the regression. */
  readonly means: readonly Float64Array[];
  /** Its standard deviation. */
  readonly deviations: readonly Float64Array[];
}

/** A disturbance is expected to be about a hundredth of the spread of the series; that counts as one value. */
const disturbancePrior: VariancePrior = { degrees: 1, squares: 1e-4 };
const noisePrior: VariancePrior = { degrees: 0.01, squares: 0.005 };

/** Before the first value little is known: every number of the state may be a few times the spread of the series. */
export function initialState(space: StateSpace): InitialState {
  return { mean: new Float64Array(space.size), variance: new Float64Array(space.size).fill(10) };
}

/**
 * Gibbs sampling: draws the states given the parameters, and each parameter given the states, in turns.
 *
 * @param check - Called between draws; may throw.
 */
export function gibbsSample(problem: GibbsProblem, random: RandomDraws, check: () => void): GibbsSample {
  const { values, columns, space, damped, draws, burnIn } = problem;
  const { length } = values;
  const counted = Array.from(values, (value) => value === value);
  const regression = new SpikeAndSlab(columns, counted, problem.inclusion, noisePrior);
  const smoother = new SimulationSmoother(space, initialState(space), length);
  const variances = new Float64Array(space.variances.length).fill(1e-3);
  let irregular = 0.1;
  let damping = damped ? 0.5 : 1;
  const parameters = Array.from({ length: variances.length + 2 }, () => new Float64Array(draws));
  const coefficients = columns.map(() => new Float64Array(draws));
  const parts = [...space.blocks, regression].map(() => new RunningMoments(length));
  const states = new Float64Array(length * space.size);
  const explained = new Float64Array(length);
  const left = new Float64Array(length);
  for (let draw = -burnIn; draw < draws; draw++) {
    check();
    for (let t = 0; t < length; t++) left[t] = (values[t] as number) - (explained[t] as number);
    if (draw % 2 === 0) irregular = jump(smoother, left, { variances, irregular, damping }, random);
    smoother.draw(left, { variances, irregular, damping }, random, states);
    drawVariances(space, states, length, damping, variances, random);
    if (damped) damping = drawDamping(space, states, length, damping, variances, random);
    const target = values.map((value, t) => value - space.value(states, t * space.size)).filter((_, t) => counted[t]);
    irregular = regression.draw(target, random);
    for (let t = 0; t < length; t++) {
      let sum = 0;
      for (let c = 0; c < columns.length; c++) {
        sum += (regression.coefficients[c] as number) * ((columns[c] as Float64Array)[t] as number);
      }
      explained[t] = sum;
    }
    if (draw < 0) continue;
    for (const [i, row] of parameters.entries()) row[draw] = [...variances, irregular, damping][i] as number;
    for (const [c, row] of coefficients.entries()) row[draw] = regression.coefficients[c] as number;
    for (const [part, moments] of parts.entries()) {
      moments.add((t) =>
        part < space.blocks.length ? space.part(part, states, t * space.size) : (explained[t] as number),
      );
    }
  }
  return {
    parameters,
    coefficients,
    means: parts.map(({ mean }) => mean),
    deviations: parts.map((moments) => moments.deviation()),
  };
}

/**
 * Tries another size for one of the variances, with the states integrated out (Metropolis): where states and variances
 * hold each other in place, drawing them in turns alone would take thousands of rounds.
 *
 * @returns the variance of the noise; the others are changed in place.
 */
function jump(smoother: SimulationSmoother, values: Float64Array, now: StateParameters, random: RandomDraws): number {
  const { variances, damping } = now;
  const sizes = Float64Array.of(...variances, now.irregular);
  const place = Math.floor(random.uniform() * sizes.length);
  const before = sizes[place] as number;
  const after = before * Math.exp(random.normal());
  sizes[place] = after;
  const next = { variances: sizes.subarray(0, -1), irregular: sizes.at(-1) as number, damping };
  const prior = place < variances.length ? disturbancePrior : noisePrior;
  const gain =
    smoother.logLikelihood(values, next) -
    smoother.logLikelihood(values, now) +
    logPrior(after, prior) -
    logPrior(before, prior);
  if (!(Math.log(1 - random.uniform()) < gain)) return now.irregular;
  variances.set(next.variances);
  return next.irregular;
}

/** Of the logarithm of an inverse gamma variance, up to a constant. */
function logPrior(variance: number, { degrees, squares }: VariancePrior): number {
  return -0.5 * (degrees * Math.log(variance) + squares / variance);
}

/** An inverse gamma draw for each variance, given the disturbances. */
function drawVariances(
  space: StateSpace,
  states: Float64Array,
  length: number,
  damping: number,
  variances: Float64Array,
  random: RandomDraws,
): void {
  const squares = new Float64Array(variances.length).fill(disturbancePrior.squares);
  const degrees = new Float64Array(variances.length).fill(disturbancePrior.degrees);
  const next = new Float64Array(space.size);
  for (let t = 0; t + 1 < length; t++) {
    next.set(states.subarray(t * space.size, (t + 1) * space.size));
    space.advance(next, damping);
    for (const [place, index] of space.disturbed) {
      const disturbance = (states[(t + 1) * space.size + place] as number) - (next[place] as number);
      squares[index] = (squares[index] as number) + disturbance * disturbance;
      degrees[index] = (degrees[index] as number) + 1;
    }
  }
  for (let i = 0; i < variances.length; i++) {
    variances[i] = (squares[i] as number) / 2 / random.gamma((degrees[i] as number) / 2);
  }
}

/** A normal draw given the slopes; one that would not return to the mean is refused, and the last one stays. */
function drawDamping(
  space: StateSpace,
  states: Float64Array,
  length: number,
  last: number,
  variances: Float64Array,
  random: RandomDraws,
): number {
  const variance = variances[space.variances.indexOf('slope')] as number;
  let products = 0;
  let squares = variance; // a standard normal prior
  for (let t = 0; t + 1 < length; t++) {
    const row = t * space.size;
    const mean = states[row + 2] as number;
    const before = (states[row + 1] as number) - mean;
    products += before * ((states[row + space.size + 1] as number) - mean);
    squares += before * before;
  }
  const drawn = products / squares + Math.sqrt(variance / squares) * random.normal();
  return Math.abs(drawn) < 1 ? drawn : last;
}

/** Mean and deviation of a path over many draws, without keeping them (Welford 1962). */
class RunningMoments {
  readonly mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(length: number) {
    this.mean = new Float64Array(length);
    this.#squares = new Float64Array(length);
  }

  add(value: (t: number) => number): void {
    this.#count++;
    for (let t = 0; t < this.mean.length; t++) {
      const x = value(t);
      const before = x - (this.mean[t] as number);
      this.mean[t] = (this.mean[t] as number) + before / this.#count;
      this.#squares[t] = (this.#squares[t] as number) + before * (x - (this.mean[t] as number));
    }
  }

  deviation(): Float64Array {
    return this.#squares.map((squares) => Math.sqrt(squares / Math.max(1, this.#count - 1)));
  }
}
