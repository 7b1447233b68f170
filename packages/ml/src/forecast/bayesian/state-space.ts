import type { StateBlock } from './state-blocks.ts';

/** Variances by their names, and how fast a slope returns to its mean. */
export interface StateParameters {
  /** The variance of each disturbance, in the order of `variances`. */
  readonly variances: Float64Array;
  /** Of the observations. */
  readonly irregular: number;
  /** What is kept of a slope's distance from its mean; only for a semi-local trend. */
  readonly damping: number;
}

/** The state space form of blocks that stand side by side. */
export class StateSpace {
  /** Its blocks. */
  readonly blocks: readonly StateBlock[];
  /** Where each begins. */
  readonly starts: readonly number[];
  /** How many numbers the state has. */
  readonly size: number;
  /** Which of them make the value, each with the weight 1. */
  readonly observed: readonly number[];
  /** The names of the variances of the disturbances. */
  readonly variances: readonly string[];
  /** Which numbers of the state are disturbed, and by which variance. */
  readonly disturbed: readonly (readonly [place: number, variance: number])[];

  /** @param blocks - Trend and seasons. */
  constructor(blocks: readonly StateBlock[]) {
    this.blocks = blocks;
    const starts: number[] = [];
    let size = 0;
    for (const block of blocks) {
      starts.push(size);
      size += block.size;
    }
    this.starts = starts;
    this.size = size;
    this.observed = blocks.flatMap((block, b) => block.observed.map((place) => place + (starts[b] as number)));
    const names = [...new Set(blocks.flatMap(({ disturbed }) => disturbed.map(([, name]) => name)))];
    this.variances = names;
    this.disturbed = blocks.flatMap((block, b) =>
      block.disturbed.map(([place, name]) => [place + (starts[b] as number), names.indexOf(name)] as const),
    );
  }

  /** What the state says about the value. */
  value(state: Float64Array, offset: number = 0): number {
    let sum = 0;
    for (const place of this.observed) sum += state[offset + place] as number;
    return sum;
  }

  /** What a block says about the value. */
  part(block: number, state: Float64Array, offset: number): number {
    const start = offset + (this.starts[block] as number);
    let sum = 0;
    for (const place of (this.blocks[block] as StateBlock).observed) sum += state[start + place] as number;
    return sum;
  }

  /** Moves a state, a row or a column of a covariance one step on. */
  advance(numbers: Float64Array, damping: number, from: number = 0, stride: number = 1): void {
    for (let b = 0; b < this.blocks.length; b++) {
      const block = this.blocks[b] as StateBlock;
      block.advance(numbers, from + (this.starts[b] as number) * stride, stride, damping);
    }
  }

  /** Multiplies a vector by the transposed transition. */
  retreat(numbers: Float64Array, damping: number): void {
    for (let b = 0; b < this.blocks.length; b++) {
      (this.blocks[b] as StateBlock).retreat(numbers, this.starts[b] as number, damping);
    }
  }

  /**
   * The part of a Kalman step that all series of one model share: takes an observation into a covariance and moves it
   * one step on; `O(size²)`.
   *
   * @param gain - Gets the covariance of state and value.
   * @returns the variance of the innovation.
   */
  stepCovariance(
    covariance: Float64Array,
    { variances, irregular, damping }: StateParameters,
    isObserved: boolean,
    gain: Float64Array,
  ): number {
    const { size, observed } = this;
    for (let i = 0; i < size; i++) gain[i] = this.value(covariance, i * size);
    let variance = irregular;
    for (const place of observed) variance += gain[place] as number;
    if (isObserved && variance > 0) {
      for (let i = 0; i < size; i++) {
        const part = (gain[i] as number) / variance;
        const row = i * size;
        for (let j = 0; j < size; j++) {
          covariance[row + j] = (covariance[row + j] as number) - part * (gain[j] as number);
        }
      }
    }
    for (let b = 0; b < this.blocks.length; b++) {
      const { advance } = this.blocks[b] as StateBlock;
      const start = this.starts[b] as number;
      for (let j = 0; j < size; j++) advance(covariance, start * size + j, size, damping);
    }
    for (let b = 0; b < this.blocks.length; b++) {
      const { advance } = this.blocks[b] as StateBlock;
      const start = this.starts[b] as number;
      for (let i = 0; i < size; i++) advance(covariance, i * size + start, 1, damping);
    }
    for (const [place, index] of this.disturbed) {
      const diagonal = place * (size + 1);
      covariance[diagonal] = (covariance[diagonal] as number) + (variances[index] as number);
    }
    return variance;
  }

  /** The other part: takes an innovation into the expected state and moves it one step on. */
  stepState(state: Float64Array, innovation: number, variance: number, gain: Float64Array, damping: number): void {
    if (innovation === innovation && variance > 0) {
      const share = innovation / variance;
      for (let i = 0; i < state.length; i++) state[i] = (state[i] as number) + (gain[i] as number) * share;
    }
    this.advance(state, damping);
  }
}
