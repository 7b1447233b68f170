import { changesOf, meanOf, phasesDiffer } from './card-choices.ts';

/** Delta: a growth that is taken with care, or a level, and a season. */
export interface CardDelta {
  /** Growth of the next step; 0 for a level. */
  readonly first: number;
  /** Growth of the steps after it. */
  readonly later: number;
  /** What each phase has more, that of the first step of the series first; a single 0 without a season. */
  readonly season: Float64Array;
}

const growthWeights = [1, 2, 3, 9];
const levelWeights = [1, 2, 3, 4, 5, 20];
/** Changes, or seasons, that count as the latest. */
const latest = 6;

/**
 * Estimates the growth of a series: the smaller of its mean without the largest ones (the largest for the next step, the
 * largest three for those after it), the latest mean and the mean of changes over a season, 0 where they disagree about the
 * sign. Seasons weigh 1, 2, 3, 9 to the latest, or 1, 2, 3, 4, 5, 20 where there is a level.
 */
export function cardDelta(values: Float64Array, seasonLength: number, differenced: boolean): CardDelta {
  const series = differenced ? changesOf(values) : values;
  const seasonal = phasesDiffer(series, seasonLength);
  const weights = differenced ? growthWeights : levelWeights;
  const season = seasonal ? weightedSeason(series, values.length, seasonLength, weights) : new Float64Array(1);
  if (!differenced) return { first: 0, later: 0, season };
  const parts = seasonal ? seasonMeans(series, seasonLength) : series;
  const bySize = parts.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const without = (largest: number): number => meanOf(bySize.subarray(0, Math.max(1, bySize.length - largest)));
  let overall = meanOf(series);
  if (!seasonal && seasonLength > 1 && values.length > seasonLength) {
    let sum = 0;
    for (let t = seasonLength; t < values.length; t++)
      sum += (values[t] as number) - (values[t - seasonLength] as number);
    overall = smaller(overall, sum / (values.length - seasonLength) / seasonLength);
  }
  const recent = smaller(meanOf(parts.subarray(Math.max(0, parts.length - latest))), overall);
  return { first: smaller(recent, without(1)), later: smaller(recent, without(3)), season };
}

/** The one nearer to 0 where both have the same sign, otherwise 0. */
function smaller(a: number, b: number): number {
  if (a > 0 && b > 0) return Math.min(a, b);
  return a < 0 && b < 0 ? Math.max(a, b) : 0;
}

/** Means of the whole seasons up to the end, oldest first. */
function seasonMeans(series: Float64Array, seasonLength: number): Float64Array {
  const seasons = Math.floor(series.length / seasonLength);
  const start = series.length - seasons * seasonLength;
  return Float64Array.from({ length: seasons }, (_, i) =>
    meanOf(series.subarray(start + i * seasonLength, start + (i + 1) * seasonLength)),
  );
}

/** A weighted mean of the latest seasons less its own mean, by phases of the whole series. */
function weightedSeason(
  series: Float64Array,
  end: number,
  seasonLength: number,
  weights: readonly number[],
): Float64Array {
  const seasons = Math.min(weights.length, Math.floor(series.length / seasonLength));
  const taken = weights.slice(weights.length - seasons);
  const total = taken.reduce((sum, weight) => sum + weight, 0);
  const season = new Float64Array(seasonLength);
  for (const [i, weight] of taken.entries()) {
    const start = series.length - (seasons - i) * seasonLength;
    for (let step = 0; step < seasonLength; step++) {
      const phase = (end + step) % seasonLength;
      season[phase] = (season[phase] as number) + (weight / total) * (series[start + step] as number);
    }
  }
  const mean = meanOf(season);
  return season.map((value) => value - mean);
}
