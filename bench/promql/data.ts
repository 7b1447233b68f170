import { seededRandom, type Labels, type Series } from '@novacron/core';
import type { SampleBatch } from '@novacron/monitoring';

/** The time of the newest samples. */
export const endMs: number = Date.UTC(2026, 0, 11);
const stepMs = 15_000;
const hour = 3_600_000;

/**
 * Metrics of virtual machines, 20 series each: one gauge, four counters and five buckets with an hour of samples 15 s
 * apart, and ten series that stand in the index with a single sample. A hundred counters have a day.
 */
export function benchmarkData(machines: number): Series[] {
  const random = seededRandom(7);
  const series: Series[] = [];
  const counter = (metric: string, labels: Labels, samples: number, speed: number): void => {
    series.push(column(metric, labels, samples, (_, before) => (before || 1e9) + Math.floor(random() * speed)));
  };
  for (let machine = 0; machine < machines; machine++) {
    const labels = { vm: `vm-${machine}`, host: `host-${machine % 50}` };
    series.push(column('vm_load', labels, hour / stepMs, () => Math.floor(random() * 1_000) / 10));
    for (let device = 0; device < 4; device++) {
      const long = machine < 25;
      counter('vm_bytes_total', { ...labels, device: `d${device}` }, ((long ? 24 : 1) * hour) / stepMs, 100_000);
    }
    for (const [i, le] of ['0.01', '0.1', '1', '10', '+Inf'].entries()) {
      counter('vm_seconds_bucket', { ...labels, le }, hour / stepMs, 5 * (i + 1));
    }
    for (let other = 0; other < 10; other++) series.push(column(`vm_other_${other}`, labels, 1, () => machine));
  }
  return series;
}

function column(metric: string, labels: Labels, samples: number, next: (i: number, before: number) => number): Series {
  const timesMs = new Float64Array(samples);
  const values = new Float64Array(samples);
  let value = 0;
  for (let i = 0; i < samples; i++) {
    timesMs[i] = endMs - (samples - 1 - i) * stepMs - 1_234;
    values[i] = value = next(i, value);
  }
  return { metric, labels, timesMs, values };
}

/** The samples as they come in: one of each series that has one, every 15 s. */
export function* rounds(series: readonly Series[], refs: Uint32Array): Generator<SampleBatch, void, undefined> {
  const longest = Math.max(...series.map(({ values }) => values.length));
  for (let before = longest; before > 0; before--) {
    const present = [...series.keys()].filter((i) => (series[i] as Series).values.length >= before);
    const places = Uint32Array.from(present);
    yield {
      refs: places.map((place) => refs[place] as number),
      timesMs: Float64Array.from(places, (place) => (series[place] as Series).timesMs.at(-before) as number),
      values: Float64Array.from(places, (place) => (series[place] as Series).values.at(-before) as number),
    };
  }
}

/** A query of a dashboard; with a step it is a range query that ends with the data. */
export interface BenchmarkQuery {
  readonly figure: string;
  readonly query: string;
  readonly rangeMs?: number;
  readonly stepMs?: number;
}

/** Six queries of dashboards. */
export const benchmarkQueries: readonly BenchmarkQuery[] = [
  { figure: 'instant-sum-by-host', query: 'sum by (host) (vm_load)' },
  {
    figure: 'range-rate',
    query: 'rate(vm_bytes_total{host=~"host-[0-4]",device=~"d[01]"}[5m])',
    rangeMs: hour,
    stepMs: 15_000,
  },
  { figure: 'instant-quantile-over-time', query: 'quantile_over_time(0.95, vm_load[1h])' },
  { figure: 'instant-topk-sum-rate', query: 'topk(10, sum by (vm) (rate(vm_bytes_total[5m])))' },
  {
    figure: 'range-histogram-quantile',
    query: 'histogram_quantile(0.9, sum by (host, le) (rate(vm_seconds_bucket[5m])))',
    rangeMs: hour,
    stepMs: 60_000,
  },
  {
    figure: 'day-sum-by-rate',
    query: `sum by (device) (rate(vm_bytes_total{vm=~"vm-[0-9]|vm-1[0-9]|vm-2[0-4]"}[5m]))`,
    rangeMs: 24 * hour,
    stepMs: 60_000,
  },
];
