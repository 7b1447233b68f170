import type { Forecast } from '@novacron/ml';
import type { TopLevelSpec } from 'vega-lite';

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** What a picture of a forecast shows. */
export interface ForecastPicture {
  /** The series, the end of which the model has not seen. */
  readonly values: ArrayLike<number>;
  /** How many values it has seen. */
  readonly seen: number;
  /** How many of those are drawn. */
  readonly drawn: number;
  /** What it says of the rest, with two levels. */
  readonly forecast: Forecast;
  /** What the values are. */
  readonly unit: string;
  /** What a step is. */
  readonly step: string;
}

const past = '#6b7280';
const ahead = '#2563eb';

/** The end of the series, the forecast over it with its two bands, and what really came. */
export function forecastPicture({ values, seen, drawn, forecast, unit, step }: ForecastPicture): TopLevelSpec {
  const { mean, intervals } = forecast;
  const from = Math.max(0, seen - drawn);
  const known = Array.from({ length: seen - from }, (_, i) => ({ step: from + i, value: values[from + i] }));
  const came = Array.from({ length: Math.min(mean.length, values.length - seen) + 1 }, (_, i) => {
    return { step: seen - 1 + i, value: values[seen - 1 + i] };
  });
  const bands = intervals.map(({ lower, upper }) =>
    Array.from(mean, (_, i) => ({ step: seen + i, lower: round(lower[i]), upper: round(upper[i]) })),
  );
  const expected = Array.from(mean, (value, i) => ({ step: seen + i, value: round(value) }));
  const x = {
    field: 'step',
    type: 'quantitative' as const,
    title: step,
    scale: { domain: [from, seen + mean.length], nice: false },
  };
  const y = { type: 'quantitative', title: unit, scale: { zero: false } } as const;
  return {
    ...frame(),
    encoding: { x },
    layer: [
      ...bands.map((band) => ({
        data: { values: band },
        mark: { type: 'area', color: ahead, opacity: 0.16 } as const,
        encoding: { y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
      })),
      line(known, past, y),
      { ...line(came, past, y), mark: { type: 'line', color: past, strokeWidth: 1.4, strokeDash: [2, 3] } },
      line(expected, ahead, y),
    ],
  };
}

/** A series with values marked, and what would stand in their places. */
export function markedPicture(
  values: ArrayLike<number>,
  marks: readonly { readonly index: number; readonly value: number; readonly replacement: number }[],
  unit: string,
  step: string,
): TopLevelSpec {
  const y = { type: 'quantitative', title: unit, scale: { zero: false } } as const;
  const points = (color: string, of: (mark: (typeof marks)[number]) => number): Layer => ({
    data: { values: marks.map((mark) => ({ step: mark.index, value: round(of(mark)) })) },
    mark: { type: 'point', color, filled: true, size: 60, opacity: 1 },
    encoding: { y: { ...y, field: 'value' } },
  });
  return {
    ...frame(),
    encoding: { x: { field: 'step', type: 'quantitative', title: step, scale: { nice: false } } },
    layer: [
      line(
        Array.from(values, (value, at) => ({ step: at, value })),
        past,
        y,
      ),
      points('#dc2626', ({ value }) => value),
      points(ahead, ({ replacement }) => replacement),
    ],
  };
}

/** Autocorrelations as bars, between the limits within which 95 of 100 lie when there is none. */
export function correlogram(autocorrelations: ArrayLike<number>, count: number): TopLevelSpec {
  const limit = round(1.96 / Math.sqrt(count));
  const y = { type: 'quantitative', title: 'autocorrelation' } as const;
  return {
    ...frame(),
    layer: [
      {
        data: { values: [{ value: limit }, { value: -limit }] },
        mark: { type: 'rule', color: ahead, strokeDash: [4, 3] },
        encoding: { y: { ...y, field: 'value' } },
      },
      {
        data: { values: Array.from(autocorrelations, (value, lag) => ({ lag, value: round(value) })).slice(1) },
        mark: { type: 'bar', color: past, width: 8 },
        encoding: { x: { field: 'lag', type: 'quantitative', scale: { nice: false } }, y: { ...y, field: 'value' } },
      },
    ],
  };
}

/** Panels one over the other, a line each. */
export function panels(
  rows: readonly (readonly [title: string, values: ArrayLike<number>])[],
  step: string,
): TopLevelSpec {
  const { width, background, config } = frame();
  return {
    background,
    config,
    spacing: 8,
    vconcat: rows.map(([title, values], i) => ({
      width,
      height: 70,
      data: { values: Array.from(values, (value, at) => ({ step: at, value: round(value) })) },
      mark: { type: 'line', color: i === 0 ? past : ahead, strokeWidth: 1.4 },
      encoding: {
        x: {
          field: 'step',
          type: 'quantitative',
          title: i === rows.length - 1 ? step : null,
          axis: { labels: i === rows.length - 1 },
          scale: { nice: false },
        },
        y: { field: 'value', type: 'quantitative', title, scale: { zero: false }, axis: { tickCount: 3 } },
      },
    })),
  };
}

function line(
  data: readonly { readonly step: number; readonly value: number | undefined }[],
  color: string,
  y: { readonly type: 'quantitative'; readonly title: string; readonly scale: { readonly zero: boolean } },
): Layer {
  return {
    data: { values: [...data] },
    mark: { type: 'line', color, strokeWidth: 1.6, strokeJoin: 'round' },
    encoding: { y: { ...y, field: 'value' } },
  };
}

/** One size and one manner for all; grey that can be read on white and on black. */
function frame(): {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly config: object;
} {
  const text = { labelColor: past, titleColor: past, titleFontWeight: 'normal' };
  return {
    width: 640,
    height: 220,
    background: 'transparent',
    config: {
      font: 'system-ui, sans-serif',
      view: { stroke: null },
      axis: { ...text, gridColor: past, gridOpacity: 0.15, domainColor: past, tickColor: past },
    },
  };
}

/** Six digits are more than a picture shows. */
function round(value: number | undefined): number {
  return Number((value ?? NaN).toPrecision(6));
}
