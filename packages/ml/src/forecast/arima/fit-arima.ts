import { MlError } from '../../error.ts';
import { fillMissing } from '../../decompose/fill-missing.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { ArimaFilter, mostCarried, type ArimaState } from './arima-filter.ts';
import { FittedArima } from './arima-fitted.ts';
import { startingCovariance, stationaryCovariance } from './arma-covariance.ts';
import { exactInnovations } from './arma-innovations.ts';
import { ArimaLikelihood, differenced } from './arima-likelihood.ts';
import { differenceWeights, toCoefficients, type ArmaModel } from './arma-model.ts';
import { armaCoefficients, lostValues, type ArimaStructure } from './arima-structure.ts';
import { ownColumns, ownNames } from './own-columns.ts';
import { coefficientErrors, estimateArima, type ArimaEstimate, type ArimaMethod } from './estimate-arima.ts';

/** How near the covariance of the state must be to that after an endless past to be taken for it. */
const settled = 1e-9;
/** Above this many multiplications a likelihood with gaps is estimated on a filled series. */
const dearGaps = 3e6;

/** A series ready for the likelihood: scaled, cut to what was observed, with its columns. */
export interface PreparedSeries {
  /** The values from the first to the last observed one, divided by `scale`. */
  readonly values: Float64Array;
  /** The model's own regressors and those given, over the same steps. */
  readonly columns: readonly Float64Array[];
  /** A power of two. */
  readonly scale: number;
  /** Index of the first observed value. */
  readonly first: number;
}

/** Cuts and scales a series. The caller has seen to it that something is observed. */
export function prepareSeries(
  series: Float64Array,
  regressors: readonly Float64Array[],
  structure: ArimaStructure,
): PreparedSeries {
  const first = series.findIndex((value) => value === value);
  const last = series.findLastIndex((value) => value === value);
  const scale = powerOfTwoNear(series);
  const values = series.subarray(first, last + 1).map((value) => value / scale);
  const outside = regressors.map((column) => column.subarray(first, last + 1));
  const columns = [...ownColumns(structure, values.length, first), ...outside];
  return { values, columns, scale, first };
}

/** The likelihood of a prepared series; with so many gaps that each evaluation is dear, that of a filled one. */
export function likelihoodOf(structure: ArimaStructure, { values, columns }: PreparedSeries): ArimaLikelihood {
  const { order, seasonal, seasonLength } = structure;
  const lags = Math.max(order[0] + seasonal[0] * seasonLength, order[2] + seasonal[2] * seasonLength + 1);
  const dear = values.length * (lags + lostValues(structure)) ** 2 > dearGaps;
  return new ArimaLikelihood(structure, dear ? fillMissing(values, seasonLength) : values, columns);
}

/**
 * Estimates a model and runs its filter over the series.
 *
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are fewer values than the model needs.
 */
export function fitArima(
  series: Float64Array,
  regressors: readonly Float64Array[],
  structure: ArimaStructure,
  method: ArimaMethod,
  check: () => void,
  observed: number,
): FittedArima {
  const needed = neededValues(structure, regressors.length);
  if (observed < needed) {
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_TOO_SHORT',
      message: `This ARIMA model needs at least ${needed} observed values, not ${observed}`,
      details: { needed, observed },
    });
  }
  const prepared = prepareSeries(series, regressors, structure);
  const likelihood = likelihoodOf(structure, prepared);
  const estimate = estimateArima(structure, likelihood, { method, check });
  return completeArima(series, structure, prepared, likelihood, estimate, method, observed, check);
}

/** How many observed values a model needs: those that its differences take, one a coefficient, and two for the spread. */
export function neededValues(structure: ArimaStructure, regressors: number): number {
  return lostValues(structure) + armaCoefficients(structure) + regressors + ownNames(structure).length + 2;
}

