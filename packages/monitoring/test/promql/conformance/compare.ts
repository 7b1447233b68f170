import type { PrometheusData, PrometheusPoint, PromqlEngine } from '@novacron/monitoring/promql';
import { toPrometheusJson } from '@novacron/monitoring/promql';
import { dataEndMs } from './demo-data.ts';

/** Ten minutes at the end of the data, at times that are no multiples of anything. */
export const range: { readonly startMs: number; readonly endMs: number; readonly stepMs: number } = {
  startMs: dataEndMs - 15 * 60_000 + 1_003,
  endMs: dataEndMs - 5 * 60_000 + 1_003,
  stepMs: 37_000,
};

/** How the two engines answered; no problem when they agree. */
export interface Comparison {
  readonly query: string;
  readonly problem?: string | undefined;
}

/** Where Prometheus 2.42, the referee at hand, differs from Prometheus 3 other than at the edges of ranges. */
export function knownDifference(query: string): string | undefined {
  if (/atan2/.test(query) && /demo_/.test(query)) return 'Prometheus 2 keeps the metric name in atan2';
  if (/predict_linear\(.*@/.test(query)) return 'Prometheus 2 moves the fixed range of predict_linear with the steps';
  return undefined;
}

/** Asks both engines the same range query, and the instant query at its end. */
export async function compareQuery(engine: PromqlEngine, url: string, query: string): Promise<Comparison> {
  // Prometheus 3 has a new name for it.
  const ours = query.replaceAll('holt_winters', 'double_exponential_smoothing');
  const { startMs, endMs, stepMs } = range;
  const seconds = (milliseconds: number): string => String(milliseconds / 1000);
  const nameless = query.includes('atan2');
  const ranged = await compareAnswers(
    nameless,
    async () => toPrometheusJson((await engine.queryRange(ours, range)).result),
    () =>
      ask(url, 'query_range', { query: query, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) }),
  );
  const instant = await compareAnswers(
    nameless,
    async () => toPrometheusJson((await engine.query(ours, { timeMs: endMs })).result),
    () => ask(url, 'query', { query: query, time: seconds(endMs) }),
  );
  const problem =
    (query.includes('predict_linear') && knownDifference(query) !== undefined ? undefined : ranged) ??
    (instant === undefined ? undefined : `at one moment: ${instant}`);
  return { query, problem };
}

async function ask(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<PrometheusData> {
  const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  const body = (await response.json()) as { status: string; error?: string; data: PrometheusData };
  if (body.status !== 'success') throw new Error(body.error);
  return body.data;
}

async function compareAnswers(
  nameless: boolean,
  ours: () => Promise<PrometheusData>,
  theirs: () => Promise<PrometheusData>,
): Promise<string | undefined> {
  const [own, other] = await Promise.allSettled([ours(), theirs()]);
  if (own.status === 'rejected') {
    return other.status === 'rejected' ? undefined : `an error, and Prometheus has none: ${String(own.reason)}`;
  }
  if (other.status === 'rejected') return `Prometheus has an error: ${String(other.reason)}`;
  return difference(own.value, other.value, nameless);
}

function difference(ours: PrometheusData, theirs: PrometheusData, nameless: boolean): string | undefined {
  if (ours.resultType !== theirs.resultType) return `${ours.resultType}, not ${theirs.resultType}`;
  const own = pointsOf(ours, nameless);
  const other = pointsOf(theirs, nameless);
  for (const [key, points] of other) {
    const found = own.get(key);
    if (found === undefined) return `${key} is missing`;
    if (found.length !== points.length) return `${key} has ${found.length} points, not ${points.length}`;
    for (const [i, [time, value]] of points.entries()) {
      const [ownTime, ownValue] = found[i] as PrometheusPoint;
      if (Math.abs(ownTime - time) > 1e-6) return `${key} has a point at ${ownTime}, not ${time}`;
      if (!isClose(ownValue, value)) return `${key} is ${ownValue} at ${time}, not ${value}`;
    }
  }
  const extra = [...own.keys()].find((key) => !other.has(key));
  return extra === undefined ? undefined : `${extra} is too much`;
}

function pointsOf(data: PrometheusData, nameless: boolean): Map<string, readonly PrometheusPoint[]> {
  if (data.resultType !== 'vector' && data.resultType !== 'matrix') return new Map([['', [data.result]]]);
  const keyOf = (metric: object): string =>
    JSON.stringify(
      Object.entries(metric)
        .filter(([name]) => !(nameless && name === '__name__'))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return data.resultType === 'vector'
    ? new Map(data.result.map(({ metric, value }) => [keyOf(metric), [value]]))
    : new Map(data.result.map(({ metric, values }) => [keyOf(metric), values]));
}

function isClose(ours: string, theirs: string): boolean {
  if (ours === theirs) return true;
  const [a, b] = [Number(ours), Number(theirs)];
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-12;
}
