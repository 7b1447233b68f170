import { memoryStore } from '@novacron/monitoring';
import { createPromqlEngine } from '@novacron/monitoring/promql';
import { compareQuery, type Comparison } from './compare.ts';
import { dataEndMs, demoData } from './demo-data.ts';
import { conformanceQueries } from './queries.ts';
import { remoteWrite } from './remote-write.ts';

/** Gives both engines the same data and asks both every query. */
export async function runConformance(url: string): Promise<Comparison[]> {
  const data = demoData();
  if (!(await isLoaded(url))) await remoteWrite(url, data);
  const store = memoryStore();
  const refs = await store.register(data.map(({ metric, labels }) => ({ metric, labels })));
  for (const [i, { timesMs, values }] of data.entries()) {
    await store.appendBatch({ refs: new Uint32Array(values.length).fill(refs[i] as number), timesMs, values });
  }
  const engine = createPromqlEngine(store, { experimental: true });
  const comparisons: Comparison[] = [];
  for (const query of conformanceQueries()) comparisons.push(await compareQuery(engine, url, query));
  return comparisons;
}

/** Whether an earlier run has written the data already. */
async function isLoaded(url: string): Promise<boolean> {
  const query = new URLSearchParams({ query: 'count(demo_num_cpus)', time: String(dataEndMs / 1000) });
  const body = (await (await fetch(`${url}/api/v1/query?${query.toString()}`)).json()) as {
    data: { result: unknown[] };
  };
  return body.data.result.length > 0;
}
