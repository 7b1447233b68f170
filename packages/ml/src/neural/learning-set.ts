import { baseOf, scaleWindow } from './scaled-window.ts';
import type { NetworkShape } from './network.ts';

/** A series to learn from. */
export interface LearningSeries {
  /** Without gaps: what windows are made of. */
  readonly filled: Float64Array;
  /** With NaN where values are missing: what is predicted. */
  readonly known: Float64Array;
}

/** Windows with what follows them, in the windows' scales. */
export interface Batch {
  readonly count: number;
  readonly windows: Float32Array;
  readonly targets: Float32Array;
}

/** All places in some series where a window ends and what follows is known. */
export class LearningSet {
  readonly #series: readonly LearningSeries[];
  readonly #shape: NetworkShape;
  readonly #seasonLength: number;

  constructor(series: readonly LearningSeries[], shape: NetworkShape, seasonLength: number) {
    this.#series = series;
    this.#shape = shape;
    this.#seasonLength = seasonLength;
  }

  /** Windows to learn from: those whose future ends before that of the checks begins. */
  get size(): number {
    return this.#series.reduce((sum, each) => sum + Math.max(0, this.#lastEnd(each) - this.#shape.inputLength + 1), 0);
  }

  /** Random windows to learn from; every series as often as any other. @returns none when there is none */
  draw(count: number, random: () => number): Batch | undefined {
    const fit = this.#series.filter((each) => this.#lastEnd(each) >= this.#shape.inputLength);
    if (fit.length === 0) return undefined;
    const picks = Array.from({ length: count }, () => {
      const series = fit[Math.floor(random() * fit.length)] as LearningSeries;
      const ends = this.#lastEnd(series) - this.#shape.inputLength + 1;
      return { series, end: this.#shape.inputLength + Math.floor(random() * ends) };
    });
    return this.#batch(picks);
  }

  /** The windows before the last values of each series, which nothing is learned from. */
  checks(): Batch | undefined {
    const { inputLength, outputLength } = this.#shape;
    const picks = this.#series
      .filter(({ filled }) => filled.length >= inputLength + 2 * outputLength)
      .map((series) => ({ series, end: series.filled.length - outputLength }));
    return picks.length === 0 ? undefined : this.#batch(picks);
  }

  /** Where the last window ends: before the checked values, or before the last values of a series too short for that. */
  #lastEnd({ filled }: LearningSeries): number {
    const { inputLength, outputLength } = this.#shape;
    const isChecked = filled.length >= inputLength + 2 * outputLength;
    return filled.length - (isChecked ? 2 : 1) * outputLength;
  }

  #batch(picks: readonly { readonly series: LearningSeries; readonly end: number }[]): Batch {
    const { inputLength, outputLength } = this.#shape;
    const windows = new Float32Array(picks.length * inputLength);
    const targets = new Float32Array(picks.length * outputLength);
    for (const [row, { series, end }] of picks.entries()) {
      const { spread } = scaleWindow(series.filled, end, inputLength, windows, row * inputLength);
      for (let step = 0; step < outputLength; step++) {
        const base = baseOf(series.filled, end, step, this.#seasonLength);
        targets[row * outputLength + step] = ((series.known[end + step] as number) - base) / spread;
      }
    }
    return { count: picks.length, windows, targets };
  }
}
