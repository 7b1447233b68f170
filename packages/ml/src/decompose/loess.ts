/** How a row of equally spaced values is smoothed. */
export interface LoessOptions {
  /** How many neighbours take part, odd. */
  readonly window: number;
  /** 0 fits a constant around each point, 1 a line. */
  readonly degree: 0 | 1;
  /** The smooth is computed at every so many points and drawn as lines between them. */
  readonly jump: number;
}

/** Numbers of all weights that are kept for the next row. */
const mostKept = 2e6;

/**
 * Locally weighted regression with tricube weights on rows of equally spaced values (Cleveland 1979), with the jumps of
 * Cleveland, Cleveland, McRae and Terpenning's STL (1990). How the neighbours of a point weigh depends only on where it
 * stands among them, so weights are computed once for each such place and serve all points and rows.
 */
export class Loess {
  readonly #count: number;
  readonly #window: number;
  readonly #width: number;
  readonly #degree: 0 | 1;
  readonly #step: number;
  readonly #tricubes = new Map<number, Float64Array>();
  readonly #shares = new Map<number, Float64Array>();
  readonly #weighed: Float64Array;

  /** @param count - Values in a row, from 1. */
  constructor(count: number, { window, degree, jump }: LoessOptions) {
    this.#count = count;
    this.#window = window;
    this.#width = Math.min(window, count);
    this.#degree = degree;
    this.#step = Math.max(1, Math.min(jump, count - 1));
    this.#weighed = new Float64Array(this.#width);
  }

  /**
   * Smooths a row.
   *
   * @param values - The row, and maybe more behind it.
   * @param robustness - A further weight for each value.
   * @param out - Gets the smooth, from `offset` on.
   */
  smooth(values: Float64Array, robustness: Float64Array | undefined, out: Float64Array, offset: number = 0): void {
    const count = this.#count;
    if (count < 2) {
      out[offset] = values[0] as number;
      return;
    }
    const step = this.#step;
    let last = 0;
    for (let i = 0; i < count; i += step) {
      out[offset + i] = this.#near(values, i, this.#leftOf(i), robustness);
      last = i;
    }
    if (step === 1) return;
    for (let i = 0; i < last; i += step) interpolate(out, offset + i, offset + i + step);
    if (last === count - 1) return;
    // As in the original, the end looks at the neighbours of the point before it.
    out[offset + count - 1] = this.#near(values, count - 1, this.#leftOf(last), robustness);
    interpolate(out, offset + last, offset + count - 1);
  }

  /**
   * The smooth one step before the row.
   *
   * @returns NaN where all weights are 0.
   */
  before(values: Float64Array, robustness: Float64Array | undefined): number {
    return this.#at(values, -1, 0, robustness);
  }

  /**
   * The smooth one step after the row.
   *
   * @returns NaN where all weights are 0.
   */
  after(values: Float64Array, robustness: Float64Array | undefined): number {
    return this.#at(values, this.#count, this.#count - this.#width, robustness);
  }

  #leftOf(place: number): number {
    const left = place - (this.#window >> 1);
    return Math.max(0, Math.min(left, this.#count - this.#width));
  }

  #near(values: Float64Array, place: number, left: number, robustness: Float64Array | undefined): number {
    const smooth = this.#at(values, place, left, robustness);
    return smooth === smooth ? smooth : (values[place] as number);
  }

  #at(values: Float64Array, place: number, left: number, robustness: Float64Array | undefined): number {
    const shares =
      robustness === undefined ? this.#sharesAt(place - left) : this.#weigh(place - left, robustness, left);
    let level = 0;
    for (let j = 0; j < shares.length; j++) level += (shares[j] as number) * (values[left + j] as number);
    return level;
  }

  /** The part that each neighbour has in the smooth, of sum 1. */
  #sharesAt(place: number): Float64Array {
    let shares = this.#shares.get(place);
    if (shares === undefined) {
      shares = this.#tricubeAt(place).slice();
      this.#fitLine(shares, place);
      keep(this.#shares, place, shares);
    }
    return shares;
  }

  #weigh(place: number, robustness: Float64Array, left: number): Float64Array {
    const tricube = this.#tricubeAt(place);
    const shares = this.#weighed;
    for (let j = 0; j < shares.length; j++) shares[j] = (tricube[j] as number) * (robustness[left + j] as number);
    this.#fitLine(shares, place);
    return shares;
  }

  #tricubeAt(place: number): Float64Array {
    const known = this.#tricubes.get(place);
    if (known !== undefined) return known;
    const reach = this.#reachAt(place);
    const tricube = new Float64Array(this.#width);
    for (let j = 0; j < tricube.length; j++) {
      const distance = Math.abs(j - place);
      if (distance > 0.999 * reach) continue;
      const ratio = distance > 0.001 * reach ? distance / reach : 0;
      const rest = 1 - ratio * ratio * ratio;
      tricube[j] = rest * rest * rest;
    }
    keep(this.#tricubes, place, tricube);
    return tricube;
  }

  #reachAt(place: number): number {
    const beyond = (this.#window - this.#width) >> 1;
    return Math.max(place, this.#width - 1 - place) + beyond;
  }

  /** Turns weights into parts in the fitted value at `place`; NaN where there is no weight at all. */
  #fitLine(weights: Float64Array, place: number): void {
    let total = 0;
    let moment = 0;
    for (let j = 0; j < weights.length; j++) {
      total += weights[j] as number;
      moment += (weights[j] as number) * j;
    }
    const centre = moment / total;
    let tilt = 0;
    if (this.#degree > 0 && this.#reachAt(place) > 0) {
      let spread = 0;
      for (let j = 0; j < weights.length; j++) spread += (weights[j] as number) * (j - centre) * (j - centre);
      spread /= total;
      if (Math.sqrt(spread) > 0.001 * (this.#count - 1)) tilt = (place - centre) / spread;
    }
    const inverse = total > 0 ? 1 / total : NaN;
    for (let j = 0; j < weights.length; j++) {
      weights[j] = (weights[j] as number) * inverse * (1 + tilt * (j - centre));
    }
  }
}

function keep(rows: Map<number, Float64Array>, place: number, row: Float64Array): void {
  if (rows.size * row.length > mostKept) rows.clear();
  rows.set(place, row);
}

function interpolate(out: Float64Array, from: number, to: number): void {
  const start = out[from] as number;
  const slope = ((out[to] as number) - start) / (to - from);
  for (let i = from + 1; i < to; i++) out[i] = start + slope * (i - from);
}
