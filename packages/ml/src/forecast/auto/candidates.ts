import { MlError } from '../../error.ts';
import type { FitBudget, FitOptions } from '../../fit-budget.ts';
import { arima } from '../arima/arima.ts';
import { FittedArima } from '../arima/arima-fitted.ts';
import { autoArima } from '../arima/auto-arima.ts';
import { autoEts } from '../auto-ets.ts';
import { card } from '../card/card.ts';
import type { FittedForecaster, Forecaster } from '../contract.ts';
import { holt } from '../holt.ts';
import { completeLagFit } from '../lags/complete-lag-fit.ts';
import { FittedLogarithmic } from '../logarithmic-fitted.ts';
import { mstlForecast } from '../seasonal/mstl-forecast.ts';
import { seasonalNaive } from '../seasonal-naive.ts';
import { drift } from '../simple/drift.ts';
import { simpleExponentialSmoothing } from '../simple-exponential-smoothing.ts';
import { theta } from '../theta.ts';
import { lagFits } from './lag-regression.ts';

/** One method: fitted at the earliest origin, moved on to those after it, and fitted to the whole series. */
export interface Candidate {
  /** The method, for people. */
  readonly name: string;
  /** A model for each origin, in their order, and one for the whole series. */
  readonly fits: readonly FittedForecaster[];
}

/** Fits the past of an origin; what was fitted at the earliest may be of use. */
type Fit = (past: Float64Array, budget: FitOptions, earliest?: FittedForecaster) => FittedForecaster;

/** From this many values on, regression takes the place of the dearer methods. */
export const manyValues = 250;
/** Searching the orders of ARIMA pays up to this season. */
const longestArimaSeason = 4;
const mostArimaModels = 15;

/**
 * Fits all methods that make sense for a series of this length, at the earliest origin and to the whole; to the origins
 * between, the earliest model is moved on, which costs next to nothing and judges as well as fitting anew. The benchmark,
 * seasonal naive, is the first, and there whatever the time; when that is up, what has been fitted until then is all there
 * is.
 *
 * @param pasts - What can be seen from each origin, without gaps, the shortest first. The last is the whole series.
 * @throws {MlError} NOVA_ML_ABORTED when the signal has fired.
 */
export function forecastCandidates(
  pasts: readonly Float64Array[],
  seasonLength: number,
  check: FitBudget,
): { readonly candidates: readonly Candidate[]; readonly cutShort: boolean } {
  const whole = pasts.at(-1) as Float64Array;
  const ends = pasts.length > 1 ? [pasts[0] as Float64Array, whole] : [whole];
  const few = whole.length < manyValues;
  const candidates: Candidate[] = [];
  const tryOn = ([name, fit]: [string, Fit], budget: () => FitOptions): void => {
    const fits: FittedForecaster[] = [];
    for (const past of ends) {
      const rest = budget();
      fits.push(...attempt(() => fit(past, rest, fits[0])));
    }
    if (fits.length === ends.length) candidates.push({ name, fits: movedOn(fits, pasts) });
  };
  try {
    tryOn(benchmark(seasonLength), () => ({}));
    const regressions = regressionsOf(ends, seasonLength, few, check).map(({ name, fits }) => ({
      name,
      fits: movedOn(fits, pasts),
    }));
    const methods = few ? forFew(whole, seasonLength) : forMany(whole.length, seasonLength, regressions.length === 0);
    for (const method of methods) tryOn(method, () => check.rest());
    return { candidates: [...candidates, ...regressions], cutShort: false };
  } catch (error) {
    if (!MlError.isInstance(error) || error.kind !== 'timeout') throw error;
    return { candidates, cutShort: true };
  }
}

/** Puts models for the origins between the first and the last two models that were fitted. */
function movedOn(fits: readonly FittedForecaster[], pasts: readonly Float64Array[]): FittedForecaster[] {
  const [first, ...last] = fits as [FittedForecaster, ...FittedForecaster[]];
  const between = pasts.slice(1, -1).map((past) => {
    const moved = first.clone();
    moved.update(past.subarray(pasts[0]?.length));
    return moved;
  });
  return [first, ...between, ...last];
}

function benchmark(m: number): [string, Fit] {
  return [m > 1 ? 'seasonal naive' : 'naive', by(seasonalNaive({ seasonLength: m }))];
}

/** Where pasts are parts of one array, their sums are shared; where gaps were filled otherwise, each has its own. */
function regressionsOf(
  pasts: readonly Float64Array[],
  seasonLength: number,
  few: boolean,
  check: () => void,
): Candidate[] {
  const all = pasts.at(-1) as Float64Array;
  const origins = pasts.map(({ length }) => length);
  if (pasts.every(({ buffer }) => buffer === all.buffer)) return lagFits(all, seasonLength, origins, few, check);
  const found = pasts.map((past, o) => {
    const seen = all.slice();
    seen.set(past);
    return lagFits(seen, seasonLength, origins.slice(0, o + 1), few, check);
  });
  return (found.at(-1) ?? []).flatMap(({ name }): Candidate[] => {
    const fits = found.flatMap((candidates, o) => candidates.find((one) => one.name === name)?.fits[o] ?? []);
    return fits.length === pasts.length ? [{ name, fits }] : [];
  });
}

