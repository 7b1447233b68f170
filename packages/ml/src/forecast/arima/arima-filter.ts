import { startingCovariance, stationaryCovariance } from './arma-covariance.ts';
import { nonzero, type ArmaModel } from './arma-model.ts';

/** Variance, in units of the innovations', of what is not known before the first value. */
const unknownVariance = 1e7;
/** How near the covariance must be to that of an endless past to be taken for it. */
const near = 1e-9;

/** A state with more numbers has no covariance that could be carried: it takes its square in memory, a value. */
export const mostCarried = 1_000;

/** Where a filter stands. */
export interface ArimaState {
  /** Expected state of the stationary part, before the next value. */
  readonly expected: Float64Array;
  /** Expected last values, the latest first: as many as the differences reach back. */
  readonly history: Float64Array;
  /** Covariance of both, row by row; undefined once only the next innovation is unknown. */
  covariance: Float64Array | undefined;
}

/**
 * The Kalman filter of an ARIMA model in Harvey's form: the stationary part of {@link ArmaModel} followed by the last
 * values. Values may be missing. While the past is not fully known it carries the covariance, `O(size²)` a value;
 * from then on `O(size)`.
 */
export class ArimaFilter {
  readonly #model: ArmaModel;
  readonly #delta: Float64Array;
  readonly #places: Int32Array;
  readonly #state: ArimaState;

  /**
   * @param model - The stationary part.
   * @param delta - Weights of the past values, as `differenceWeights` gives them.
   * @param state - Where it stands; taken over. Without one it stands before the first value.
   */
  constructor(model: ArmaModel, delta: Float64Array, state: ArimaState) {
    this.#model = model;
    this.#delta = delta;
    this.#places = nonzero(delta);
    this.#state = state;
  }

