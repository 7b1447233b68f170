import { seededRandom } from '@novacron/core';

/** A daily pattern with a slight trend and noise, always the same: what a machine's load looks like. */
export function sampleSeries(length: number, seasonLength: number, seed = 7): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, (_, i) => {
    const angle = (2 * Math.PI * i) / seasonLength;
    return 50 + 20 * Math.sin(angle) + 0.02 * i + 4 * (random() - 0.5);
  });
}

/** Runs something that should throw. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
