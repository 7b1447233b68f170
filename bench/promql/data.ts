import { seededRandom, type Labels, type Series } from '@novacron/core';
import type { SampleBatch, SeriesId } from '@novacron/monitoring';

/** The time of the newest samples. */
export const endMs: number = Date.UTC(2026, 0, 11);
const stepMs = 15_000;
const hour = 3_600_000;

/** A series that is to be written. */
export interface BenchmarkSeries extends SeriesId {
  /** How many samples it has, 15 s apart, the last one at the end of the data. */
  readonly samples: number;
  /** Gives the next value, from the one before. It is asked once for each sample. */
  readonly next: (before: number) => number;
}

/**
 * Metrics of virtual machines, 20 series each: one gauge, four counters and five buckets with an hour of samples 15 s
 * apart, and ten series that stand in the index with a single sample. A hundred counters have a day.
 */
export function benchmarkData(machines: number): BenchmarkSeries[] {
  const series: BenchmarkSeries[] = [];
  const add = (metric: string, labels: Labels, samples: number, next: (before: number, random: number) => number) => {
    const random = seededRandom(series.length);
    series.push({ metric, labels, samples, next: (before) => next(before, random()) });
  };
  const counter = (metric: string, labels: Labels, samples: number, speed: number): void =>
    add(metric, labels, samples, (before, random) => (before || 1e9) + Math.floor(random * speed));
  for (let machine = 0; machine < machines; machine++) {
    const labels = { vm: `vm-${machine}`, host: `host-${machine % 50}` };
    add('vm_load', labels, hour / stepMs, (_, random) => Math.floor(random * 1_000) / 10);
    for (let device = 0; device < 4; device++) {
      const long = machine < 25;
      counter('vm_bytes_total', { ...labels, device: `d${device}` }, ((long ? 24 : 1) * hour) / stepMs, 100_000);
    }
    for (const [i, le] of ['0.01', '0.1', '1', '10', '+Inf'].entries()) {
      counter('vm_seconds_bucket', { ...labels, le }, hour / stepMs, 5 * (i + 1));
    }
    for (let other = 0; other < 10; other++) add(`vm_other_${other}`, labels, 1, () => machine);
  }
  return series;
}

/** A series with all of its samples. */
export function columnsOf({ metric, labels, samples, next }: BenchmarkSeries): Series {
  let value = 0;
  return {
    metric,
    labels,
    timesMs: Float64Array.from({ length: samples }, (_, i) => timeOf(samples - i)),
    values: Float64Array.from({ length: samples }, () => (value = next(value))),
  };
}

/** The samples as they come in: one of each series that has one, every 15 s. */
export function* rounds(
  series: readonly BenchmarkSeries[],
  refs: Uint32Array,
): Generator<SampleBatch, void, undefined> {
  const last = new Float64Array(series.length);
  const longest = Math.max(...series.map(({ samples }) => samples));
  for (let before = longest; before > 0; before--) {
    const places = Uint32Array.from([...series.keys()].filter((i) => (series[i] as BenchmarkSeries).samples >= before));
    for (const place of places) last[place] = (series[place] as BenchmarkSeries).next(last[place] as number);
    yield {
      refs: places.map((place) => refs[place] as number),
      timesMs: new Float64Array(places.length).fill(timeOf(before)),
      values: Float64Array.from(places, (place) => last[place] as number),
    };
  }
}

/** The time of a sample, by its place from the end. */
function timeOf(place: number): number {
  return endMs - (place - 1) * stepMs - 1_234;
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
