import type { Labels, Series } from '@novacron/core';

/** When the data begins: a fixed time, so that every run sees the same. */
export const dataStartMs: number = Date.UTC(2026, 0, 10);
const intervalMs = 5_000;
const samples = 1_300;

/** When the data ends. */
export const dataEndMs: number = dataStartMs + samples * intervalMs;

/** Prometheus' mark of a series' end. */
const staleMarker = new Float64Array(Uint32Array.of(2, 0x7f_f0_00_00).buffer);

/**
 * The metrics of Prometheus' demo service, made up: three instances scraped every 5 s. Samples lie between the times at
 * which queries look, so that it makes no difference whether a range's edge is in.
 */
export function demoData(): Series[] {
  const series: Series[] = [];
  const add = (metric: string, labels: Labels, instance: number, valueAt: (i: number) => number): void => {
    const timesMs = new Float64Array(samples);
    const values = new Float64Array(samples);
    for (let i = 0; i < samples; i++) {
      timesMs[i] = dataStartMs + i * intervalMs + 1_234 + instance * 17;
      values[i] = valueAt(i);
    }
    series.push({ metric, labels, timesMs, values });
  };
  for (let instance = 0; instance < 3; instance++) {
    const labels = { instance: `demo.promlabs.com:1000${instance}`, job: 'demo' };
    const wave = (i: number, length: number): number => Math.sin((i + instance * 40) / length);
    add('demo_num_cpus', labels, instance, () => 4);
    ['buffers', 'cached', 'free', 'used'].forEach((type, n) => {
      add('demo_memory_usage_bytes', { ...labels, type }, instance, (i) =>
        Math.round(1e9 * (n + 2 + wave(i, 30 + n * 7))),
      );
    });
    ['idle', 'system', 'user'].forEach((mode, n) => {
      add('demo_cpu_usage_seconds_total', { ...labels, mode }, instance, (i) => {
        const restarted = n === 2 && i > 900 ? i - 900 : i + 300;
        return restarted * (n + 1) * 0.731 + wave(i, 11);
      });
    });
    add('demo_disk_usage_bytes', labels, instance, (i) => 2e10 + i * 1e6 + 5e6 * wave(i, 9));
    add('demo_batch_last_success_timestamp_seconds', labels, instance, (i) => {
      return Math.floor((dataStartMs + i * intervalMs) / 120_000) * 120 - instance;
    });
    addHistogram(add, labels, instance);
    addIntermittent(series, labels, instance);
  }
  return series;
}

type Add = (metric: string, labels: Labels, instance: number, valueAt: (i: number) => number) => void;

function addHistogram(add: Add, labels: Labels, instance: number): void {
  const bounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];
  for (const method of ['GET', 'POST']) {
    for (const path of ['/api/bar', '/api/foo']) {
      const own = { ...labels, method, path };
      const speed = 3 + instance + method.length + path.charCodeAt(5) / 50;
      bounds.forEach((bound, n) => {
        const share = 1 - Math.exp(-(n + 1) / 3);
        const le = String(bound);
        add('demo_api_request_duration_seconds_bucket', { ...own, le }, instance, (i) =>
          Math.floor((i + 500) * speed * share),
        );
      });
      const all = (i: number): number => Math.floor((i + 500) * speed);
      add('demo_api_request_duration_seconds_bucket', { ...own, le: '+Inf' }, instance, all);
      add('demo_api_request_duration_seconds_count', own, instance, all);
      add('demo_api_request_duration_seconds_sum', own, instance, (i) => all(i) * 0.0123);
    }
  }
}

/** Comes and goes: three minutes there, then a mark of its end, then two minutes nothing. */
function addIntermittent(series: Series[], labels: Labels, instance: number): void {
  const timesMs: number[] = [];
  const values: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < samples; i++) {
    const phase = (i + instance * 13) % 60;
    if (phase > 36) continue;
    if (phase === 36) ends.push(values.length);
    timesMs.push(dataStartMs + i * intervalMs + 1_234 + instance * 17);
    values.push(1);
  }
  const column = Float64Array.from(values);
  const bits = new Uint32Array(column.buffer);
  const marker = new Uint32Array(staleMarker.buffer);
  for (const place of ends) bits.set(marker, place * 2);
  series.push({ metric: 'demo_intermittent_metric', labels, timesMs: Float64Array.from(timesMs), values: column });
}
