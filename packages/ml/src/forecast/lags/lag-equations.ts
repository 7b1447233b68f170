import { solveCholesky } from '../../optimise/cholesky.ts';
import { gramMatrix } from '../../optimise/gram-matrix.ts';

/** Rows that are added at once: enough to be quick, few enough to be held. */
const mostRows = 4_096;

/**
 * The normal equations of a series on its lagged values, an intercept last. Rows are added as an origin moves on, so
 * that nothing after it takes part.
 */
export class LagEquations {
  #series: Float64Array;
  readonly #lags: readonly number[];
  #centre: number;
  readonly #size: number;
  readonly #gram: Float64Array;
  #next: number;

  /**
   * @param series - Without gaps.
   * @param lags - How many steps back each regressor lies.
   * @param centre - What values count from; NaN means from the one before.
   */
  constructor(series: Float64Array, lags: readonly number[], centre: number) {
    this.#series = series;
    this.#lags = lags;
    this.#centre = centre;
    // The lags, the intercept and, last, what they explain.
    this.#size = lags.length + 2;
    this.#gram = new Float64Array(this.#size * this.#size);
    this.#next = Math.max(...lags);
  }

  /** Goes on with another series, whose rows are added to the same sums. */
  switchTo(series: Float64Array, centre: number): void {
    this.#series = series;
    this.#centre = centre;
    this.#next = Math.max(...this.#lags);
  }

  /** Adds the rows before an origin. */
  extend(origin: number): void {
    while (this.#next < origin) {
      const count = Math.min(mostRows, origin - this.#next);
      const sums = gramMatrix(this.#columns(count), count, this.#size);
      for (let at = 0; at < sums.length; at++) this.#gram[at] = (this.#gram[at] as number) + (sums[at] as number);
      this.#next += count;
    }
  }

  /**
   * Coefficients of the first `used` lags, the intercept last.
   *
   * @param ridge - Part of the mean diagonal that is added to it.
   */
  solve(used: number, ridge: number): Float64Array {
    const size = this.#size;
    const pick = [...Array(used).keys(), size - 2];
    const gram = new Float64Array(pick.length ** 2);
    let trace = 0;
    for (let i = 0; i < used; i++) trace += this.#gram[i * size + i] as number;
    for (const [a, i] of pick.entries()) {
      for (const [b, j] of pick.entries()) {
        gram[a * pick.length + b] = this.#gram[Math.max(i, j) * size + Math.min(i, j)] as number;
      }
      if (a < used) gram[a * pick.length + a] = (gram[a * pick.length + a] as number) + (ridge * trace) / used;
    }
    return solveCholesky(
      gram,
      pick.map((i) => this.#gram[(size - 1) * size + i] as number),
      1e-12,
    );
  }

  /** The next rows, column by column, with the room that their products want. */
  #columns(count: number): Float64Array {
    const columns = new Float64Array((this.#size + 1) * count);
    const series = this.#series;
    const centre = this.#centre;
    const relative = Number.isNaN(centre);
    const first = this.#next;
    const fill = (column: number, lag: number): void => {
      for (let t = first, at = column * count; t < first + count; t++, at++) {
        columns[at] = (series[t - lag] as number) - (relative ? (series[t - 1] as number) : centre);
      }
    };
    for (const [column, lag] of this.#lags.entries()) fill(column, lag);
    columns.fill(1, (this.#size - 2) * count, (this.#size - 1) * count);
    fill(this.#size - 1, 0);
    return columns;
  }
}
