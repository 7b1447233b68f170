import type { RandomDraws } from '../../statistics/random-draws.ts';
import type { StateParameters, StateSpace } from './state-space.ts';

/** What is known of the state before the first value: independent normal numbers. */
export interface InitialState {
  /** Their means. */
  readonly mean: Float64Array;
  /** Their variances. */
  readonly variance: Float64Array;
}

/** Relative change of a variance that counts as none. */
const steadyTolerance = 1e-7;

/**
 * Draws whole paths of the state, given the values and the parameters: a path is made up, and corrected by the smoothed
 * difference between the values and those made up (Durbin and Koopman 2002, with the mean of Jarociński 2015).
 */
export class SimulationSmoother {
  readonly #space: StateSpace;
  readonly #initial: InitialState;
  readonly #gains: Float64Array;
  readonly #innovations: Float64Array;
  readonly #spreads: Float64Array;
  readonly #corrections: Float64Array;
  readonly #madeUp: Float64Array;

  /** @param length - How many values there are. */
  constructor(space: StateSpace, initial: InitialState, length: number) {
    this.#space = space;
    this.#initial = initial;
    this.#gains = new Float64Array(length * space.size);
    this.#innovations = new Float64Array(length);
    this.#spreads = new Float64Array(length);
    this.#corrections = new Float64Array((length + 1) * space.size);
    this.#madeUp = new Float64Array(length);
  }

  /**
   * Draws a path.
   *
   * @param values - NaN where one is missing.
   * @param states - Gets the state of each step, one after the other.
   */
  draw(values: Float64Array, parameters: StateParameters, random: RandomDraws, states: Float64Array): void {
    this.#makeUp(values.length, parameters, random, states);
    for (let t = 0; t < values.length; t++) {
      this.#innovations[t] = (values[t] as number) - (this.#madeUp[t] as number);
    }
    this.#smooth(this.#innovations, parameters, states);
  }

  /** Expected states, given the values. */
  smooth(values: Float64Array, parameters: StateParameters): Float64Array {
    const states = new Float64Array(values.length * this.#space.size);
    this.#innovations.set(values);
    this.#smooth(this.#innovations, parameters, states);
    return states;
  }

  /** Logarithm of the density of the values, the states being integrated out, up to a constant. */
  logLikelihood(values: Float64Array, parameters: StateParameters): number {
    this.#innovations.set(values);
    this.#filter(this.#innovations, parameters);
    let sum = 0;
    for (let t = 0; t < values.length; t++) {
      const innovation = this.#innovations[t] as number;
      const variance = this.#spreads[t] as number;
      if (innovation === innovation) sum -= 0.5 * (Math.log(variance) + (innovation * innovation) / variance);
    }
    return sum;
  }

  #makeUp(
    length: number,
    { variances, irregular, damping }: StateParameters,
    random: RandomDraws,
    states: Float64Array,
  ) {
    const { size, disturbed } = this.#space;
    // The mean goes into the smoothing, so that what is made up starts around 0.
    const state = this.#initial.variance.map((variance) => Math.sqrt(variance) * random.normal());
    const noise = Math.sqrt(irregular);
    const deviations = variances.map(Math.sqrt);
    for (let t = 0; t < length; t++) {
      states.set(state, t * size);
      this.#madeUp[t] = this.#space.value(state) + noise * random.normal();
      this.#space.advance(state, damping);
      for (const [place, index] of disturbed) {
        state[place] = (state[place] as number) + (deviations[index] as number) * random.normal();
      }
    }
  }

  /** Adds the smoothed states of a series to what stands in `states`. The series becomes its innovations. */
  #smooth(series: Float64Array, parameters: StateParameters, states: Float64Array): void {
    const space = this.#space;
    const { size } = space;
    const { variances, damping } = parameters;
    const { length } = series;
    this.#filter(series, parameters);
    const state = this.#initial.mean.slice();
    const back = new Float64Array(size);
    for (let t = length - 1; t >= 0; t--) {
      this.#corrections.set(back, (t + 1) * size);
      space.retreat(back, damping);
      const innovation = series[t] as number;
      const variance = this.#spreads[t] as number;
      if (innovation !== innovation || !(variance > 0)) continue;
      let said = innovation;
      for (let i = 0; i < size; i++) said -= (this.#gains[t * size + i] as number) * (back[i] as number);
      for (const place of space.observed) back[place] = (back[place] as number) + said / variance;
    }
    for (let i = 0; i < size; i++) {
      state[i] = (state[i] as number) + (this.#initial.variance[i] as number) * (back[i] as number);
    }
    for (let t = 0; t < length; t++) {
      const row = t * size;
      for (let i = 0; i < size; i++) states[row + i] = (states[row + i] as number) + (state[i] as number);
      space.advance(state, damping);
      for (const [place, index] of space.disturbed) {
        const correction = this.#corrections[row + size + place] as number;
        state[place] = (state[place] as number) + (variances[index] as number) * correction;
      }
    }
  }

  /** The Kalman filter: the series becomes its innovations; gains and variances are kept. */
  #filter(series: Float64Array, parameters: StateParameters): void {
    const space = this.#space;
    const { size } = space;
    const covariance = new Float64Array(size * size);
    for (let i = 0; i < size; i++) covariance[i * (size + 1)] = this.#initial.variance[i] as number;
    const state = this.#initial.mean.slice();
    let steady = 0;
    for (let t = 0; t < series.length; t++) {
      const row = t * size;
      const gain = this.#gains.subarray(row, row + size);
      const value = series[t] as number;
      const last = t > 0 ? (this.#spreads[t - 1] as number) : NaN;
      // What no longer changes over two seasons needs not be computed again, until a value is missing.
      if (value !== value) steady = 0;
      if (steady > 2 * size) {
        gain.set(this.#gains.subarray(row - size, row));
        this.#spreads[t] = last;
      } else {
        const variance = space.stepCovariance(covariance, parameters, value === value, gain);
        steady = Math.abs(variance - last) <= steadyTolerance * variance ? steady + 1 : 0;
        this.#spreads[t] = variance;
      }
      const innovation = value - space.value(state);
      space.stepState(state, innovation, this.#spreads[t] as number, gain, parameters.damping);
      series[t] = innovation;
    }
  }
}
