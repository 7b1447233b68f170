import type { EtsState } from './ets-filter.ts';
import {
  hasNoVarianceFormula,
  hasRelativeSeason,
  hasRelativeTrend,
  type EtsParameters,
  type EtsStructure,
} from './ets-structure.ts';

/**
 * One ETS model, step by step (Hyndman, Koehler, Ord, Snyder 2008, tables 2.2 and 2.3). States are kept as the
 * recursion for relative errors keeps them: those move as the states of the twin with additive errors.
 */
export class EtsMotion {
  readonly #parameters: EtsParameters;
  readonly #relativeTrend: boolean;
  readonly #relativeSeason: boolean;
  readonly #guarded: boolean;
  #level = 0;
  #slope = 0;

  /**
   * @param structure - The model.
   * @param parameters - Its smoothing parameters.
   */
  constructor(structure: EtsStructure, parameters: EtsParameters) {
    this.#parameters = parameters;
    this.#relativeTrend = hasRelativeTrend(structure);
    this.#relativeSeason = hasRelativeSeason(structure);
    this.#guarded = hasNoVarianceFormula(structure);
  }

  /**
   * What the next value is expected to be. {@link move} goes on from here.
   *
   * @param index - Where the state of its season lies.
   */
  predict(state: EtsState, index: number): number {
    const { phi } = this.#parameters;
    const level = state[0] as number;
    const slope = state[1] as number;
    this.#slope = this.#relativeTrend ? damped(slope, phi) : slope * phi;
    this.#level = this.#relativeTrend ? level * this.#slope : level + this.#slope;
    const season = state[index] as number;
    return this.#relativeSeason ? this.#level * season : this.#level + season;
  }

  /**
   * Moves the states on to the step that was just predicted. Where the level, a growth or an index would not stay
   * positive, states follow their own prediction, as if the value were missing.
   *
   * @param error - Value minus prediction; 0 where the value is missing.
   */
  move(state: EtsState, index: number, error: number): void {
    const { alpha, beta, gamma } = this.#parameters;
    const level = this.#level;
    const slope = this.#slope;
    const season = state[index] as number;
    const part = this.#relativeSeason ? error / season : error;
    const newLevel = level + alpha * part;
    const newSlope = slope + beta * (this.#relativeTrend ? part / (state[0] as number) : part);
    const newSeason = season + (this.#relativeSeason ? (gamma * error) / level : gamma * error);
    const possible =
      !this.#guarded ||
      (newLevel > 0 && (newSlope > 0 || !this.#relativeTrend) && (newSeason > 0 || !this.#relativeSeason));
    state[0] = possible ? newLevel : level;
    state[1] = possible ? newSlope : slope;
    if (possible) state[index] = newSeason;
  }
}

/** A growth to the power of the damping. */
export function damped(growth: number, phi: number): number {
  return phi === 1 ? growth : Math.exp(phi * Math.log(growth)); // much faster than a power
}
