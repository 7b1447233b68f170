import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { normalQuantile } from '../../statistics/normal-quantile.ts';

/** From so many errors on, their spread is taken as known. */
const manyErrors = 24;
/** The share of values that may miss the interval that is watched, and how fast its level adapts: 1.6 % of a miss. */
const learnedMiss = 0.05;
const rate = 0.005;
/** Below this share intervals grow beyond their tails instead; the share itself may go on to fall below 0. */
const surest = 1e-3;
const leastMiss = -0.25;
const mostMiss = 0.3;

/**
 * Intervals of each step from the errors of that step alone: split conformal prediction (Lei et al. 2018), the share of
 * misses adapted step by step as values come (adaptive conformal inference, Gibbs and Candès 2021, equation 2): `alpha`
 * becomes `alpha + rate (0.05 - missed)`. Where there are fewer errors than a level needs, a normal tail takes over.
 */
export class StepErrors {
  readonly #sizes: readonly Float64Array[];
  readonly #misses: Float64Array;
  readonly #pending: Float64Array;

  private constructor(sizes: readonly Float64Array[], misses: Float64Array, pending: Float64Array) {
    this.#sizes = sizes;
    this.#misses = misses;
    this.#pending = pending;
  }

  /**
   * @param errors - Of each origin, by step; NaN where the value was missing.
   * @returns nothing when a step has no error.
   */
  static of(errors: readonly Float64Array[]): StepErrors | undefined {
    const horizon = errors[0]?.length ?? 0;
    const sizes = Array.from({ length: horizon }, (_, step) =>
      Float64Array.from(errors.map((row) => Math.abs(row[step] as number)).filter(Number.isFinite)).sort(),
    );
    if (sizes.some((row) => row.length === 0)) return undefined;
    const pending = new Float64Array(horizon * horizon).fill(NaN);
    return new StepErrors(sizes, new Float64Array(horizon).fill(learnedMiss), pending);
  }

  /** How many steps have errors of their own. */
  get horizon(): number {
    return this.#sizes.length;
  }

  /** Half the width of an interval at a step, from 0. */
  width(level: number, step: number): number {
    const sizes = this.#sizes[step] as Float64Array;
    const aim = this.#misses[step] as number;
    const miss = Math.min(0.999, ((1 - level) * Math.max(surest, aim)) / learnedMiss);
    const beyond = 1 + Math.max(0, surest - aim) / learnedMiss;
    const count = sizes.length;
    const rank = Math.max(1, Math.ceil((count + 1) * (1 - miss)));
    if (rank <= count) return beyond * (sizes[rank - 1] as number);
    let squares = 0;
    for (const size of sizes) squares += size * size;
    const few = 1 + 0.8 / count + 1.3 * Math.max(0, 1 - count / manyErrors);
    const tail = normalQuantile(1 - miss / 2) * Math.sqrt(squares / count) * few;
    return beyond * Math.max(sizes[count - 1] as number, tail);
  }

  /**
   * Learns from a value what was forecast of it 1, 2, 3 steps before.
   *
   * @param value - NaN where it is missing.
   */
  learn(value: number): void {
    const size = this.horizon;
    for (let step = 0; step < size; step++) {
      const error = Math.abs(value - (this.#pending[step * size + step] as number));
      if (error !== error) continue; // nothing was forecast, or nothing came
      const missed = error > this.width(1 - learnedMiss, step) ? 1 : 0;
      const next = (this.#misses[step] as number) + rate * (learnedMiss - missed);
      this.#misses[step] = Math.min(mostMiss, Math.max(leastMiss, next));
    }
  }

  /**
   * Remembers the forecast of the values to come, made before the next one is known.
   *
   * @param mean - As many steps as there are; row `k` of what is kept is the forecast made `k` values ago.
   */
  remember(mean: Float64Array): void {
    const size = this.horizon;
    this.#pending.copyWithin(size, 0, size * (size - 1));
    this.#pending.set(mean);
  }

  /** A copy that goes its own way. */
  clone(): StepErrors {
    return new StepErrors(this.#sizes, this.#misses.slice(), this.#pending.slice());
  }

  /** All its numbers. */
  toJSON(): Readonly<Record<string, unknown>> {
    return {
      counts: encodeFloats(Float64Array.from(this.#sizes, (row) => row.length)),
      sizes: encodeFloats(Float64Array.from(this.#sizes.flatMap((row) => [...row]))),
      misses: encodeFloats(this.#misses),
      pending: encodeFloats(this.#pending),
    };
  }

  /**
   * Brings it back.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   */
  static fromJSON(saved: SavedReader): StepErrors {
    const counts = saved.floats('counts');
    const all = saved.floats('sizes');
    const horizon = counts.length;
    const misses = saved.floats('misses', { length: horizon });
    const pending = saved.floats('pending', { length: horizon * horizon, missing: true });
    let start = 0;
    const sizes = Array.from(counts, (count) => {
      if (!(Number.isInteger(count) && count >= 1)) throw damaged('counts must be whole numbers above 0');
      const row = all.slice(start, start + count);
      start += count;
      return row;
    });
    if (start !== all.length || horizon === 0) throw damaged('sizes must be as many as counts say');
    if (sizes.some((row) => (row[0] as number) < 0 || row.some((size, i) => size < (row[i - 1] ?? 0)))) {
      throw damaged('sizes must rise from 0');
    }
    if (misses.some((miss) => !(miss >= leastMiss && miss <= mostMiss))) throw damaged('misses must be shares');
    return new StepErrors(sizes, misses, pending);
  }
}
