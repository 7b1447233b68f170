import { gramMatrix } from '../../optimise/gram-matrix.ts';
import { solveCholesky } from '../../optimise/cholesky.ts';
import { ArimaFilter } from './arima-filter.ts';
import { conditionalInnovations, exactInnovations } from './arma-innovations.ts';
import { armaModel, differenceWeights, toCoefficients, type ArmaModel } from './arma-model.ts';
import { lostValues, type ArimaStructure } from './arima-structure.ts';

/** How the errors are computed. */
export type InnovationsKind = 'exact' | 'conditional';

/** What the errors of a model at a point say. */
export interface Evaluation {
  /** Sum of the squared errors, each divided by its variance in units of the model's. */
  readonly squares: number;
  /** Sum of the logarithms of those variances. */
  readonly logarithms: number;
  /** Generalised least squares estimates of the regressors' coefficients. */
  readonly regression: Float64Array;
  /** Their covariance but for the variance of the innovations, row by row. */
  readonly regressionCovariance: Float64Array;
  /** The stationary part. */
  readonly model: ArmaModel;
}

/**
 * The Gaussian likelihood of an ARIMA model with regressors for one series. The regressors' coefficients and the
 * variance are concentrated out, so that only the two polynomials have to be searched.
 */
export class ArimaLikelihood {
  /** Errors that count: observed values less what the differences take. */
  readonly used: number;
  /** How many errors there are, missing ones included. */
  readonly count: number;
  readonly #structure: ArimaStructure;
  readonly #columns: readonly Float64Array[];
  readonly #innovations: readonly Float64Array[];
  readonly #delta: Float64Array;
  readonly #gaps: boolean;
  readonly #design: Float64Array;

  /**
   * @param structure - Which model.
   * @param series - The values; NaN means missing.
   * @param regressors - Columns as long as the series, the constant's among them, without gaps.
   */
  constructor(structure: ArimaStructure, series: Float64Array, regressors: readonly Float64Array[]) {
    this.#structure = structure;
    this.#delta = differenceWeights(structure);
    this.#gaps = series.some(Number.isNaN);
    const columns = [series, ...regressors];
    this.#columns = this.#gaps ? columns : columns.map((column) => differenced(column, structure));
    this.count = (this.#columns[0] as Float64Array).length;
    this.#innovations = columns.map(() => new Float64Array(this.count));
    this.#design = new Float64Array(this.count * (regressors.length + 1));
    let observed = 0;
    for (const value of series) if (value === value) observed++;
    this.used = observed - lostValues(structure);
  }

  /** The values that the stationary part describes; with gaps, the series itself. */
  get values(): Float64Array {
    return this.#columns[0] as Float64Array;
  }

  /**
   * Computes the errors at a point of partial autocorrelations.
   *
   * @param errors - Gets them, scaled so that the sum of their squares alone ranks the points.
   */
  evaluate(point: Float64Array, kind: InnovationsKind, errors: Float64Array): Evaluation {
    const model = armaModel(this.#structure, toCoefficients(this.#structure, point));
    let logarithms: number;
    if (this.#gaps) logarithms = this.#filterGaps(model);
    else if (kind === 'exact') logarithms = exactInnovations(model, this.#columns, this.#innovations);
    else logarithms = conditionalInnovations(model, this.#columns, this.#innovations);
    const { regression, covariance } = this.#regress();
    const scale = Math.exp(logarithms / (2 * Math.max(1, this.used)));
    const own = this.#innovations[0] as Float64Array;
    let squares = 0;
    for (let t = 0; t < this.count; t++) {
      let error = own[t] as number;
      for (let c = 0; c < regression.length; c++) {
        error -= (regression[c] as number) * ((this.#innovations[c + 1] as Float64Array)[t] as number);
      }
      squares += error * error;
      errors[t] = error * scale;
    }
    return { squares, logarithms, regression, regressionCovariance: covariance, model };
  }

  /** All columns through the filter that bears missing values; values that tell nothing about the errors give 0. */
  #filterGaps(model: ArmaModel): number {
    const start = new Float64Array(this.#delta.length);
    const series = this.#columns[0] as Float64Array;
    const guess = series.find((value) => value === value) ?? 0;
    let logarithms = 0;
    for (const [c, column] of this.#columns.entries()) {
      const filter = ArimaFilter.start(
        model,
        this.#delta,
        c === 0 ? start.fill(guess) : start.fill(column[0] as number),
      );
      const out = this.#innovations[c] as Float64Array;
      let unknown = this.#delta.length;
      for (let t = 0; t < column.length; t++) {
        const missing = Number.isNaN(series[t]);
        const prediction = missing ? 0 : filter.predict();
        const variance = filter.step(missing ? NaN : (column[t] as number));
        const learns = unknown > 0 && variance > 1e4;
        if (!missing && learns) unknown--;
        out[t] = missing || learns ? 0 : ((column[t] as number) - prediction) / Math.sqrt(variance);
        if (c === 0 && !missing && !learns) logarithms += Math.log(variance);
      }
    }
    return logarithms;
  }

  #regress(): { regression: Float64Array; covariance: Float64Array } {
    const size = this.#columns.length - 1;
    if (size === 0) return { regression: new Float64Array(0), covariance: new Float64Array(0) };
    const [own, ...others] = this.#innovations as [Float64Array, ...Float64Array[]];
    for (const [c, column] of others.entries()) this.#design.set(column, c * this.count);
    const gram = gramMatrix(this.#design, this.count, size);
    const right = others.map((column) => column.reduce((sum, x, t) => sum + x * (own[t] as number), 0));
    const covariance = new Float64Array(size * size);
    for (let c = 0; c < size; c++) {
      covariance.set(
        solveCholesky(
          gram,
          Float64Array.from({ length: size }, (_, i) => (i === c ? 1 : 0)),
          0,
        ),
        c * size,
      );
    }
    return { regression: solveCholesky(gram, right, 0), covariance };
  }
}

/** The differences that the model describes as stationary. */
export function differenced(column: Float64Array, { order, seasonal, seasonLength }: ArimaStructure): Float64Array {
  let values = column;
  const by = (lag: number): void => {
    const before = values;
    values = Float64Array.from({ length: Math.max(0, before.length - lag) }, (_, i) => {
      return (before[i + lag] as number) - (before[i] as number);
    });
  };
  for (let i = 0; i < seasonal[1]; i++) by(seasonLength);
  for (let i = 0; i < order[1]; i++) by(1);
  return values;
}
