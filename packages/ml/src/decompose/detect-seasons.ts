import { checkedInteger, toValues } from '../values.ts';
import { fillMissing } from './fill-missing.ts';

/** A season that was found. */
export interface DetectedSeason {
  /** Steps in it. */
  readonly length: number;
  /** The autocorrelation of the series at this lag, what shorter seasons explain taken out; 0 to 1. */
  readonly strength: number;
}

/** Where to look. */
export interface DetectSeasonsOptions {
  /** The longest season to look for. @default a third of the values, at most 2,500 */
  readonly longest?: number | undefined;
  /** The most seasons to find. @default 3 */
  readonly most?: number | undefined;
  /** The least autocorrelation that counts, 0 to 1. @default 0.3 */
  readonly threshold?: number | undefined;
}

/** Only so many values from the end are looked at. */
const longestLook = 5_000;
/** A peak stands out from what is before it by so many times what chance brings. */
const standsOut = 1.5;

/**
 * Finds the seasons of a series, the strongest first: peaks of the autocorrelation around a line that are beyond chance
 * and stand out from the valley before them, as the ripple of a slow wave does not (in the manner of AUTOPERIOD: Vlachos,
 * Yu, Castelli 2005). What a season explains is taken out before the next is looked for. Missing values are filled first.
 * Of over 5,000 values the last 5,000 are looked at.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite or an option is out of range.
 *
 * @example
 * ```ts
 * import { detectSeasons } from '@novacron/ml';
 *
 * const load = Array.from({ length: 336 }, (_, hour) => Math.sin((hour * Math.PI) / 12) + (hour % 7) / 20);
 * detectSeasons(load)[0]?.length // => 24
 * ```
 */
export function detectSeasons(values: ArrayLike<number>, options: DetectSeasonsOptions = {}): DetectedSeason[] {
  const all = toValues(values);
  const series = all.subarray(Math.max(0, all.length - longestLook));
  const { most = 3, threshold = 0.3 } = options;
  const longest = Math.min(
    Math.floor(series.length / 3),
    checkedInteger(options.longest ?? 2_500, 'longest', 2, 1_000_000),
  );
  if (longest < 2 || !series.some((value) => value === value)) return [];
  let largest = 0;
  for (const value of series) if (Math.abs(value) > largest) largest = Math.abs(value);
  if (largest === 0) return [];
  const rest = detrended(fillMissing(series, 1), largest);
  const found: DetectedSeason[] = [];
  while (found.length < most) {
    const season = strongest(rest, longest, threshold);
    if (season === undefined || found.some(({ length }) => length === season.length)) break;
    found.push(season);
    takeOut(rest, season.length);
  }
  return found;
}

/** Distances from a line through the values. */
function detrended(values: Float64Array, largest: number): Float64Array {
  const count = values.length;
  const scaled = values.map((value) => value / largest);
  const middle = (count - 1) / 2;
  let mean = 0;
  let slope = 0;
  for (let i = 0; i < count; i++) {
    mean += (scaled[i] as number) / count;
    slope += ((i - middle) * (scaled[i] as number) * 12) / (count * (count * count - 1));
  }
  return scaled.map((value, i) => value - mean - slope * (i - middle));
}

function strongest(values: Float64Array, longest: number, threshold: number): DetectedSeason | undefined {
  const correlations = autocorrelations(values, Math.min(values.length - 1, longest + 1));
  const chance = 2 / Math.sqrt(values.length);
  let best: DetectedSeason | undefined;
  let valley = correlations[1] as number;
  for (let lag = 2; lag <= longest; lag++) {
    const strength = correlations[lag] as number;
    valley = Math.min(valley, strength);
    const peak = strength > (correlations[lag - 1] as number) && strength >= (correlations[lag + 1] ?? -1);
    if (!peak || strength < Math.max(threshold, chance) || strength - valley < standsOut * chance) continue;
    // A multiple of a season is as strong as itself; only a clear gain makes the longer one the season.
    if (best === undefined || strength > best.strength + 0.1) best = { length: lag, strength: Math.min(1, strength) };
  }
  return best && { ...best, length: refined(values, best.length) };
}

/** The peak of a smooth season is blunt; many seasons on it is sharper. */
function refined(values: Float64Array, length: number): number {
  const slack = Math.floor(length / 50);
  if (slack === 0) return length;
  const seasons = Math.max(1, Math.floor(values.length / 2 / (length + slack)));
  let best = length;
  let strongest = -Infinity;
  for (let trial = length - slack; trial <= length + slack; trial++) {
    const lag = trial * seasons;
    let sum = 0;
    for (let i = lag; i < values.length; i++) sum += (values[i] as number) * (values[i - lag] as number);
    const mean = sum / (values.length - lag);
    if (mean <= strongest) continue;
    best = trial;
    strongest = mean;
  }
  return best;
}

function autocorrelations(values: Float64Array, most: number): Float64Array {
  const result = new Float64Array(most + 1);
  let variance = 0;
  for (const value of values) variance += value * value;
  if (!(variance > 1e-20 * values.length)) return result;
  for (let lag = 0; lag <= most; lag++) {
    let sum = 0;
    for (let i = lag; i < values.length; i++) sum += (values[i] as number) * (values[i - lag] as number);
    // What is lost at the ends is made up for, so that long seasons are judged like short ones.
    result[lag] = ((sum / variance) * values.length) / (values.length - lag);
  }
  return result;
}

function takeOut(values: Float64Array, length: number): void {
  for (let phase = 0; phase < length; phase++) {
    let sum = 0;
    let count = 0;
    for (let i = phase; i < values.length; i += length, count++) sum += values[i] as number;
    for (let i = phase; i < values.length; i += length) values[i] = (values[i] as number) - sum / count;
  }
}
