import { invalid } from '../error.ts';
import { checkedInteger, longestSeason, toValues } from '../values.ts';

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

/** Computes one feature of the step `t` from the values before it. */
export interface Feature {
  /** What it is. */
  readonly name: string;
  /** Its value at a step, from `values[0]` to `values[t - 1]`. */
  at(values: Float64Array, t: number): number;
}

/**
 * What can be known of each value before it comes: every feature of step `t` is computed from the steps before `t` and
 * from `t` itself, never from the value there or one after it.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
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
  const features = featuresOf(options);
  return {
    names: features.map(({ name }) => name),
    columns: features.map((feature) => Float64Array.from(series, (_, t) => feature.at(series, t))),
  };
}

/**
 * The features that options ask for.
 *
 * @throws {MlError} NOVA_ML_INVALID when one is out of range, or there are more than 10,000.
 */
export function featuresOf(options: SeriesFeaturesOptions): readonly Feature[] {
  const { lags = [], windows = [], differences = [], waves = [], phases = [] } = options;
  const steps = (value: unknown, name: string): number => checkedInteger(value, name, 1, longestSeason);
  const features: Feature[] = [
    ...lags.map((lag): Feature => {
      steps(lag, 'lags');
      return { name: `lag${lag}`, at: (values, t) => values[t - lag] ?? NaN };
    }),
    ...windows.flatMap((window) => windowFeatures(steps(window, 'windows'))),
    ...differences.map((lag): Feature => {
      steps(lag, 'differences');
      return { name: `difference${lag}`, at: (values, t) => (values[t - 1] ?? NaN) - (values[t - 1 - lag] ?? NaN) };
    }),
    ...phases.map((length): Feature => {
      steps(length, 'phases');
      return { name: `phase${length}`, at: (_, t) => t % length };
    }),
    ...waves.flatMap(({ seasonLength, harmonics }) => waveFeatures(steps(seasonLength, 'waves'), harmonics)),
  ];
  if (features.length > 10_000) throw invalid('There are more than 10,000 features', { count: features.length });
  return features;
}

function windowFeatures(window: number): Feature[] {
  const over = (values: Float64Array, t: number, summary: (part: Float64Array) => number): number =>
    t < window ? NaN : summary(values.subarray(t - window, t));
  return [
    { name: `mean${window}`, at: (values, t) => over(values, t, mean) },
    { name: `deviation${window}`, at: (values, t) => over(values, t, deviation) },
    { name: `least${window}`, at: (values, t) => over(values, t, (part) => part.reduce((a, b) => Math.min(a, b))) },
    { name: `largest${window}`, at: (values, t) => over(values, t, (part) => part.reduce((a, b) => Math.max(a, b))) },
  ];
}

function waveFeatures(seasonLength: number, harmonics: number): Feature[] {
  checkedInteger(harmonics, 'harmonics', 1, Math.max(1, seasonLength >> 1));
  return Array.from({ length: harmonics }, (_, k) => k + 1).flatMap((k) => {
    const angle = (t: number): number => (2 * Math.PI * k * (t % seasonLength)) / seasonLength;
    return [
      { name: `sin${seasonLength}.${k}`, at: (_: Float64Array, t: number) => Math.sin(angle(t)) },
      { name: `cos${seasonLength}.${k}`, at: (_: Float64Array, t: number) => Math.cos(angle(t)) },
    ];
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function deviation(values: Float64Array): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2 / values.length, 0));
}
