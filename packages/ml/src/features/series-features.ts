import { invalid } from '../error.ts';
import { windowColumns } from './window-columns.ts';
import { checkedInteger, checkOptions, longestSeason, toValues } from '../values.ts';

/** What is told of the past of each value. */
export interface SeriesFeaturesOptions {
  /** Values so many steps before. @default none */
  readonly lags?: readonly number[] | undefined;
  /** Mean, deviation, least and largest of so many values before. @default none */
  readonly windows?: readonly number[] | undefined;
  /** The value before minus the one so many steps before that. @default none */
  readonly differences?: readonly number[] | undefined;
  /** Sine and cosine of each of so many waves a season. @default none */
  readonly waves?: readonly { readonly seasonLength: number; readonly harmonics: number }[] | undefined;
  /** The place in a season, from 0. @default none */
  readonly phases?: readonly number[] | undefined;
}

/** Features of a series: a column each, as long as the series. */
export interface SeriesFeatures {
  /** What each column is: `lag1`, `mean24`, `sin24.1`. */
  readonly names: readonly string[];
  /** The columns; NaN where the past does not reach back. */
  readonly columns: readonly Float64Array[];
}

/** Features that are computed together. */
interface FeatureGroup {
  readonly names: readonly string[];
  /** Their columns, from the values before each step. */
  readonly columns: (values: Float64Array) => readonly Float64Array[];
}

const mostFeatures = 10_000;
/** More would not fit into memory. */
const mostNumbers = 100_000_000;

/**
 * What can be known of each value before it comes: every feature of step `t` is computed from the steps before `t` and
 * from `t` itself, never from the value there or one after it.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range, or there are more than 10,000 features or
 * 100,000,000 numbers in them.
 *
 * @example
 * ```ts
 * import { seriesFeatures } from '@novacron/ml';
 *
 * const { names, columns } = seriesFeatures([5, 7, 6, 9], { lags: [1], windows: [2] });
 * names // => ['lag1', 'mean2', 'deviation2', 'least2', 'largest2']
 * [...columns[0]!] // => [NaN, 5, 7, 6]
 * [...columns[1]!] // => [NaN, NaN, 6, 6.5]
 * ```
 */
export function seriesFeatures(values: ArrayLike<number>, options: SeriesFeaturesOptions): SeriesFeatures {
  const series = toValues(values);
  const groups = groupsOf(options);
  const names = groups.flatMap((group) => group.names);
  if (names.length > mostFeatures || names.length * series.length > mostNumbers) {
    throw invalid(`There are more than ${mostFeatures} features, or ${mostNumbers} numbers in them`, {
      count: names.length,
    });
  }
  return { names, columns: groups.flatMap(({ columns }) => columns(series)) };
}

function groupsOf(options: SeriesFeaturesOptions): readonly FeatureGroup[] {
  checkOptions(options);
  const { lags = [], windows = [], differences = [], waves = [], phases = [] } = options;
  for (const [option, list] of Object.entries({ lags, windows, differences, waves, phases })) {
    if (!Array.isArray(list) || list.length > mostFeatures) throw invalid(`${option} must be a list`, { option });
  }
  const steps = (value: unknown, name: string): number => checkedInteger(value, name, 1, longestSeason);
  return [
    ...lags.map((lag) => {
      steps(lag, 'lags');
      return single(`lag${lag}`, (values, t) => values[t - lag] ?? NaN);
    }),
    ...windows.map((window) => {
      steps(window, 'windows');
      const names = ['mean', 'deviation', 'least', 'largest'].map((name) => `${name}${window}`);
      return { names, columns: (values: Float64Array) => windowColumns(values, window) };
    }),
    ...differences.map((lag) => {
      steps(lag, 'differences');
      return single(`difference${lag}`, (values, t) => (values[t - 1] ?? NaN) - (values[t - 1 - lag] ?? NaN));
    }),
    ...phases.map((length) => {
      steps(length, 'phases');
      return single(`phase${length}`, (_, t) => t % length);
    }),
    ...waves.flatMap(({ seasonLength, harmonics }) => waveFeatures(steps(seasonLength, 'waves'), harmonics)),
  ];
}

/** One feature, from `values[0]` to `values[t - 1]`. */
function single(name: string, at: (values: Float64Array, t: number) => number): FeatureGroup {
  return { names: [name], columns: (values) => [Float64Array.from(values, (_, t) => at(values, t))] };
}

function waveFeatures(seasonLength: number, harmonics: number): FeatureGroup[] {
  checkedInteger(harmonics, 'harmonics', 1, Math.min(mostFeatures, Math.max(1, seasonLength >> 1)));
  return Array.from({ length: harmonics }, (_, k) => k + 1).flatMap((k) => {
    const angle = (t: number): number => (2 * Math.PI * k * (t % seasonLength)) / seasonLength;
    return [
      single(`sin${seasonLength}.${k}`, (_, t) => Math.sin(angle(t))),
      single(`cos${seasonLength}.${k}`, (_, t) => Math.cos(angle(t))),
    ];
  });
}
