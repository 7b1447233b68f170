import { fillMissing } from '../../decompose/fill-missing.ts';
import type { FitBudget } from '../../fit-budget.ts';
import { observedCount } from '../../values.ts';
import type { FittedForecaster } from '../contract.ts';
import { seasonalNaive } from '../seasonal-naive.ts';
import { FittedAuto, type AutoFit } from './auto-fitted.ts';
import { autoSeries, type AutoSeries } from './auto-series.ts';
import { blend } from './blend.ts';
import { forecastCandidates, manyValues, type Candidate } from './candidates.ts';
import { combine } from './combine.ts';
import { Conformal } from './conformal.ts';
import { plausibleRange } from './plausible-range.ts';

const longestValidation = 500;
/** How far before the end the origins of the validation lie, in times of the steps that are forecast from each. */
const validationReaches: readonly number[] = [1.5, 1];
/** One more lies here. Too few steps come after it to judge methods by, but they tell more of how wrong the forecast is. */
const latestReach = 0.5;

/**
 * Tries methods on the end of a series, combines them, and fits them to all of it.
 *
 * @param wanted - Steps in a season, or `'detect'`.
 * @param asked - How many steps to validate on, if that was said.
 * @param check - Asked between steps; when the time is up, what has been tried until then is combined.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed.
 * @throws {MlError} NOVA_ML_ABORTED when the signal has fired.
 */
export function fitAuto(
  all: Float64Array,
  wanted: number | 'detect',
  asked: number | undefined,
  check: FitBudget,
): FittedAuto {
  const series = autoSeries(all, wanted);
  const { scale, scaled, filled, seasonLength } = series;
  const steps = validationSteps(filled.length, seasonLength, asked ?? Math.max(12, seasonLength));
  const starts = steps === 0 ? [] : validationReaches.map((by) => filled.length - Math.round(by * steps));
  const origins = [...new Set(starts)].filter((origin) => observedCount(scaled.subarray(0, origin)) > 0);
  // Gaps are filled from both sides, but for an origin not with what comes after it.
  const pasts = [...origins.map((origin) => fillMissing(scaled.subarray(0, origin), seasonLength)), filled];
  const actuals = origins.map((origin) => scaled.slice(origin, origin + steps));
  const tried = forecastCandidates(pasts, seasonLength, check);
  const candidates = tried.candidates
    .map((candidate) => ({ ...candidate, means: meansOf(candidate, origins.length, steps) }))
    .filter(({ means }) => means.length === origins.length + 1);
  if (candidates.length === 0) candidates.push(lastValue(filled));
  const few = filled.length < manyValues;
  const { weights, errors, means, error, gated } = combine(
    candidates.map((candidate) => candidate.means),
    actuals,
    { robust: !few, benchmarkCounts: !few || seasonLength > 1 },
  );
  const misses = actuals.map((actual, o) => missesOf(actual, means[o] as Float64Array));
  if (origins.length > 0 && steps > 1) {
    const used = candidates.flatMap(({ fits }, i) => {
      const weight = weights[i] as number;
      return weight > 0 ? { fitted: fits.at(-2) as FittedForecaster, weight } : [];
    });
    misses.push(
      latestMisses(series, origins.at(-1) as number, filled.length - Math.round(latestReach * steps), used, !few),
    );
  }
  const members = candidates.map(({ name, fits }, i): AutoFit['members'][number] => {
    const weight = weights[i] as number;
    const fitted = weight > 0 ? fits.at(-1) : undefined;
    return { name, weight, error: (errors[i] as number) * scale, fitted };
  });
  return new FittedAuto({
    members: members.toSorted((a, b) => b.weight - a.weight),
    robust: !few,
    scale,
    seasonLength,
    ...plausibleRange(filled),
    conformal: misses.length > 0 ? Conformal.of(misses, origins.length) : Conformal.of([stepErrors(filled)]),
    validation: {
      origins: origins.length,
      horizon: steps,
      error: error * scale,
      benchmarkError: (errors[0] as number) * scale,
      gated,
      cutShort: tried.cutShort,
    },
    observed: observedCount(all),
    ...predictions(all, series, members),
  });
}

/** As many steps as are asked for, or what the series can spare. */
function validationSteps(length: number, seasonLength: number, horizon: number): number {
  const least = Math.max(6, Math.round(2.2 * seasonLength));
  const spare = Math.floor((length - least) / Math.max(...validationReaches));
  const steps = Math.min(horizon, longestValidation, spare);
  return steps >= 1 ? steps : 0;
}

/** Forecasts from each origin and, for a look at it, one step from the end; fewer where one is no number. */
function meansOf({ fits }: Candidate, origins: number, steps: number): Float64Array[] {
  const means = fits.map((fitted, o) => fitted.forecast(o < origins ? steps : 1, { levels: [] }).mean);
  return means.filter((mean) => mean.every(Number.isFinite));
}

function missesOf(actual: Float64Array, mean: Float64Array): Float64Array {
  return actual.map((value, step) => value - (mean[step] as number));
}

/**
 * What the combination misses from one more origin. The models of the last one are moved on to it, in place, for nobody
 * needs them any more: a fit, or a copy, would cost more than it tells.
 */
function latestMisses(
  { scaled, seasonLength }: AutoSeries,
  last: number,
  origin: number,
  used: readonly { readonly fitted: FittedForecaster; readonly weight: number }[],
  robust: boolean,
): Float64Array {
  const since = fillMissing(scaled.subarray(0, origin), seasonLength).subarray(last);
  const means = used.map(({ fitted }) => {
    fitted.update(since);
    return fitted.forecast(scaled.length - origin, { levels: [] }).mean;
  });
  const weights = used.map(({ weight }) => weight);
  return missesOf(scaled.subarray(origin), blend(means, weights, robust));
}

/** One value is repeated. */
function lastValue(series: Float64Array): Candidate & { means: Float64Array[] } {
  const last = series.at(-1) as number;
  const fitted: FittedForecaster = seasonalNaive({ seasonLength: 1 }).fit([last, last]);
  return { name: 'naive', fits: [fitted], means: [] };
}

/** The changes from value to value stand in for errors where there was no validation. */
function stepErrors(series: Float64Array): Float64Array {
  let squares = 0;
  for (let i = 1; i < series.length; i++) squares += ((series[i] as number) - (series[i - 1] as number)) ** 2;
  const size = series.length > 1 ? Math.sqrt(squares / (series.length - 1)) : Math.abs(series[0] as number) / 2;
  return Float64Array.of(size);
}

function predictions(
  all: Float64Array,
  { start, scale, filled }: AutoSeries,
  members: AutoFit['members'],
): { fittedValues: Float64Array; residuals: Float64Array } {
  // A member that learned from the latest values only has nothing to say about the rest.
  const used = members.filter(({ fitted }) => fitted?.fittedValues.length === filled.length);
  const sum = used.reduce((total, { weight }) => total + weight, 0);
  const together = blend(
    used.map(({ fitted }) => fitted?.fittedValues as Float64Array),
    used.map(({ weight }) => weight / sum),
    false,
  );
  const fittedValues = new Float64Array(all.length).fill(NaN);
  for (let i = 0; i < together.length; i++) fittedValues[start + i] = (together[i] as number) * scale;
  return { fittedValues, residuals: all.map((value, i) => value - (fittedValues[i] as number)) };
}
