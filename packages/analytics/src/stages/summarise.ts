import type { Labels, Series } from '@novacron/core';
import type { Stage } from '../pipeline/stage.ts';
import { quantileSorted } from '../statistics/quantile.ts';
import { breather } from './breathe.ts';

/** What a series looks like, in the unit of its metric. Numbers that need a value are NaN when there is none. */
export interface SeriesSummary {
  /** The metric's name. */
  readonly metric: string;
  /** What tells the series apart. */
  readonly labels: Labels;
  /** Values that are there. */
  readonly count: number;
  /** Values that are NaN. */
  readonly missing: number;
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
  /** Their average. */
  readonly mean: number;
  /** Standard deviation of a sample (n - 1); NaN for fewer than two values. */
  readonly standardDeviation: number;
  /** The middle one. */
  readonly median: number;
  /** 95 % of the values are not above this. */
  readonly p95: number;
  /** 99 % of the values are not above this. */
  readonly p99: number;
  /** The last one that is there. */
  readonly last: number;
  /** Slope of the least squares line through them, a hour; NaN for fewer than two values. */
  readonly trendPerHour: number;
}

const hourMs = 3_600_000;

/**
 * A stage that summarises each series in one pass and one sort.
 *
 * @example
 * ```ts
 * import { pipeline, summarise } from '@novacron/analytics';
 * import { createSeries } from '@novacron/core';
 *
 * const series = createSeries('load', { vm: 'web-1' }, [0, 3_600_000, 7_200_000], [1, 2, 6]);
 * const { value } = await pipeline('summary', () => [series]).pipe(summarise()).run();
 * const { mean, median, max, trendPerHour } = value[0]!;
 * [mean, median, max, trendPerHour] // => [3, 2, 6, 2.5]
 * ```
 */
export function summarise(): Stage<readonly Series[], readonly SeriesSummary[]> {
  return {
    name: 'summarise',
    async run(input, { signal }): Promise<readonly SeriesSummary[]> {
      const breathe = breather(signal);
      const output: SeriesSummary[] = [];
      for (const series of input) {
        await breathe();
        output.push(summariseSeries(series));
      }
      return output;
    },
  };
}

/** The summary of one series. */
export function summariseSeries({ metric, labels, timesMs, values }: Series): SeriesSummary {
  const sorted = values.slice().sort(); // typed arrays sort by number, NaN last
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  const originMs = timesMs[0] ?? 0;
  let mean = 0;
  let meanTime = 0;
  let squares = 0;
  let timeSquares = 0;
  let products = 0;
  let seen = 0;
  let last = NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) continue;
    seen++;
    last = value;
    // Welford's update (1962): stable however large the mean is.
    const time = ((timesMs[i] as number) - originMs) / hourMs;
    const timeStep = time - meanTime;
    const valueStep = value - mean;
    meanTime += timeStep / seen;
    mean += valueStep / seen;
    timeSquares += timeStep * (time - meanTime);
    squares += valueStep * (value - mean);
    products += timeStep * (value - mean);
  }
  const quantile = (probability: number): number => quantileSorted(sorted, probability, 0, count);
  return {
    metric,
    labels,
    count,
    missing: values.length - count,
    min: quantile(0),
    max: quantile(1),
    mean: count > 0 ? mean : NaN,
    standardDeviation: count > 1 ? Math.sqrt(squares / (count - 1)) : NaN,
    median: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    last,
    trendPerHour: count > 1 ? products / timeSquares : NaN,
  };
}
