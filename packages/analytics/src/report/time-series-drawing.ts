import type { TopLevelSpec } from 'vega-lite';
import { axisLabel, chartConfig, timeFormat } from './chart-config.ts';
import type { ChartDrawing } from './chart-renderer.ts';
import { formatNumber, formatTime } from './format.ts';
import type { TimeSeriesChart } from './model.ts';
import { thinLine } from './thin.ts';

const width = 380;
const height = 150;
const mostPoints = 760; // two a pixel

/** Draws a chart: band, limit, line, forecast, anomalies, one over the other. */
export function timeSeriesDrawing(chart: TimeSeriesChart): ChartDrawing {
  const { anomalies = [], threshold, format } = chart;
  const line = thinLine(chart.timesMs, chart.values, mostPoints);
  const ahead = forecastRows(chart);
  const x = {
    field: 'time',
    type: 'temporal',
    scale: { type: 'utc' },
    axis: { tickCount: 5, format: timeFormat(spanOf(chart)) },
  } as const;
  const y = {
    type: 'quantitative',
    axis: { labelExpr: axisLabel(format), tickCount: 4 },
    scale: {
      zero: false,
      nice: true,
      ...(chart.minimum !== undefined && { domainMin: chart.minimum }),
      ...(chart.maximum !== undefined && { domainMax: chart.maximum }),
    },
  } as const;
  const spec: TopLevelSpec = {
    width,
    height,
    config: chartConfig,
    encoding: { x },
    layer: [
      {
        data: { values: ahead.filter(({ lower }) => lower !== null) },
        mark: { type: 'area', color: 'var(--forecast)', opacity: 0.18 },
        encoding: { y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
      },
      {
        data: { values: threshold === undefined ? [] : [{ value: threshold }] },
        mark: { type: 'rule', color: 'var(--bad)', strokeDash: [2, 3], opacity: 0.7 },
        encoding: { x: { value: 0 }, x2: { value: width }, y: { ...y, field: 'value' } },
      },
      {
        data: { values: line },
        mark: { type: 'line', color: 'var(--actual)', strokeWidth: 1.6, strokeCap: 'round', strokeJoin: 'round' },
        encoding: { y: { ...y, field: 'value' } },
      },
      {
        data: { values: ahead },
        mark: { type: 'line', color: 'var(--forecast)', strokeWidth: 1.8, strokeDash: [5, 3], strokeJoin: 'round' },
        encoding: { y: { ...y, field: 'mean' } },
      },
      {
        data: { values: anomalies.map(({ timeMs, value }) => ({ time: timeMs, value })) },
        mark: { type: 'point', color: 'var(--bad)', fill: 'var(--surface)', size: 42, strokeWidth: 2, opacity: 1 },
        encoding: { y: { ...y, field: 'value' } },
      },
    ],
  };
  return { spec, title: chart.title, description: describeChart(chart) };
}

/** From the first time to the last, forecast included, in milliseconds. */
function spanOf({ timesMs, forecast }: TimeSeriesChart): number {
  const end = forecast?.timesMs ?? timesMs;
  return (end[end.length - 1] ?? NaN) - (timesMs[0] ?? NaN);
}

interface ForecastRow {
  readonly time: number;
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The forecast, led in by the last measured value so that the two lines meet. */
function forecastRows({ timesMs, values, forecast }: TimeSeriesChart): ForecastRow[] {
  if (forecast === undefined) return [];
  const known = (numbers: ArrayLike<number> | undefined, i: number): number | null =>
    Number.isFinite(numbers?.[i]) ? (numbers?.[i] as number) : null;
  const rows = Array.from({ length: forecast.timesMs.length }, (_, i) => ({
    time: forecast.timesMs[i] as number,
    mean: known(forecast.mean, i),
    lower: known(forecast.lower, i),
    upper: known(forecast.upper, i),
  }));
  const last = known(values, values.length - 1);
  if (last === null || rows.length === 0) return rows;
  const band = rows[0]?.lower === null ? null : last;
  return [{ time: timesMs[values.length - 1] as number, mean: last, lower: band, upper: band }, ...rows];
}

/** The chart's few numbers in a line: where it stands, its peak, where it is going. */
export function headlineOf({ values, forecast, format }: TimeSeriesChart): string {
  const known = Array.from(values).filter(Number.isFinite);
  const last = known.at(-1);
  if (last === undefined) return 'no values';
  const parts = [
    `now ${formatNumber(last, format)}`,
    `peak ${formatNumber(
      known.reduce((a, b) => Math.max(a, b)),
      format,
    )}`,
  ];
  if (forecast !== undefined && forecast.mean.length > 0) {
    const highest = Array.from(forecast.mean).reduce((a, b) => Math.max(a, b));
    parts.push(`forecast up to ${formatNumber(highest, format)}`);
  }
  return parts.join(' · ');
}

/** What the chart shows, in a sentence or three. */
export function describeChart({ timesMs, values, forecast, anomalies = [], format }: TimeSeriesChart): string {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least > most) return 'No values.';
  const span = `From ${formatTime(timesMs[0] as number)} to ${formatTime(timesMs[timesMs.length - 1] as number)} UTC`;
  const sentences = [`${span} between ${formatNumber(least, format)} and ${formatNumber(most, format)}.`];
  const steps = forecast?.mean.length ?? 0;
  if (forecast !== undefined && steps > 0) {
    const until = formatTime(forecast.timesMs[steps - 1] as number);
    sentences.push(`Forecast for ${until} UTC: ${formatNumber(forecast.mean[steps - 1] as number, format)}.`);
  }
  if (anomalies.length > 0) sentences.push(`${anomalies.length} ${anomalies.length === 1 ? 'anomaly' : 'anomalies'}.`);
  return sentences.join(' ');
}
