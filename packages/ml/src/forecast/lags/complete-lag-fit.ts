import { observedCount } from '../../values.ts';
import { rootMeanSquare } from '../root-mean-square.ts';
import { FittedLagRegression, predicted } from './fitted-lag-regression.ts';

/** Coefficients of a regression on lags. */
export interface LagCoefficients {
  /** How many steps back each regressor lies. */
  readonly lags: readonly number[];
  /** A coefficient a lag, the intercept last. */
  readonly coefficients: Float64Array;
  /** What values count from; NaN means from the one before. */
  readonly centre: number;
  /** Whether they are of logarithms. */
  readonly log: boolean;
  /** Steps in a season. */
  readonly seasonLength: number;
}

/** A forecast may leave the range of the values that it was learned from by this part of it. */
const reach = 0.25;

/**
 * Makes a fitted model of coefficients.
 *
 * @param past - What it stands on, without gaps, in logarithms if the coefficients are of them.
 * @param known - The same with its gaps, where there are any.
 */
export function completeLagFit(
  past: Float64Array,
  found: LagCoefficients,
  known: Float64Array = past,
): FittedLagRegression {
  const { coefficients, centre, log, seasonLength } = found;
  // Of the type that predictions are made with later: one type is what makes them quick.
  const lags = Float64Array.from(found.lags);
  const longest = Math.max(...lags);
  const { low, high } = plausible(past, log);
  const fittedValues = new Float64Array(past.length).fill(NaN);
  const residuals = new Float64Array(past.length).fill(NaN);
  for (let t = longest; t < past.length; t++) {
    const value = Math.min(high, Math.max(low, predicted(past, t, lags, coefficients, centre)));
    const actual = past[t] as number;
    fittedValues[t] = log ? Math.exp(value) : value;
    residuals[t] = (log ? Math.exp(actual) : actual) - (fittedValues[t] as number);
    if (Number.isNaN(known[t])) residuals[t] = NaN;
  }
  return new FittedLagRegression({
    lags,
    coefficients,
    centre,
    log,
    low,
    high,
    history: past.slice(past.length - longest),
    seasonLength,
    sigma: rootMeanSquare(residuals),
    observed: observedCount(known),
    fittedValues,
    residuals,
  });
}

/** Where a path may go; the range counts in the unit of the values, also for logarithms. */
function plausible(series: Float64Array, log: boolean): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of series) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!log) return { low: low - reach * (high - low), high: high + reach * (high - low) };
  const [least, most] = [Math.exp(low), Math.exp(high)];
  const room = reach * (most - least);
  return { low: Math.log(Math.max(least - room, least / 2)), high: Math.log(most + room) };
}
