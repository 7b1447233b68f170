import type { Labels } from '@novacron/core';

/** What tells a series of a result from the others. */
export interface Metric {
  /** The metric's name; empty when there is none. */
  readonly name: string;
  readonly labels: Labels;
}

/** The metric of a result without any label. */
export const noMetric: Metric = { name: '', labels: Object.freeze({}) };

/** A label's value; empty when there is none. `__name__` is the metric's name. */
export function labelOf({ name, labels }: Metric, label: string): string {
  if (label === '__name__') return name;
  return Object.hasOwn(labels, label) ? (labels[label] as string) : '';
}

/** The metric without its name. */
export function withoutName(metric: Metric): Metric {
  return metric.name === '' ? metric : { name: '', labels: metric.labels };
}

/** The metric with a label of another value; an empty value takes the label away. */
export function withLabel(metric: Metric, label: string, value: string): Metric {
  if (label === '__name__') return { name: value, labels: metric.labels };
  if (labelOf(metric, label) === value) return metric;
  const rest = Object.entries(metric.labels).filter(([name]) => name !== label);
  return { name: metric.name, labels: Object.fromEntries(value === '' ? rest : [...rest, [label, value]]) };
}

/** The metric with only some of its labels. */
export function keepLabels(metric: Metric, kept: readonly string[]): Metric {
  const labels = kept.flatMap((label): [string, string][] => {
    const value = label === '__name__' ? '' : labelOf(metric, label);
    return value === '' ? [] : [[label, value]];
  });
  return { name: kept.includes('__name__') ? metric.name : '', labels: Object.fromEntries(labels) };
}

/** The metric without some of its labels; its name stays unless it is among them. */
export function dropLabels(metric: Metric, dropped: ReadonlySet<string>): Metric {
  const labels = Object.entries(metric.labels).filter(([label]) => !dropped.has(label));
  return { name: dropped.has('__name__') ? '' : metric.name, labels: Object.fromEntries(labels) };
}

/** A text that is the same for the same labels, and different for different ones; the name is not in it. */
export function labelsKey(labels: Labels, without?: ReadonlySet<string>): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let key = '';
  for (const name of names) {
    const value = labels[name] as string;
    if (value !== '' && without?.has(name) !== true) key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** A text that tells a metric from all others. */
export function metricKey({ name, labels }: Metric): string {
  return `${name.length}:${name}${labelsKey(labels)}`;
}

/** A text that is the same for metrics that agree in some labels. */
export function valuesKey(metric: Metric, labels: readonly string[]): string {
  if (labels.length === 1) return labelOf(metric, labels[0] as string);
  let key = '';
  for (const label of labels) {
    const value = labelOf(metric, label);
    key += `${value.length}:${value}`;
  }
  return key;
}

/** The metric as Prometheus writes it: `{__name__="up", job="a"}`. */
export function formatMetric({ name, labels }: Metric): string {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (name !== '') entries.unshift(['__name__', name]);
  return `{${entries.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ')}}`;
}
