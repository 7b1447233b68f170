import { damaged, encodeFloats } from '../json/floats.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { longestSeason } from '../values.ts';

/** What the next step of the season should be: the median of the last values of the same step. */
export class SeasonalProfile {
  readonly #depth: number;
  /** The last `depth` values of each phase; NaN where there are fewer. */
  readonly #rings: Float64Array;
  readonly #next: Uint8Array;
  readonly #scratch: Float64Array;
  #phase = 0;

  /**
   * @param seasonLength - Steps in a season.
   * @param depth - How many seasons count, at most 255.
   */
  constructor(seasonLength: number, depth: number) {
    this.#depth = depth;
    this.#rings = new Float64Array(seasonLength * depth).fill(NaN);
    this.#next = new Uint8Array(seasonLength);
    this.#scratch = new Float64Array(depth);
  }

  /** Steps in a season. */
  get seasonLength(): number {
    return this.#next.length;
  }

  /** The expected value of the next step; NaN when its phase was never observed. */
  expected(): number {
    const scratch = this.#scratch;
    const start = this.#phase * this.#depth;
    let count = 0;
    for (let i = start; i < start + this.#depth; i++) {
      const value = this.#rings[i] as number;
      if (value !== value) continue;
      let place = count++;
      for (; place > 0 && (scratch[place - 1] as number) > value; place--) {
        scratch[place] = scratch[place - 1] as number;
      }
      scratch[place] = value;
    }
    if (count === 0) return NaN;
    const middle = count >>> 1;
    const upper = scratch[middle] as number;
    return count % 2 === 1 ? upper : ((scratch[middle - 1] as number) + upper) / 2;
  }

  /** Moves on by one step; a missing value changes nothing else. */
  push(value: number): void {
    const slot = this.#next[this.#phase] as number;
    if (!Number.isNaN(value)) {
      this.#rings[this.#phase * this.#depth + slot] = value;
      this.#next[this.#phase] = slot + 1 === this.#depth ? 0 : slot + 1;
    }
    this.#phase = this.#phase + 1 === this.seasonLength ? 0 : this.#phase + 1;
  }

  /** A copy that goes its own way. */
  clone(): SeasonalProfile {
    const copy = new SeasonalProfile(this.seasonLength, this.#depth);
    copy.#rings.set(this.#rings);
    copy.#next.set(this.#next);
    copy.#phase = this.#phase;
    return copy;
  }

  /** Its part of a detector's JSON. */
  save(): Readonly<Record<string, unknown>> {
    return {
      seasonLength: this.seasonLength,
      depth: this.#depth,
      phase: this.#phase,
      rings: encodeFloats(this.#rings),
      next: encodeFloats(Float64Array.from(this.#next)),
    };
  }

  /**
   * The reverse of {@link SeasonalProfile.save}.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   */
  static from(saved: SavedReader): SeasonalProfile {
    const seasonLength = saved.integer('seasonLength', 1, longestSeason);
    const depth = saved.integer('depth', 1, 255);
    const rings = saved.floats('rings', { length: seasonLength * depth, missing: true });
    const next = saved.floats('next', { length: seasonLength });
    if (!next.every((slot) => Number.isInteger(slot) && slot >= 0 && slot < depth)) {
      throw damaged('next must hold places in a ring');
    }
    const profile = new SeasonalProfile(seasonLength, depth);
    profile.#rings.set(rings);
    profile.#next.set(next);
    profile.#phase = saved.integer('phase', 0, seasonLength - 1);
    return profile;
  }
}
