import { laggedSums } from '../../decompose/is-seasonal.ts';

/** What a series is taken for before anything is estimated. */
export interface CardChoices {
  /** Whether growth is looked at instead of levels. */
  readonly differenced: boolean;
  /** Whether phases of the season differ. */
  readonly seasonal: boolean;
  /** Whether a value resembles that of a season ago more than those between. */
  readonly lagged: boolean;
}

/** Autocorrelations of long series with long seasons are those of their end: so many multiplications, or four seasons. */
const mostProducts = 2e8;
/** The 90 % quantiles of a standard normal variable and of a χ² variable of one degree. */
const normal90 = 1.2815515655446004;
const squared90 = 2.705543454095404;

/**
 * The choices of Doornik, Castle and Hendry (2020): growth unless it varies by 1.2 of what the values vary by; a season by
 * analysis of variance at 10 %; a lag of a season by its autocorrelation against those at shorter lags at 10 %.
 *
 * @param values - Without gaps.
 */
export function cardChoices(values: Float64Array, seasonLength: number): CardChoices {
  const growth = changesOf(values);
  const differenced = varianceOf(growth) <= 1.2 * varianceOf(values);
  const series = differenced ? growth : values;
  return { differenced, seasonal: phasesDiffer(series, seasonLength), lagged: seasonReturns(series, seasonLength) };
}

/** Changes from each value to the next. */
export function changesOf(values: Float64Array): Float64Array {
  return Float64Array.from({ length: values.length - 1 }, (_, i) => (values[i + 1] as number) - (values[i] as number));
}

/** The mean of some values; 0 of none. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? 0 : sum / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - mean) ** 2;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Analysis of variance of the whole seasons up to the end. */
export function phasesDiffer(values: Float64Array, seasonLength: number): boolean {
  const seasons = Math.floor(values.length / seasonLength);
  if (seasonLength < 2 || seasons < 2) return false;
  const whole = values.subarray(values.length - seasons * seasonLength);
  const phases = new Float64Array(seasonLength);
  for (let i = 0; i < whole.length; i++) {
    const phase = i % seasonLength;
    phases[phase] = (phases[phase] as number) + (whole[i] as number) / seasons;
  }
  const between = varianceOf(phases);
  const within = varianceOf(whole) - between;
  const freedom = seasonLength * (seasons - 1);
  return (freedom / (seasonLength - 1)) * between > within * fisher90(seasonLength - 1, freedom);
}

/** The 90 % quantile of an F variable, within 1 % (Paulson 1942). */
function fisher90(upper: number, lower: number): number {
  const a = 2 / (9 * upper);
  const b = 2 / (9 * lower);
  const square = (1 - b) ** 2 - normal90 ** 2 * b;
  const half = (1 - a) * (1 - b);
  const rest = (1 - a) ** 2 - normal90 ** 2 * a;
  return ((half + Math.sqrt(Math.max(0, half * half - square * rest))) / square) ** 3;
}

function seasonReturns(values: Float64Array, seasonLength: number): boolean {
  if (seasonLength < 2 || values.length < 2 * seasonLength) return false;
  const most = Math.max(4 * seasonLength, Math.floor(mostProducts / seasonLength));
  const looked = values.subarray(Math.max(0, values.length - most));
  const mean = meanOf(looked);
  const centred = looked.map((value) => value - mean);
  let at = 0;
  for (let i = 0; i < centred.length; i++) at += (centred[i] as number) ** 2;
  if (at === 0) return false;
  const sums = laggedSums(centred, seasonLength);
  let squares = 1;
  for (let lag = 1; lag < seasonLength; lag++) squares += ((sums[lag] as number) / at) ** 2;
  return (looked.length * ((sums[seasonLength] as number) / at) ** 2) / squares > squared90;
}
