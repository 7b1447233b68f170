import { memoryStore, type MetricStore } from '@novacron/monitoring';

/** A store of some series of the counter `m_total`, that grow by one each second. */
export async function filled(series: number, samples: number, stepMs = 15_000): Promise<MetricStore> {
  const store = memoryStore();
  const ids = Array.from({ length: series }, (_, i) => ({
    metric: 'm_total',
    labels: { i: String(i), job: `j${i % 10}` },
  }));
  const refs = await store.register(ids);
  const timesMs = Float64Array.from({ length: samples }, (_, i) => i * stepMs);
  const values = timesMs.map((timeMs) => timeMs / 1000);
  for (const ref of refs) await store.appendBatch({ refs: new Uint32Array(samples).fill(ref), timesMs, values });
  return store;
}