/** The fitted model of an estimate: standard errors, one-step predictions and the state at the end. */
export function completeArima(
  series: Float64Array,
  structure: ArimaStructure,
  prepared: PreparedSeries,
  likelihood: ArimaLikelihood,
  estimate: ArimaEstimate,
  method: ArimaMethod,
  observed: number,
  check: () => void,
): FittedArima {
  const { values, columns, scale, first } = prepared;
  const { regression, regressionCovariance, model, squares, logLikelihood } = estimate;
  const { used } = likelihood;
  const coefficients = toCoefficients(structure, estimate.point);
  const freedom = Math.max(1, used - coefficients.length - regression.length);
  const rest = values.map((value, t) => {
    let left = value;
    for (let c = 0; c < regression.length; c++) {
      left -= (regression[c] as number) * ((columns[c] as Float64Array)[t] as number);
    }
    return left;
  });
  const predictions = new Float64Array(rest.length).fill(NaN);
  const carries = model.size + lostValues(structure) <= mostCarried;
  const state =
    carries && rest.some(Number.isNaN)
      ? filterGaps(rest, model, structure, predictions, check)
      : filterWhole(fillMissing(rest, structure.seasonLength), model, structure, predictions);
  const filter = new ArimaFilter(model, differenceWeights(structure), state);
  const fittedValues = new Float64Array(series.length).fill(NaN);
  for (let t = 0; t < rest.length; t++) {
    fittedValues[first + t] = ((values[t] as number) - (rest[t] as number) + (predictions[t] as number)) * scale;
    if (Number.isNaN(rest[t]))
      fittedValues[first + t] = explained(prepared, regression, t) + (predictions[t] as number) * scale;
  }
  for (let t = first + rest.length; t < series.length; t++) filter.step(NaN);
  const residuals = series.map((value, t) => value - (fittedValues[t] as number));
  const own = Math.sqrt(squares / freedom) * scale;
  return new FittedArima({
    structure,
    coefficients,
    regression: regression.map((x) => x * scale),
    standardErrors: Float64Array.of(
      ...coefficientErrors(structure, likelihood, estimate, method),
      ...regression.map(
        (_, c) =>
          Math.sqrt(Math.max(0, (squares / used) * (regressionCovariance[c * regression.length + c] as number))) *
          scale,
      ),
    ),
    sigma: own,
    rmse: rootMeanSquare(residuals, scale),
    logLikelihood: logLikelihood - used * Math.log(scale),
    observed,
    used,
    seen: series.length,
    state: {
      expected: filter.state.expected.map((x) => x * scale),
      history: filter.state.history.map((x) => x * scale),
      covariance: filter.state.covariance,
    },
    fittedValues,
    residuals,
  });
}

function explained({ columns, scale }: PreparedSeries, regression: Float64Array, t: number): number {
  let sum = 0;
  for (let c = 0; c < regression.length; c++)
    sum += (regression[c] as number) * ((columns[c] as Float64Array)[t] as number);
  return sum * scale;
}

/** Without gaps the differences are known exactly, and only the stationary part needs a filter. */
function filterWhole(
  rest: Float64Array,
  model: ArmaModel,
  structure: ArimaStructure,
  predictions: Float64Array,
): ArimaState {
  const delta = differenceWeights(structure);
  const lost = delta.length;
  const values = differenced(rest, structure);
  const { size, theta } = model;
  const end = {
    predictions: new Float64Array(values.length),
    expected: new Float64Array(size),
    covariance: stationaryCovariance(model, startingCovariance(model)),
  };
  exactInnovations(model, [values], [new Float64Array(values.length)], end);
  const { expected, covariance } = end;
  for (const [t, prediction] of end.predictions.entries()) {
    predictions[lost + t] = (rest[lost + t] as number) - ((values[t] as number) - prediction);
  }
  const all = size + lost;
  let whole: Float64Array | undefined;
  if (
    all <= mostCarried &&
    theta.some((weight, i) => Math.abs((covariance[i * size + i] as number) - weight * weight) > settled)
  ) {
    whole = new Float64Array(all * all);
    for (let i = 0; i < size; i++) whole.set(covariance.subarray(i * size, (i + 1) * size), i * all);
  }
  return { expected, history: rest.slice(rest.length - lost).reverse(), covariance: whole };
}

function filterGaps(
  rest: Float64Array,
  model: ArmaModel,
  structure: ArimaStructure,
  predictions: Float64Array,
  check: () => void,
): ArimaState {
  const delta = differenceWeights(structure);
  const filter = ArimaFilter.start(model, delta, new Float64Array(delta.length).fill(rest[0] as number));
  let unknown = delta.length;
  for (let t = 0; t < rest.length; t++) {
    check();
    const prediction = filter.predict();
    const value = rest[t] as number;
    const variance = filter.step(value);
    if (unknown > 0 && variance > 1e4) {
      if (value === value) unknown--;
    } else {
      predictions[t] = prediction;
    }
  }
  return filter.state;
}

function rootMeanSquare(residuals: Float64Array, scale: number): number {
  let sum = 0;
  let count = 0;
  for (const residual of residuals) {
    if (residual !== residual) continue;
    sum += (residual / scale) ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(1, count)) * scale;
}
