/**
 * A seeded source of numbers in [0, 1): the same seed gives the same numbers everywhere. Not for secrets.
 * (mulberry32, Tommy Ettinger, public domain; period 2^32.)
 *
 * @param seed - Any number; its lower 32 bits count.
 *
 * @example
 * ```ts
 * import { seededRandom } from '@novacron/core';
 *
 * const a = seededRandom(7);
 * const b = seededRandom(7);
 * a() === b() // => true
 * ```
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