  /** A filter before the first value, `history` being a guess at the values before it. */
  static start(model: ArmaModel, delta: Float64Array, history: Float64Array): ArimaFilter {
    const { size } = model;
    const all = size + delta.length;
    const covariance = new Float64Array(all * all);
    const stationary = stationaryCovariance(model, startingCovariance(model));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) covariance[i * all + j] = stationary[i * size + j] as number;
    }
    for (let i = size; i < all; i++) covariance[i * all + i] = unknownVariance;
    return new ArimaFilter(model, delta, { expected: new Float64Array(size), history: history.slice(), covariance });
  }

  /** Where it stands; only lent. */
  get state(): ArimaState {
    return this.#state;
  }

  /** What is expected of the next value. */
  predict(): number {
    const { expected, history } = this.#state;
    let sum = expected[0] as number;
    for (let p = 0; p < this.#places.length; p++) {
      const place = this.#places[p] as number;
      sum += (this.#delta[place] as number) * (history[place] as number);
    }
    return sum;
  }

  /**
   * Takes the next value; NaN means that it is missing. Where the state is too large for a covariance, a missing value
   * is taken for what was expected of it.
   *
   * @returns the variance of its innovation.
   */
  step(value: number): number {
    const prediction = this.predict();
    const { covariance } = this.#state;
    const missing = value !== value;
    const isLarge = this.#model.size + this.#delta.length > mostCarried;
    if (covariance === undefined && (!missing || isLarge)) {
      this.#move(missing ? prediction : value, missing ? 0 : value - prediction, this.#model.theta);
      return 1;
    }
    const known = covariance ?? this.#settledCovariance();
    const gain = this.#observedCovariance(known);
    const variance = this.#observe(gain);
    if (missing) {
      this.#move(prediction, 0, gain);
    } else {
      const share = (value - prediction) / variance;
      this.#correct(known, gain, variance);
      // The latest value itself is part of the past from here on.
      this.#move(value, share, gain, true);
    }
    this.#state.covariance = this.#carry(known);
    if (!missing && this.#isSettled()) this.#state.covariance = undefined;
    return variance;
  }

  /** Adds the correction to the state and shifts it by one step. */
  #move(latest: number, error: number, gain: Float64Array, withHistory = false): void {
    const { expected, history } = this.#state;
    const { size, phi } = this.#model;
    for (let i = 0; i < size; i++) expected[i] = (expected[i] as number) + (gain[i] as number) * error;
    if (withHistory) {
      for (let i = 0; i < history.length; i++) {
        history[i] = (history[i] as number) + (gain[size + i] as number) * error;
      }
    }
    const now = expected[0] as number;
    for (let i = 0; i < size; i++) {
      expected[i] = (i + 1 < size ? (expected[i + 1] as number) : 0) + (phi[i] as number) * now;
    }
    if (history.length > 0) {
      history.copyWithin(1, 0, history.length - 1);
      history[0] = latest;
    }
  }

  /** Covariance of every element with the next value. */
  #observedCovariance(covariance: Float64Array): Float64Array {
    const { size } = this.#model;
    const all = size + this.#delta.length;
    const gain = new Float64Array(all);
    for (let i = 0; i < all; i++) {
      let sum = covariance[i * all] as number;
      for (const place of this.#places)
        sum += (this.#delta[place] as number) * (covariance[i * all + size + place] as number);
      gain[i] = sum;
    }
    return gain;
  }

  #observe(gain: Float64Array): number {
    let sum = gain[0] as number;
    for (const place of this.#places)
      sum += (this.#delta[place] as number) * (gain[this.#model.size + place] as number);
    return Math.max(sum, 1e-12);
  }

  #correct(covariance: Float64Array, gain: Float64Array, variance: number): void {
    const all = gain.length;
    for (let i = 0; i < all; i++) {
      const share = (gain[i] as number) / variance;
      if (share === 0) continue;
      const row = i * all;
      for (let j = 0; j < all; j++) covariance[row + j] = (covariance[row + j] as number) - share * (gain[j] as number);
    }
  }

  /** The covariance one step on: rows first, then columns, then the new innovation. */
  #carry(covariance: Float64Array): Float64Array {
    const { size, phi, theta } = this.#model;
    const delta = this.#delta;
    const all = size + delta.length;
    const rows = new Float64Array(all * all);
    for (let i = 0; i < size; i++) {
      const weight = phi[i] as number;
      const next = i + 1 < size ? (i + 1) * all : -1;
      for (let j = 0; j < all; j++) {
        rows[i * all + j] = (next < 0 ? 0 : (covariance[next + j] as number)) + weight * (covariance[j] as number);
      }
    }
    if (delta.length > 0) {
      const head = size * all;
      for (let j = 0; j < all; j++) {
        let sum = covariance[j] as number;
        for (const place of this.#places)
          sum += (delta[place] as number) * (covariance[(size + place) * all + j] as number);
        rows[head + j] = sum;
      }
      rows.set(covariance.subarray(head, (all - 1) * all), head + all);
    }
    const out = covariance;
    for (let i = 0; i < all; i++) {
      const row = i * all;
      const first = rows[row] as number;
      for (let j = 0; j < size; j++) {
        out[row + j] = (j + 1 < size ? (rows[row + j + 1] as number) : 0) + (phi[j] as number) * first;
      }
      if (delta.length === 0) continue;
      let sum = first;
      for (const place of this.#places) sum += (delta[place] as number) * (rows[row + size + place] as number);
      out[row + size] = sum;
      for (let j = size + 1; j < all; j++) out[row + j] = rows[row + j - 1] as number;
    }
    for (let i = 0; i < size; i++) {
      const weight = theta[i] as number;
      if (weight === 0) continue;
      for (let j = 0; j < size; j++) out[i * all + j] = (out[i * all + j] as number) + weight * (theta[j] as number);
    }
    return out;
  }

  #settledCovariance(): Float64Array {
    const { size, theta } = this.#model;
    const all = size + this.#delta.length;
    const covariance = new Float64Array(all * all);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) covariance[i * all + j] = (theta[i] as number) * (theta[j] as number);
    }
    return covariance;
  }

  #isSettled(): boolean {
    const { size, theta } = this.#model;
    const { covariance } = this.#state;
    const all = size + this.#delta.length;
    if (covariance === undefined) return true;
    for (let i = 0; i < all; i++) {
      const ours = i < size ? (theta[i] as number) ** 2 : 0;
      if (Math.abs((covariance[i * all + i] as number) - ours) > near) return false;
    }
    return true;
  }
}
