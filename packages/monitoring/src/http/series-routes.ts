import { seriesKey, type Clock } from '@novacron/core';
import { describedMetrics } from '../metadata/described-metrics.ts';
import { seriesPredicate, type ExemplarBuffer } from '../metadata/exemplar-buffer.ts';
import type { MetadataIndex } from '../metadata/metric-metadata.ts';
import type { Expression, VectorSelector } from '../promql/ast/expression.ts';
import { toSeriesSelector } from '../promql/evaluate/series-selector.ts';
import { parsePromql } from '../promql/parse/parse-promql.ts';
import { matchLabels, matchValue } from '../store/label-selector.ts';
import type { MetricStore, SeriesId, SeriesListQuery, SeriesSelector } from '../store/metric-store.ts';
import { invalidParameter, type Parameters } from './parameters.ts';
import type { Answer } from './prometheus-api.ts';
import { streamed, success } from './respond.ts';

const labelName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What is there: series, labels, metadata, exemplars. Labels and values are of all times: more is shown rather than less. */
export function seriesAnswers(
  metadata: MetadataIndex,
  exemplars: ExemplarBuffer,
  clock: Clock,
): Readonly<Record<string, Answer>> {
  return {
    async series(parameters, { workspace, note }, request) {
      noteMatches(parameters, note);
      const range = rangeOf(parameters);
      const matches = parameters.matches();
      if (matches.length === 0) throw invalidParameter('match[]', 'no match[] parameter provided');
      const queries = matches.map((match) => ({ ...match, ...range }));
      const series = await seriesOf(workspace.store, queries, request.signal);
      const { kept, warnings } = limited(series, parameters);
      const texts = texted(kept);
      return streamed('', texts, '', { warnings }, clock);
    },
    async labels(parameters, { workspace, note }, request) {
      noteMatches(parameters, note);
      rangeOf(parameters);
      const names = new Set<string>();
      for (const match of orAll(parameters.matches())) {
        for (const name of await workspace.store.labelNames(match, { signal: request.signal })) names.add(name);
      }
      const { kept, warnings } = limited([...names].sort(), parameters);
      return success(kept, { warnings });
    },
    async 'label/:name/values'(parameters, { workspace, note }, request, { name = '' }) {
      noteMatches(parameters, note);
      rangeOf(parameters);
      if (!labelName.test(name)) throw invalidParameter('name', `invalid label name: ${JSON.stringify(name)}`);
      const values = new Set<string>();
      for (const match of orAll(parameters.matches())) {
        for (const value of await workspace.store.labelValues(name, match, { signal: request.signal }))
          values.add(value);
      }
      const { kept, warnings } = limited([...values].sort(), parameters);
      return success(kept, { warnings });
    },
    async metadata(parameters, { workspace }, request) {
      const wanted = parameters.text('metric');
      const limit = parameters.count('limit') ?? Infinity;
      let all = metadata.all().filter(({ metric }) => wanted === undefined || metric === wanted);
      if (workspace.visible !== undefined) {
        // What a metric is tells that it is there.
        const metrics = all.map(({ metric }) => metric);
        const seen = await describedMetrics(workspace.store, metrics, { signal: request.signal });
        all = all.filter(({ metric }) => seen.has(metric));
      }
      const entries = all.slice(0, limit).map(({ metric, ...rest }) => [metric, [rest]]);
      return success(Object.fromEntries(entries));
    },
    query_exemplars(parameters, { workspace, note }) {
      const query = parameters.required('query');
      note(query);
      const fromMs = parameters.time('start') ?? -Infinity;
      const toMs = parameters.time('end') ?? Infinity;
      if (toMs < fromMs) throw invalidParameter('end', 'end timestamp must not be before start time');
      const { visible } = workspace;
      const wanted = selectorsIn(parsePromql(query)).map((selector) => predicateOf(toSeriesSelector(selector)));
      const found = exemplars.select(
        (series) => visible?.has(series) !== false && wanted.some((matches) => matches(series)),
        fromMs,
        toMs,
      );
      return success(
        found.map(({ metric, labels, exemplars: own }) => ({
          seriesLabels: { __name__: metric, ...labels },
          exemplars: own.map(({ labels: ownLabels, value, timeMs }) => ({
            labels: ownLabels,
            value: String(value),
            timestamp: timeMs / 1000,
          })),
        })),
      );
    },
  };
}

