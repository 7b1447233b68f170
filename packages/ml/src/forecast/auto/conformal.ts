import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { normalQuantile } from '../../statistics/normal-quantile.ts';

/** From so many errors on, their spread is taken as known. */
const manyErrors = 24;
/** How fast intervals adapt, and how far. */
const rate = 0.05;
const widest = 5;
/** No step is surer than this part of the mean squared error says. */
const leastSpread = 0.05;

/**
 * Intervals from the errors of a validation: split conformal prediction (Lei et al. 2018) on errors that were divided
 * by a spread that grows with the horizon, `sqrt(a + b step)`, so that all steps can be pooled. Where there are fewer
 * errors than a level needs, and beyond the largest, a normal tail takes over. New errors adapt the width.
 */
export class Conformal {
  readonly #ratios: Float64Array;
  readonly #intercept: number;
  readonly #slope: number;
  readonly #floor: number;
  readonly #few: number;
  #widening: number;

  private constructor(ratios: Float64Array, numbers: readonly [number, number, number, number], widening: number) {
    this.#ratios = ratios;
    [this.#intercept, this.#slope, this.#floor, this.#few] = numbers;
    this.#widening = widening;
  }

  /**
   * @param errors - Of each origin, by step; NaN where the value was missing.
   * @param origins - As many origins as they are worth: those that look at the same values say less than their number.
   */
  static of(errors: readonly Float64Array[], origins: number = errors.length): Conformal {
    const { intercept, slope, floor } = spreadOf(errors);
    const ratios: number[] = [];
    for (const row of errors) {
      for (let step = 0; step < row.length; step++) {
        const spread = Math.sqrt(Math.max(intercept + slope * (step + 1), floor));
        const ratio = Math.abs(row[step] as number) / spread;
        if (Number.isFinite(ratio)) ratios.push(ratio);
      }
    }
    // Errors of one origin move together, so that a few origins say less than their number.
    const few = 1 + 0.8 / Math.max(1, origins) + 1.3 * Math.max(0, 1 - ratios.length / manyErrors);
    return new Conformal(Float64Array.from(ratios).sort(), [intercept, slope, floor, few], 1);
  }

  /** Half the width of an interval at each step, from 0. */
  widths(level: number, horizon: number): Float64Array {
    const ratios = this.#ratios;
    const rank = Math.ceil((ratios.length + 1) * level);
    const empirical = rank <= ratios.length ? (ratios[rank - 1] as number) : 0;
    let squares = 0;
    for (const ratio of ratios) squares += ratio * ratio;
    const deviation = ratios.length > 0 ? Math.sqrt(squares / ratios.length) : 1;
    const quantile = Math.max(empirical, normalQuantile(0.5 + level / 2) * deviation * this.#few) * this.#widening;
    const widths = new Float64Array(horizon);
    for (let step = 0; step < horizon; step++) {
      const spread = Math.max(this.#intercept + this.#slope * (step + 1), this.#floor);
      widths[step] = Math.sqrt(spread) * quantile;
    }
    return widths;
  }

  /** How many times wider than at first intervals have become by what was learned since. */
  get widening(): number {
    return this.#widening;
  }

  /**
   * Learns from the size of an error of one step.
   *
   * @param width - Half of the interval that was said to hold it.
   * @param level - The level of that interval.
   */
  learn(error: number, width: number, level: number): void {
    const missed = error > width ? 1 : 0;
    const next = this.#widening * Math.exp(rate * (missed - (1 - level)));
    this.#widening = Math.min(widest, Math.max(1 / widest, next));
  }

  /** A copy that goes its own way. */
  clone(): Conformal {
    return new Conformal(this.#ratios, [this.#intercept, this.#slope, this.#floor, this.#few], this.#widening);
  }

  /** All its numbers. */
  toJSON(): Readonly<Record<string, unknown>> {
    const numbers = Float64Array.of(this.#intercept, this.#slope, this.#floor, this.#few, this.#widening);
    return { ratios: encodeFloats(this.#ratios), numbers: encodeFloats(numbers) };
  }

  /**
   * Brings it back.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   */
  static fromJSON(saved: SavedReader): Conformal {
    const ratios = saved.floats('ratios');
    const [intercept = NaN, slope = NaN, floor = NaN, few = NaN, widening = NaN] = saved.floats('numbers', {
      length: 5,
    });
    if (!(Math.min(intercept, slope, floor, few, widening, ratios[0] ?? 0) >= 0))
      throw damaged('conformal must be spreads');
    return new Conformal(ratios, [intercept, slope, floor, few], widening);
  }
}

function spreadOf(errors: readonly Float64Array[]): { intercept: number; slope: number; floor: number } {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  for (const row of errors) {
    for (let step = 0; step < row.length; step++) {
      const square = (row[step] as number) ** 2;
      if (!Number.isFinite(square)) continue;
      const x = step + 1;
      n++;
      sx += x;
      sy += square;
      sxx += x * x;
      sxy += x * square;
    }
  }
  if (n === 0) return { intercept: 0, slope: 0, floor: 0 };
  const mean = sy / n;
  const steepest = (mean * n) / sx;
  const wanted = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  // Between no growth and that of a random walk.
  const slope = Number.isFinite(wanted) && n > 3 ? Math.min(Math.max(wanted, 0), steepest) : steepest;
  return { intercept: Math.max(0, mean - (slope * sx) / n), slope, floor: mean * leastSpread };
}
