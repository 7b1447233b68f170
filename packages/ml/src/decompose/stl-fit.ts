import { partialSort } from './partial-sort.ts';
import { loess, loessAt, type LoessOptions } from './loess.ts';

/** The checked numbers of a decomposition. */
export interface StlSettings {
  /** Steps in the season. */
  readonly seasonLength: number;
  /** Window of the seasonal smooth, odd. */
  readonly seasonWindow: number;
  /** Window of the trend, odd. */
  readonly trendWindow: number;
  /** Degree of the seasonal smooth. */
  readonly seasonDegree: 0 | 1;
  /** Whether all seasons are to be equal. */
  readonly periodic: boolean;
  /** Whether outliers are weighed down. */
  readonly robust: boolean;
  /** Whether every smooth is computed at every point. */
  readonly exact: boolean;
  /** How often season and trend are taken in turns between two weighings. */
  readonly rounds: number;
}

const robustRounds = 15;

/**
 * The loops of STL over values without gaps: the inner one takes season and trend in turns, the outer one weighs
 * values by how far they lie from both.
 */
export function stlFit(
  values: Float64Array,
  settings: StlSettings,
): { season: Float64Array; trend: Float64Array; weights: Float64Array } {
  const { seasonLength: m, seasonWindow, trendWindow, seasonDegree, robust, exact } = settings;
  const count = values.length;
  const smoother = (window: number, degree: 0 | 1): LoessOptions => ({
    window,
    degree,
    jump: exact ? 1 : Math.ceil(window / 10),
  });
  const seasonal = smoother(seasonWindow, seasonDegree);
  const slow = smoother(trendWindow, 1);
  const lowPass = smoother(m % 2 === 0 ? m + 1 : m, 1);
  const season = new Float64Array(count);
  const trend = new Float64Array(count);
  const weights = new Float64Array(count).fill(1);
  const cycles = new Float64Array(count + 2 * m);
  const work = new Float64Array(count + 2 * m);
  const other = new Float64Array(count + 2 * m);
  let used: Float64Array | undefined;
  for (let round = 0; ; round++) {
    for (let inner = 0; inner < settings.rounds; inner++) {
      for (let i = 0; i < count; i++) work[i] = (values[i] as number) - (trend[i] as number);
      smoothCycles(work, count, m, seasonal, used, cycles);
      movingAverage(cycles, count + 2 * m, m, work);
      movingAverage(work, count + m + 1, m, other);
      movingAverage(other, count + 2, 3, work);
      loess(work, count, lowPass, undefined, other);
      for (let i = 0; i < count; i++) {
        season[i] = (cycles[m + i] as number) - (other[i] as number);
        work[i] = (values[i] as number) - (season[i] as number);
      }
      loess(work, count, slow, used, trend);
    }
    if (!robust || round === robustRounds) break;
    bisquare(values, season, trend, weights);
    used = weights;
  }
  if (settings.periodic) averagePhases(season, m);
  return { season, trend, weights };
}

/** Smooths the values of each phase by themselves and carries them on by one season at either end. */
function smoothCycles(
  values: Float64Array,
  count: number,
  m: number,
  options: LoessOptions,
  weights: Float64Array | undefined,
  out: Float64Array,
): void {
  const { window, degree } = options;
  const longest = Math.ceil(count / m);
  const row = new Float64Array(longest);
  const rowWeights = weights === undefined ? undefined : new Float64Array(longest);
  const smooth = new Float64Array(longest + 2);
  for (let phase = 0; phase < m; phase++) {
    const length = Math.floor((count - phase - 1) / m) + 1;
    for (let i = 0; i < length; i++) {
      row[i] = values[i * m + phase] as number;
      if (rowWeights !== undefined && weights !== undefined) rowWeights[i] = weights[i * m + phase] as number;
    }
    loess(row, length, options, rowWeights, smooth, 1);
    const before = loessAt(row, length, window, degree, -1, 0, Math.min(window, length) - 1, rowWeights);
    const after = loessAt(row, length, window, degree, length, Math.max(0, length - window), length - 1, rowWeights);
    smooth[0] = before === before ? before : (smooth[1] as number);
    smooth[length + 1] = after === after ? after : (smooth[length] as number);
    for (let i = 0; i < length + 2; i++) out[i * m + phase] = smooth[i] as number;
  }
}

function movingAverage(values: Float64Array, count: number, width: number, out: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += values[i] as number;
  out[0] = sum / width;
  for (let i = width; i < count; i++) {
    sum += (values[i] as number) - (values[i - width] as number);
    out[i - width + 1] = sum / width;
  }
}

/** Tukey's bisquare weights by six times the median distance. */
function bisquare(values: Float64Array, season: Float64Array, trend: Float64Array, weights: Float64Array): void {
  const count = values.length;
  for (let i = 0; i < count; i++) {
    weights[i] = Math.abs((values[i] as number) - (season[i] as number) - (trend[i] as number));
  }
  const sorted = weights.slice();
  partialSort(sorted, [count >> 1, (count - 1) >> 1]);
  const limit = 3 * ((sorted[count >> 1] as number) + (sorted[(count - 1) >> 1] as number));
  for (let i = 0; i < count; i++) {
    const distance = weights[i] as number;
    const rest = 1 - (distance / limit) ** 2;
    weights[i] = distance <= 0.001 * limit ? 1 : distance <= 0.999 * limit ? rest * rest : 0;
  }
}

function averagePhases(season: Float64Array, m: number): void {
  for (let phase = 0; phase < m; phase++) {
    let sum = 0;
    let count = 0;
    for (let i = phase; i < season.length; i += m, count++) sum += season[i] as number;
    for (let i = phase; i < season.length; i += m) season[i] = sum / count;
  }
}