/**
 * `admin/tsdb/delete_series`: takes samples away, at once.
 *
 * @param done - Called when some may be gone.
 */
export function deleteSeries(done: () => void): Answer {
  return async (parameters, { workspace, note }, request) => {
    noteMatches(parameters, note);
    const range = rangeOf(parameters);
    const matches = parameters.matches();
    if (matches.length === 0) throw invalidParameter('match[]', 'no match[] parameter provided');
    try {
      for (const match of matches) await workspace.store.delete({ ...match, ...range }, { signal: request.signal });
    } finally {
      done();
    }
    return new Response(undefined, { status: 204 });
  };
}

/** Says in the audit record which selectors were asked for. */
export function noteMatches(parameters: Parameters, note: (query: string) => void): void {
  const matches = parameters.all('match[]');
  if (matches.length > 0) note(matches.join(' '));
}

function* texted(series: readonly SeriesId[]): Generator<string, void, undefined> {
  for (const { metric, labels } of series) yield JSON.stringify({ __name__: metric, ...labels });
}

async function seriesOf(
  store: MetricStore,
  queries: readonly SeriesListQuery[],
  signal: AbortSignal,
): Promise<readonly SeriesId[]> {
  if (queries.length <= 1) return store.series(queries[0], { signal });
  const all = new Map<string, SeriesId>();
  for (const query of queries) {
    for (const series of await store.series(query, { signal })) {
      all.set(seriesKey(series.metric, series.labels), series);
    }
  }
  return [...all.values()];
}

/** What `start` and `end` ask for. @throws {MonitoringError} NOVA_MONITORING_INVALID when the end is before the start. */
function rangeOf(parameters: Parameters): { readonly fromMs?: number | undefined; readonly toMs?: number | undefined } {
  const [fromMs, endMs] = [parameters.time('start'), parameters.time('end')];
  if (fromMs !== undefined && endMs !== undefined && endMs < fromMs) {
    throw invalidParameter('end', 'end timestamp must not be before start timestamp');
  }
  return { fromMs, toMs: endMs === undefined ? undefined : endMs + 1 };
}

function orAll(matches: readonly SeriesSelector[]): readonly SeriesSelector[] {
  return matches.length === 0 ? [{}] : matches;
}

function limited<Item>(items: readonly Item[], parameters: Parameters): { kept: readonly Item[]; warnings: string[] } {
  const limit = parameters.count('limit') ?? 0;
  if (limit === 0 || items.length <= limit) return { kept: items, warnings: [] };
  return { kept: items.slice(0, limit), warnings: ['results truncated due to limit'] };
}

function predicateOf({ metric, metricMatch, labels }: SeriesSelector): (series: SeriesId) => boolean {
  const byLabels = seriesPredicate(metric, matchLabels(labels));
  const byName = metricMatch === undefined ? undefined : matchValue('__name__', metricMatch);
  return (series) => byLabels(series) && (byName === undefined || byName(series.metric));
}

/** The selectors of a query, wherever they stand. */
function selectorsIn(expression: Expression): VectorSelector[] {
  switch (expression.kind) {
    case 'vector':
      return [expression];
    case 'matrix':
      return [expression.selector];
    default:
      return Object.values(expression).flatMap((part: unknown) =>
        (Array.isArray(part) ? part : [part]).flatMap((each: unknown) => (isExpression(each) ? selectorsIn(each) : [])),
      );
  }
}

function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
