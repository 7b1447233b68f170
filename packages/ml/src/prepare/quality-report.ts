import { invalid } from '../error.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../values.ts';
import { findOutliers, type Outlier } from './find-outliers.ts';
import { findUnitJumps, type UnitJump } from './find-unit-jumps.ts';
import { usualStep } from './usual-step.ts';

/** A stretch of a series. */
export interface Stretch {
  /** Its first place. */
  readonly start: number;
  /** How many places. */
  readonly length: number;
}

/** What a series is checked with. */
export interface QualityReportOptions {
  /** When each value was measured, epoch milliseconds. @default equal steps */
  readonly times?: ArrayLike<number> | undefined;
  /** Steps in a season, for outliers that are only odd for their time of day; 1 means none. @default 1 */
  readonly seasonLength?: number | undefined;
  /** From how many equal values in a row on a stretch is reported. @default 12 */
  readonly constantLength?: number | undefined;
}

/** What is wrong with a series. */
export interface QualityReport {
  /** How many values there are, missing ones included. */
  readonly length: number;
  /** The share of values that are missing (NaN), 0 to 1; 0 for an empty series. */
  readonly missing: number;
  /** Stretches of missing values. */
  readonly gaps: readonly Stretch[];
  /** Stretches of the same value, at least `constantLength` long. */
  readonly constants: readonly Stretch[];
  /** Values far from their neighbours, or from what the season lets expect. */
  readonly outliers: readonly Outlier[];
  /** Places from which on values are 60, 100, 1000 or more times larger or smaller: another unit. */
  readonly unitJumps: readonly UnitJump[];
  /** The usual time between values, in milliseconds; missing without times that rise. */
  readonly stepMs?: number | undefined;
  /** Places whose time is that of the value before. */
  readonly duplicates: readonly number[];
  /** Places whose time is before that of the value before. */
  readonly fallingTimes: readonly number[];
  /** Places that come more than one and a half steps after the value before, and how many steps are left out. */
  readonly timeGaps: readonly { readonly index: number; readonly steps: number }[];
  /** One line for each kind of fault found; empty for a clean series. */
  readonly findings: readonly string[];
}

/**
 * Looks a series over before anything is learned from it: gaps, stretches where a collector stood still, outliers,
 * changes of unit, and times that repeat, fall, or leave steps out. Changes nothing.
 *
 * @param values - Oldest first; NaN means missing.
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite, times are not as many as values, or an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { qualityReport } from '@novacron/ml';
 *
 * const { missing, gaps, fallingTimes, findings } = qualityReport([1, 2, NaN, NaN, 3, 2, 1, 2], {
 *   times: [0, 1, 2, 3, 4, 3, 6, 7].map((minute) => minute * 60_000),
 * });
 * missing // => 0.25
 * gaps // => [{ start: 2, length: 2 }]
 * fallingTimes // => [5]
 * findings.length // => 3
 * ```
 */
export function qualityReport(values: ArrayLike<number>, options: QualityReportOptions = {}): QualityReport {
  const series = toValues(values);
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const constantLength = checkedInteger(options.constantLength ?? 12, 'constantLength', 2, 1e9);
  const observed = observedCount(series);
  const seasonal = seasonLength > 1 && series.length >= 2 * seasonLength && observed > 0;
  const found = {
    missing: series.length === 0 ? 0 : 1 - observed / series.length,
    gaps: stretches(series, (value) => value !== value, 1),
    constants: stretches(series, (value, before) => value === before, constantLength),
    outliers: findOutliers(series, seasonal ? { method: 'stl', seasonLength } : {}),
    unitJumps: findUnitJumps(series),
    ...judgeTimes(options.times, series.length),
  };
  return { length: series.length, ...found, findings: findingsOf(found) };
}

/** Stretches of values that are alike; the first of equal values has none before it that it equals, but counts. */
function stretches(
  values: Float64Array,
  belongs: (value: number, before: number) => boolean,
  shortest: number,
): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  let inside = false;
  for (let i = 0; i <= values.length; i++) {
    const isIn = i < values.length && belongs(values[i] as number, i > 0 ? (values[i - 1] as number) : NaN);
    if (isIn && !inside) start = Number.isNaN(values[i]) ? i : i - 1;
    if (!isIn && inside && i - start >= shortest) found.push({ start, length: i - start });
    inside = isIn;
  }
  return found;
}

type Times = Pick<QualityReport, 'stepMs' | 'duplicates' | 'fallingTimes' | 'timeGaps'>;

function judgeTimes(times: ArrayLike<number> | undefined, length: number): Times {
  if (times === undefined) return { duplicates: [], fallingTimes: [], timeGaps: [] };
  if (times.length !== length) throw invalid(`There must be ${length} times, not ${times.length}`, { option: 'times' });
  const stepMs = usualStep(times);
  const places = Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  const distance = (i: number): number => (times[i] as number) - (times[i - 1] as number);
  const step = stepMs ?? Infinity;
  const timeGaps = places
    .filter((i) => distance(i) > 1.5 * step)
    .map((index) => ({ index, steps: Math.round(distance(index) / step) - 1 }));
  return {
    stepMs,
    duplicates: places.filter((i) => distance(i) === 0),
    fallingTimes: places.filter((i) => distance(i) < 0),
    timeGaps,
  };
}

function findingsOf(found: Omit<QualityReport, 'length' | 'findings'>): string[] {
  const { missing, gaps, constants, outliers, unitJumps, duplicates, fallingTimes, timeGaps } = found;
  const longest = (list: readonly Stretch[]): number => list.reduce((most, { length }) => Math.max(most, length), 0);
  const lines: [boolean, () => string][] = [
    [
      gaps.length > 0,
      () => `${(100 * missing).toFixed(1)} % missing in ${gaps.length} gaps, up to ${longest(gaps)} long`,
    ],
    [constants.length > 0, () => `${constants.length} stretches stand still, up to ${longest(constants)} values`],
    [outliers.length > 0, () => `${outliers.length} outliers, the first at ${outliers[0]?.index}`],
    [unitJumps.length > 0, () => `the unit seems to change at ${unitJumps.map(({ index }) => index).join(', ')}`],
    [duplicates.length > 0, () => `${duplicates.length} times come twice`],
    [fallingTimes.length > 0, () => `${fallingTimes.length} times go back`],
    [
      timeGaps.length > 0,
      () => `${timeGaps.reduce((sum, { steps }) => sum + steps, 0)} steps are left out of the times`,
    ],
  ];
  return lines.filter(([wrong]) => wrong).map(([, line]) => line());
}
