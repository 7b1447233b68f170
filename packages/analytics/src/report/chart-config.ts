import type { Config } from 'vega-lite';
import type { NumberFormat } from './model.ts';

/** How charts look: colours are the page's own CSS variables. */
export const chartConfig: Config = {
  background: 'transparent',
  font: 'inherit',
  aria: false,
  padding: 2,
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    grid: true,
    gridColor: 'var(--line)',
    labelColor: 'var(--muted)',
    labelFontSize: 11,
    labelPadding: 6,
    title: null,
  },
  axisX: { grid: false, labelFlush: true, labelOverlap: true },
};

const axisLabels: Readonly<Record<NumberFormat, string>> = {
  number:
    "abs(datum.value) >= 1e4 || (datum.value != 0 && abs(datum.value) < 1e-2) ? format(datum.value, '.3~s') : format(datum.value, '~r')",
  percent: "format(datum.value * 100, '.3~r') + ' %'",
  bytes:
    "abs(datum.value) >= 1099511627776 ? format(datum.value / 1099511627776, '.3~r') + ' TiB'" +
    " : abs(datum.value) >= 1073741824 ? format(datum.value / 1073741824, '.3~r') + ' GiB'" +
    " : abs(datum.value) >= 1048576 ? format(datum.value / 1048576, '.3~r') + ' MiB'" +
    " : abs(datum.value) >= 1024 ? format(datum.value / 1024, '.3~r') + ' KiB' : format(datum.value, '.3~r') + ' B'",
  duration:
    "abs(datum.value) >= 3600000 ? format(datum.value / 3600000, '.3~r') + ' h'" +
    " : abs(datum.value) >= 60000 ? format(datum.value / 60000, '.3~r') + ' min'" +
    " : abs(datum.value) >= 1000 ? format(datum.value / 1000, '.3~r') + ' s' : format(datum.value, '.3~r') + ' ms'",
};

/** The expression that writes an axis' numbers. */
export function axisLabel(format: NumberFormat = 'number'): string {
  return axisLabels[format];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** How an axis writes its times, so that neighbouring ticks differ and none is longer than need be. */
export function timeFormat(spanMs: number): string {
  if (spanMs < 10 * minuteMs) return '%H:%M:%S';
  if (spanMs < 1.5 * dayMs) return '%H:%M';
  if (spanMs < 4 * dayMs) return '%a %H:%M';
  return spanMs < 20 * dayMs ? '%a %d' : '%d %b';
}

/**
 * How many ticks a time axis gets: whole days where {@link timeFormat} writes days, so that no day stands twice.
 *
 * @param spanMs - The length of the axis in milliseconds.
 * @param atMost - How many fit.
 */
export function timeTicks(spanMs: number, atMost: number): number | { interval: 'day'; step: number } {
  if (spanMs < 4 * dayMs) return atMost;
  return { interval: 'day', step: Math.ceil(spanMs / dayMs / atMost) };
}