function forFew(whole: Float64Array, m: number): [string, Fit][] {
  const methods: [string, Fit][] = [
    ['dynamic theta', by(theta({ seasonLength: m, kind: 'dynamic' }))],
    ['ETS', by(autoEts({ seasonLength: m, quick: true }))],
    ['ETS of logarithms', ofLogarithms(by(autoEts({ seasonLength: m, quick: true })))],
    ['drift', by(drift())],
    ['Card', cardOf(m)],
  ];
  if (m === 1) methods.push(['damped trend', by(holt({ damped: true }))]);
  else {
    methods.push(
      ['theta', by(theta({ seasonLength: m }))],
      ['theta of logarithms', ofLogarithms(by(theta({ seasonLength: m })))],
      ['MSTL with ETS', by(mstlForecast({ seasonLengths: [m], quick: true }))],
      ['mean of three seasons', (past) => seasonalMean(past, m)],
    );
  }
  if (m <= longestArimaSeason) {
    const positive = whole.every((value) => value > 0);
    methods.push(positive ? ['ARIMA of logarithms', ofLogarithms(arimaOf(m))] : ['ARIMA', arimaOf(m)]);
  }
  return methods;
}

function forMany(length: number, m: number, alone: boolean): [string, Fit][] {
  const methods: [string, Fit][] = [
    ['dynamic theta', by(theta({ seasonLength: m, kind: 'dynamic' }))],
    ['theta of logarithms', ofLogarithms(by(theta({ seasonLength: m })))],
    ['exponential smoothing', (past, budget) => simpleExponentialSmoothing().fit(past.subarray(-manyValues), budget)],
    ['Card', cardOf(m)],
  ];
  const weekly = m >= 24 && m !== 52 && length >= 21 * m;
  if (weekly) {
    methods.push(
      ['seasonal naive by the week', by(seasonalNaive({ seasonLength: 7 * m }))],
      ['mean of three weeks', (past) => seasonalMean(past, 7 * m)],
    );
  } else if (m > 1) methods.push(['MSTL with ETS', by(mstlForecast({ seasonLengths: [m], quick: true }))]);
  if (alone || m < 24) {
    methods.push(
      ['theta', by(theta({ seasonLength: m }))],
      ['ETS', by(autoEts({ seasonLength: m, quick: true }))],
      ['ETS of logarithms', ofLogarithms(by(autoEts({ seasonLength: m, quick: true })))],
      ['damped trend', by(holt({ damped: true }))],
    );
  }
  return methods;
}

function by(forecaster: Forecaster): Fit {
  return (past, budget) => forecaster.fit(past, budget);
}

/** For what grows by factors; a series with a value that has no logarithm goes without. */
function ofLogarithms(fit: Fit): Fit {
  return (past, budget, earliest) => {
    if (!past.every((value) => value > 0)) throw new MlError({ kind: 'invalid', message: 'There is no logarithm' });
    const inner = earliest instanceof FittedLogarithmic ? earliest.inner : undefined;
    return new FittedLogarithmic(fit(past.map(Math.log), budget, inner), past);
  };
}

/** The orders are searched for once, on the shortest past. */
function arimaOf(seasonLength: number): Fit {
  return (past, budget, earliest) => {
    if (!(earliest instanceof FittedArima)) {
      return autoArima({ seasonLength, approximate: true, maxModels: mostArimaModels }).fit(past, budget);
    }
    const { order, seasonal, parameters } = earliest.describe();
    const constant = 'intercept' in parameters || 'drift' in parameters;
    return arima({ order, seasonal, seasonLength, constant }).fit(past, budget);
  };
}

/** Days without weeks are not what Card is good at: it takes part when the earliest past was long enough for both. */
function cardOf(seasonLength: number): Fit {
  const ofDays = seasonLength >= 24 && seasonLength !== 52;
  return (past, budget) => {
    const fitted = card({ seasonLength, logarithms: false }).fit(past, budget);
    if (!ofDays || `rho${7 * seasonLength}` in fitted.describe().parameters) return fitted;
    throw new MlError({ kind: 'invalid', message: 'There is no second season' });
  };
}

function seasonalMean(past: Float64Array, seasonLength: number): FittedForecaster {
  if (past.length < 3 * seasonLength) throw new MlError({ kind: 'invalid', message: 'There are no three seasons' });
  const lags = [1, 2, 3].map((seasons) => seasons * seasonLength);
  const coefficients = Float64Array.of(1 / 3, 1 / 3, 1 / 3, 0);
  return completeLagFit(past, { lags, coefficients, centre: 0, log: false, seasonLength });
}

/** A method that finds a series too short or leaves the range of numbers is no candidate. */
function attempt(run: () => FittedForecaster): FittedForecaster[] {
  try {
    return [run()];
  } catch (error) {
    if (MlError.isInstance(error) && error.kind === 'invalid') return [];
    throw error;
  }
}
