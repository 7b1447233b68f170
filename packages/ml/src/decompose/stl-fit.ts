import { Loess, type LoessOptions } from './loess.ts';
import { middlePair } from './middle-pair.ts';

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
  /** Whether every smooth is computed at every point, and medians are the true ones. */
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
  const cycles = new CycleSmoother(count, m, smoother(seasonWindow, seasonDegree));
  const slow = new Loess(count, smoother(trendWindow, 1));
  const lowPass = new Loess(count, smoother(m % 2 === 0 ? m + 1 : m, 1));
  const season = new Float64Array(count);
  const trend = new Float64Array(count);
  const weights = new Float64Array(count).fill(1);
  const smooth = new Float64Array(count + 2 * m);
  const work = new Float64Array(count + 2 * m);
  const other = new Float64Array(count + 2 * m);
  let used: Float64Array | undefined;
  for (let round = 0; ; round++) {
    for (let inner = 0; inner < settings.rounds; inner++) {
      for (let i = 0; i < count; i++) work[i] = (values[i] as number) - (trend[i] as number);
      cycles.smooth(work, used, smooth);
      movingAverage(smooth, count + 2 * m, m, work);
      movingAverage(work, count + m + 1, m, other);
      movingAverage(other, count + 2, 3, work);
      lowPass.smooth(work, undefined, other);
      for (let i = 0; i < count; i++) {
        season[i] = (smooth[m + i] as number) - (other[i] as number);
        work[i] = (values[i] as number) - (season[i] as number);
      }
      slow.smooth(work, used, trend);
    }
    if (!robust || round === robustRounds) break;
    bisquare(values, season, trend, weights, exact);
    used = weights;
  }
  if (settings.periodic) averagePhases(season, m);
  return { season, trend, weights };
}

/** Smooths the values of each phase by themselves and carries them on by one season at either end. */
class CycleSmoother {
  readonly #count: number;
  readonly #seasonLength: number;
  /** Of phases that have one value more than the others, and of those. */
  readonly #smoothers: readonly Loess[];
  readonly #row: Float64Array;
  readonly #rowWeights: Float64Array;
  readonly #smooth: Float64Array;

  constructor(count: number, seasonLength: number, options: LoessOptions) {
    const longest = Math.ceil(count / seasonLength);
    this.#count = count;
    this.#seasonLength = seasonLength;
    this.#smoothers = [new Loess(longest, options), new Loess(Math.max(1, longest - 1), options)];
    this.#row = new Float64Array(longest);
    this.#rowWeights = new Float64Array(longest);
    this.#smooth = new Float64Array(longest + 2);
  }

  smooth(values: Float64Array, weights: Float64Array | undefined, out: Float64Array): void {
    const m = this.#seasonLength;
    const row = this.#row;
    const smooth = this.#smooth;
    for (let phase = 0; phase < m; phase++) {
      const length = Math.floor((this.#count - phase - 1) / m) + 1;
      const smoother = this.#smoothers[row.length - length] as Loess;
      for (let i = 0; i < length; i++) row[i] = values[i * m + phase] as number;
      const rowWeights = weights === undefined ? undefined : this.#rowWeights;
      if (rowWeights !== undefined && weights !== undefined) {
        for (let i = 0; i < length; i++) rowWeights[i] = weights[i * m + phase] as number;
      }
      smoother.smooth(row, rowWeights, smooth, 1);
      const before = smoother.before(row, rowWeights);
      const after = smoother.after(row, rowWeights);
      smooth[0] = before === before ? before : (smooth[1] as number);
      smooth[length + 1] = after === after ? after : (smooth[length] as number);
      for (let i = 0; i < length + 2; i++) out[i * m + phase] = smooth[i] as number;
    }
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

/** Tukey's bisquare weights by six times the median distance, true or as R finds it. */
function bisquare(
  values: Float64Array,
  season: Float64Array,
  trend: Float64Array,
  weights: Float64Array,
  exact: boolean,
): void {
  const count = values.length;
  for (let i = 0; i < count; i++) {
    weights[i] = Math.abs((values[i] as number) - (season[i] as number) - (trend[i] as number));
  }
  const distances = weights.slice();
  const [lower, upper] = middlePair(exact ? distances.sort() : distances);
  const limit = 3 * (lower + upper);
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
