import { NovaError, type CallOptions, type Series } from '@novacron/core';
import { invalid } from '../error.ts';
import type { Stage } from '../pipeline/stage.ts';
import { breather } from './breathe.ts';

/** Anything that learns what is normal, like the detectors of `@novacron/ml`. NaN means missing. */
export interface SeriesDetector {
  /** Learns, now or later. */
  fit(values: ArrayLike<number>, options?: CallOptions): FittedSeriesDetector | Promise<FittedSeriesDetector>;
}

/** What has learned what is normal. */
export interface FittedSeriesDetector {
  /** What was not normal in the values that it learned from. */
  readonly anomalies: readonly DetectedAnomaly[];
  /** What is not normal in the values that follow. */
  detect(values: ArrayLike<number>): readonly DetectedAnomaly[];
}

/** A value that a detector did not expect. */
export interface DetectedAnomaly {
  /** Its place in the values. */
  readonly index: number;
  /** What it was. */
  readonly value: number;
  /** What was expected. */
  readonly expected: number;
  /** How far from normal. */
  readonly score: number;
}

/** Where to look for anomalies. */
export interface AnomaliesStageOptions {
  /** The method, or which one for a series. */
  readonly detector: SeriesDetector | ((series: Series) => SeriesDetector);
  /**
   * Which part of each series, from its beginning, says what is normal, in (0, 1]; the rest is judged. 1 learns from
   * all of it and judges all of it. @default 1
   */
  readonly learnRatio?: number | undefined;
}

/** An anomaly at its time. */
export interface TimedAnomaly extends DetectedAnomaly {
  /** When it was measured, epoch milliseconds. */
  readonly timeMs: number;
}

/** The anomalies of one series, or why they are not known. */
export interface SeriesAnomalies {
  /** Where they are. */
  readonly series: Series;
  /** In order of time; `index` counts from the beginning of the series. */
  readonly anomalies: readonly TimedAnomaly[];
  /** Why the series could not be judged. */
  readonly error?: NovaError | undefined;
}

/**
 * A stage that looks for anomalies in each series. A series that can't be judged, because it is too short, gets an
 * `error`; the others go on. Any other error ends the run.
 *
 * @throws {AnalyticsError} NOVA_ANALYTICS_INVALID when `learnRatio` is out of range.
 *
 * @example
 * ```ts
 * import { anomalies, pipeline } from '@novacron/analytics';
 * import { createSeries } from '@novacron/core';
 *
 * const aboveTen = {
 *   fit: () => ({
 *     anomalies: [],
 *     detect: (values: ArrayLike<number>) =>
 *       Array.from(values, (value, index) => ({ index, value, expected: 10, score: value - 10 })).filter(({ score }) => score > 0),
 *   }),
 * };
 * const series = createSeries('load', {}, [0, 1_000, 2_000, 3_000], [1, 2, 3, 14]);
 * const { value } = await pipeline('odd', () => [series]).pipe(anomalies({ detector: aboveTen, learnRatio: 0.5 })).run();
 * value[0]!.anomalies.map(({ timeMs, value }) => [timeMs, value]) // => [[3_000, 14]]
 * ```
 */
export function anomalies(options: AnomaliesStageOptions): Stage<readonly Series[], readonly SeriesAnomalies[]> {
  const { detector, learnRatio = 1 } = options;
  if (!(learnRatio > 0 && learnRatio <= 1)) {
    throw invalid(`learnRatio must be above 0 and at most 1, not ${String(learnRatio)}`, {
      option: 'learnRatio',
      value: learnRatio,
    });
  }
  return {
    name: 'find anomalies',
    async run(input, { signal, logger }): Promise<readonly SeriesAnomalies[]> {
      const breathe = breather(signal);
      const output: SeriesAnomalies[] = [];
      for (const series of input) {
        await breathe();
        try {
          const method = typeof detector === 'function' ? detector(series) : detector;
          const split = Math.ceil(series.values.length * learnRatio);
          const fitted = await method.fit(series.values.subarray(0, split), { signal });
          const found = learnRatio === 1 ? fitted.anomalies : fitted.detect(series.values.subarray(split));
          const offset = learnRatio === 1 ? 0 : split;
          output.push({ series, anomalies: found.map((anomaly) => timed(series, anomaly, offset)) });
        } catch (error) {
          if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
          logger.warn('A series could not be judged', {
            metric: series.metric,
            labels: series.labels,
            code: error.code,
          });
          output.push({ series, anomalies: [], error });
        }
      }
      return output;
    },
  };
}

function timed({ timesMs }: Series, anomaly: DetectedAnomaly, offset: number): TimedAnomaly {
  const index = anomaly.index + offset;
  return { ...anomaly, index, timeMs: timesMs[index] as number };
}
