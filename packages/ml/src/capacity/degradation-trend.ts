import { MlError } from '../error.ts';
import { chiSquareSurvival } from '../statistics/gamma-survival.ts';
import { checkedNumber } from './forecast-paths.ts';
import { toValues } from '../values.ts';

/** What is asked of a trend. */
export interface DegradationTrendOptions {
  /** The value at which it fails. @default none */
  readonly threshold?: number | undefined;
}

/** How a health figure moves. */
export interface DegradationTrend {
  /** The robust slope a step. */
  readonly slope: number;
  /** The line's value at the last step. */
  readonly level: number;
  /** How likely a trend as clear as this is by luck alone. */
  readonly pValue: number;
  /** Steps from the last value until the line reaches the threshold; Infinity when it moves away; undefined without one. */
  readonly stepsLeft: number | undefined;
}

const fewestObserved = 4;
/** Pairs of values grow with the square; of a longer series means of parts are looked at. */
const mostPoints = 1_000;

/**
 * Is it getting worse, how fast, and how long will it last? The Theil-Sen slope (Sen 1968), which a quarter of outliers
 * does not move, with the Mann-Kendall test (Kendall 1975). For latencies, error counts, temperatures, wear: what is to
 * be repaired before it fails. Missing values (NaN) are passed over; of more than 1,000 values means of equal parts
 * count. Take the season away first, with `stl`: a test for a trend takes half a season for one.
 *
 * @throws {MlError} NOVA_ML_TOO_SHORT when fewer than four values are observed.
 * @throws {MlError} NOVA_ML_INVALID when a value or the threshold is out of range.
 *
 * @example
 * ```ts
 * import { degradationTrend } from '@novacron/ml';
 *
 * // Milliseconds a read takes, a value a day: half a millisecond more each week, and one outlier.
 * const latency = Array.from({ length: 70 }, (_, day) => 5 + day / 14 + ((day * 5) % 3) / 10 + (day === 40 ? 80 : 0));
 * const { slope, pValue, stepsLeft } = degradationTrend(latency, { threshold: 20 });
 * Math.round(slope * 140) // => 10
 * pValue < 0.001 // => true
 * Math.round(stepsLeft! / 10) // => 14
 * ```
 */
export function degradationTrend(values: ArrayLike<number>, options: DegradationTrendOptions = {}): DegradationTrend {
  const threshold = options.threshold === undefined ? undefined : checkedNumber(options.threshold, 'threshold');
  const series = toValues(values);
  const points = pointsOf(series);
  if (points.length < fewestObserved) {
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_TOO_SHORT',
      message: `A trend needs at least ${fewestObserved} observed values, not ${points.length}`,
      details: { needed: fewestObserved, observed: points.length },
    });
  }
  const slopes: number[] = [];
  let signs = 0;
  for (const [i, [x, y]] of points.entries()) {
    for (const [earlierX, earlierY] of points.slice(0, i)) {
      slopes.push((y - earlierY) / (x - earlierX));
      signs += Math.sign(y - earlierY);
    }
  }
  const slope = medianOf(slopes);
  const level = medianOf(points.map(([x, y]) => y - slope * (x - (series.length - 1))));
  const n = points.length;
  const ties = new Map<number, number>();
  for (const [, y] of points) ties.set(y, (ties.get(y) ?? 0) + 1);
  let variance = n * (n - 1) * (2 * n + 5);
  for (const count of ties.values()) variance -= count * (count - 1) * (2 * count + 5);
  const statistic = variance > 0 ? (Math.abs(signs) - Math.sign(Math.abs(signs))) / Math.sqrt(variance / 18) : 0;
  const left = threshold === undefined ? undefined : (threshold - level) / slope;
  return {
    slope,
    level,
    pValue: chiSquareSurvival(statistic * statistic, 1),
    stepsLeft: left === undefined ? undefined : threshold === level ? 0 : left >= 0 ? left : Infinity,
  };
}

function pointsOf(series: Float64Array): (readonly [x: number, y: number])[] {
  const parts = Math.min(mostPoints, series.length);
  const points: (readonly [number, number])[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * series.length) / parts);
    const to = Math.floor(((part + 1) * series.length) / parts);
    let mean = 0;
    let count = 0;
    for (let i = from; i < to; i++) {
      const value = series[i] as number;
      if (value === value) mean += (value - mean) / ++count;
    }
    if (count > 0) points.push([(from + to - 1) / 2, mean]);
  }
  return points;
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
