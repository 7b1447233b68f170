import { calendarFeatures } from '../../features/calendar-features.ts';

/** When the first value of a series was measured, and how far apart values are. */
export interface SeriesCalendar {
  /** Epoch milliseconds of the first value. */
  readonly startMs: number;
  /** Milliseconds from one value to the next. */
  readonly stepMs: number;
  /** An IANA name; daylight saving counts. @default 'UTC' */
  readonly timeZone?: string | undefined;
}

/** What the trees are told of a step. */
export interface TreeShape {
  /** How many steps back the values lie that they see. */
  readonly lags: readonly number[];
  /** Steps in a season. */
  readonly seasonLength: number;
  /** What the calendar of the steps is, if it counts. */
  readonly calendar?: SeriesCalendar | undefined;
}

const calendarNames: readonly string[] = ['hour', 'weekday', 'day', 'month', 'weekend'];

/** How many steps back the longest look goes. */
export function longestLook({ lags, seasonLength }: TreeShape): number {
  return Math.max(seasonLength, ...lags);
}

/** The names of the features, in their order. */
export function treeFeatureNames({ lags, seasonLength, calendar }: TreeShape): string[] {
  const phase = seasonLength > 1 ? ['phase'] : [];
  return [...lags.map((lag) => `lag${lag}`), 'mean', ...phase, ...(calendar === undefined ? [] : calendarNames)];
}

/** What the calendar says about steps; no columns without one. */
export function calendarColumns({ calendar }: TreeShape, from: number, length: number): readonly Float64Array[] {
  if (calendar === undefined) return [];
  const { startMs, stepMs, timeZone } = calendar;
  const times = Float64Array.from({ length }, (_, i) => startMs + (from + i) * stepMs);
  return calendarFeatures(times, timeZone).columns;
}

/** What a step is compared with: the value a season before. */
export function baseOf(path: Float64Array, place: number, { seasonLength }: TreeShape): number {
  return path[place - seasonLength] as number;
}

/**
 * The features of one step: values before it and their mean, as distances from its base in units of `scale`, so that
 * trees neither see levels nor sizes; its phase, and its calendar.
 *
 * @param path - Values without gaps; those before `place` are looked at.
 * @param place - Where the step stands there.
 * @param step - Which step of the series it is.
 * @param calendar - The calendar's columns.
 * @param row - Where the step stands in them.
 */
export function treeFeatures(
  path: Float64Array,
  place: number,
  shape: TreeShape,
  scale: number,
  step: number,
  calendar: readonly Float64Array[],
  row: number,
): number[] {
  const { lags, seasonLength } = shape;
  const base = baseOf(path, place, shape);
  const features = lags.map((lag) => ((path[place - lag] as number) - base) / scale);
  const look = longestLook(shape);
  let mean = 0;
  for (let i = place - look; i < place; i++) mean += (path[i] as number) / look;
  features.push((mean - base) / scale);
  if (seasonLength > 1) features.push(step % seasonLength);
  for (const column of calendar) features.push(column[row] as number);
  return features;
}
