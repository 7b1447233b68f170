/** A regressor's coefficient. */
export interface BayesianCoefficient {
  /** Its posterior mean, in units of the series a unit of the regressor. */
  readonly mean: number;
  /** Lower bound of its credible interval. */
  readonly lower: number;
  /** Upper bound of its credible interval. */
  readonly upper: number;
  /** The probability that it takes part at all. */
  readonly inclusion: number;
}

/** What the draws of the coefficients of a regression say together. */
export class CoefficientDraws {
  readonly #draws: readonly Float64Array[];
  readonly #means: Float64Array;
  readonly #covariance: Float64Array;

  /** @param draws - Of each coefficient. */
  constructor(draws: readonly Float64Array[]) {
    this.#draws = draws;
    this.#means = Float64Array.from(draws, (row) => row.reduce((sum, draw) => sum + draw / row.length, 0));
    const size = draws.length;
    this.#covariance = new Float64Array(size * size);
    for (const [i, a] of draws.entries()) {
      for (const [j, b] of draws.entries()) {
        this.#covariance[i * size + j] = a.reduce((sum, draw, d) => {
          return (
            sum + ((draw - (this.#means[i] as number)) * ((b[d] as number) - (this.#means[j] as number))) / a.length
          );
        }, 0);
      }
    }
  }

  /** What a row of regressors is expected to add. */
  effect(row: readonly number[]): number {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (this.#means[i] as number);
    return sum;
  }

  /** How little is known of that. */
  deviation(row: readonly number[]): number {
    let sum = 0;
    for (let i = 0; i < row.length; i++) {
      for (let j = 0; j < row.length; j++) {
        sum += (row[i] as number) * (row[j] as number) * (this.#covariance[i * row.length + j] as number);
      }
    }
    return Math.sqrt(Math.max(0, sum));
  }

  /** Mean, credible interval and inclusion of each. */
  summaries(level: number): BayesianCoefficient[] {
    return this.#draws.map((draws, i) => {
      const sorted = draws.toSorted();
      const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
      return {
        mean: this.#means[i] as number,
        lower: at(0.5 - level / 2),
        upper: at(0.5 + level / 2),
        inclusion: draws.filter((draw) => draw !== 0).length / draws.length,
      };
    });
  }
}
