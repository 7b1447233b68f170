import { solveCholesky } from '../../optimise/cholesky.ts';

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
  readonly #right: Float64Array;
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
    this.#size = lags.length + 1;
    this.#gram = new Float64Array(this.#size * this.#size);
    this.#right = new Float64Array(this.#size);
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
    const size = this.#size;
    const row = new Float64Array(size);
    row[size - 1] = 1;
    const gram = this.#gram;
    for (; this.#next < origin; this.#next++) {
      const centre = Number.isNaN(this.#centre) ? (this.#series[this.#next - 1] as number) : this.#centre;
      for (let i = 0; i < size - 1; i++) {
        row[i] = (this.#series[this.#next - (this.#lags[i] as number)] as number) - centre;
      }
      const target = (this.#series[this.#next] as number) - centre;
      for (let i = 0; i < size; i++) {
        const x = row[i] as number;
        this.#right[i] = (this.#right[i] as number) + x * target;
        for (let j = 0, at = i * size; j <= i; j++, at++) gram[at] = (gram[at] as number) + x * (row[j] as number);
      }
    }
  }

  /**
   * Coefficients of the first `used` lags, the intercept last.
   *
   * @param ridge - Part of the mean diagonal that is added to it.
   */
  solve(used: number, ridge: number): Float64Array {
    const size = this.#size;
    const pick = [...Array(used).keys(), size - 1];
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
      pick.map((i) => this.#right[i] as number),
      1e-12,
    );
  }
}
