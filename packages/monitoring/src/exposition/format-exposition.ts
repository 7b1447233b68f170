import type { Sample } from '@novacron/core';
import type { MetricMetadata } from '../metadata/metric-metadata.ts';
import type { ExpositionFormat } from './exposition-format.ts';

/** How samples are written. */
export interface FormatExpositionOptions {
  /** @default 'prometheus' */
  readonly format?: ExpositionFormat | undefined;
  /** Tells what a metric is. @default nobody knows: no comments are written */
  readonly metadata?: ((metric: string) => MetricMetadata | undefined) | undefined;
  /** Whether the samples' times are written. @default false: who reads it takes the time of reading */
  readonly times?: boolean | undefined;
}

/** About so many characters are written at a time. */
const pieceLength = 65_536;

/** Parts of a histogram or a summary, and what OpenMetrics adds to a counter. */
const suffixes = /_(?:bucket|sum|count|total|created|info|gsum|gcount)$/;

/**
 * Writes samples as exporters serve them, in pieces of some 64 kB, so that a page of 100,000 series never holds up the
 * event loop. Names that Prometheus does not take get `_` for each character that does not fit. The samples of a metric
 * stand together, as the formats ask; series keep their order.
 *
 * Source: Prometheus, "Exposition formats"; OpenMetrics 1.0.
 *
 * @example
 * ```ts
 * import { formatExposition } from '@novacron/monitoring';
 *
 * const samples = [{ metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 1_000, value: 1 }];
 * [...formatExposition(samples)].join('') // => 'vm_up{vm="web-1"} 1\n'
 * ```
 */
export function* formatExposition(
  samples: readonly Sample[],
  { format = 'prometheus', metadata, times = false }: FormatExpositionOptions = {},
): Generator<string, void, undefined> {
  const byMetric = new Map<string, Sample[]>();
  const familyOf = (metric: string): string => {
    if (metadata?.(metric) !== undefined) return metric;
    const family = metric.replace(suffixes, '');
    return metadata?.(family) === undefined ? metric : family;
  };
  for (const sample of samples) {
    const family = familyOf(sample.metric);
    const same = byMetric.get(family);
    if (same === undefined) byMetric.set(family, [sample]);
    else same.push(sample);
  }
  let piece = '';
  for (const [family, own] of byMetric) {
    piece += commentsOf(family, metadata?.(family), format);
    for (const sample of own) {
      piece += lineOf(sample, format, times);
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
  }
  if (format === 'openmetrics') piece += '# EOF\n';
  if (piece !== '') yield piece;
}

function commentsOf(metric: string, metadata: MetricMetadata | undefined, format: ExpositionFormat): string {
  if (metadata === undefined) return '';
  const { type, help, unit } = metadata;
  const open = format === 'openmetrics';
  // OpenMetrics names a counter without the suffix of its samples.
  const name = prometheusText(open && type === 'counter' ? metric.replace(/_total$/, '') : metric);
  const typeName = open ? type : (plainTypes[type] ?? type);
  const escaped = help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return [
    ...(help === '' ? [] : [`# HELP ${name} ${open ? escaped.replace(/"/g, '\\"') : escaped}\n`]),
    `# TYPE ${name} ${typeName}\n`,
    ...(open && unit !== '' && name.endsWith(`_${unit}`) ? [`# UNIT ${name} ${unit}\n`] : []),
  ].join('');
}

/** What Prometheus' older format calls the types that it does not have. */
const plainTypes: Readonly<Record<string, string>> = {
  unknown: 'untyped',
  info: 'gauge',
  stateset: 'gauge',
  gaugehistogram: 'histogram',
};

function lineOf({ metric, labels, timeMs, value }: Sample, format: ExpositionFormat, times: boolean): string {
  let text = '';
  for (const name in labels) {
    if (!Object.hasOwn(labels, name)) continue;
    text += `${text === '' ? '{' : ','}${name}="${escapeValue(labels[name] as string)}"`;
  }
  const time = times ? ` ${format === 'openmetrics' ? timeMs / 1000 : Math.round(timeMs)}` : '';
  return `${prometheusText(metric)}${text === '' ? '' : `${text}}`} ${formatValue(value)}${time}\n`;
}

function prometheusText(metric: string): string {
  return /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(metric) ? metric : metric.replace(/[^A-Za-z0-9_:]/g, '_');
}

function escapeValue(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : value;
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
