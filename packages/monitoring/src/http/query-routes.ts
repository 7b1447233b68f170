import type { CallOptions, Clock, Series } from '@novacron/core';
import { formatPromql } from '../promql/ast/format-promql.ts';
import { parsePromql } from '../promql/parse/parse-promql.ts';
import type { QueryResult } from '../promql/result/query-result.ts';
import { toPrometheusJson } from '../promql/result/to-prometheus-json.ts';
import { formatSample } from '../promql/result/format-float.ts';
import type { SeriesId } from '../store/metric-store.ts';
import { invalidParameter, type Parameters } from './parameters.ts';
import type { Answer } from './prometheus-api.ts';
import type { QueryGate } from './query-gate.ts';
import { writePoints } from './point-text.ts';
import { streamed, success, type ListItem } from './respond.ts';

const longestWaitMs = 120_000;

/** `query`, `query_range`, `format_query`: PromQL over HTTP. */
export function queryAnswers(gate: QueryGate, clock: Clock): Readonly<Record<string, Answer>> {
  return {
    async query(parameters, { workspace, note }, request) {
      const query = parameters.required('query');
      note(query);
      const options = {
        timeMs: parameters.time('time'),
        timeoutMs: parameters.duration('timeout'),
        maxSourceResolutionMs: resolutionOf(parameters),
        lookbackMs: lookbackOf(parameters),
        signal: request.signal,
      };
      return answer(await gate.run(() => workspace.engine.query(query, options), waitOf(options)), parameters, clock);
    },
    async query_range(parameters, { workspace, note }, request) {
      const query = parameters.required('query');
      note(query);
      const [startMs, endMs] = ['start', 'end'].map((name) => {
        parameters.required(name);
        return parameters.time(name) as number;
      }) as [number, number];
      parameters.required('step');
      const stepMs = parameters.duration('step') as number;
      if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
      const options = {
        startMs,
        endMs,
        stepMs,
        timeoutMs: parameters.duration('timeout'),
        maxSourceResolutionMs: resolutionOf(parameters),
        lookbackMs: lookbackOf(parameters),
        signal: request.signal,
      };
      return answer(
        await gate.run(() => workspace.engine.queryRange(query, options), waitOf(options)),
        parameters,
        clock,
      );
    },
    format_query(parameters) {
      return success(formatPromql(parsePromql(parameters.required('query'))));
    },
  };
}

/** How long a query may wait for its turn: as long as it may take then, but two minutes at most. */
function waitOf({ signal, timeoutMs = Infinity }: CallOptions): CallOptions {
  return { signal, timeoutMs: Math.min(timeoutMs, longestWaitMs) };
}

/** Thanos' parameter: `auto`, or a duration such as `5m`. */
function resolutionOf(parameters: Parameters): number | 'auto' | undefined {
  const name = 'max_source_resolution';
  return parameters.text(name) === 'auto' ? 'auto' : parameters.duration(name);
}

/** Prometheus' parameter for one query; 0 leaves it as it is. */
function lookbackOf(parameters: Parameters): number | undefined {
  const lookbackMs = parameters.duration('lookback_delta') ?? 0;
  return lookbackMs > 0 ? lookbackMs : undefined;
}

function answer({ result, warnings, infos, explain }: QueryResult, parameters: Parameters, clock: Clock): Response {
  const limit = parameters.count('limit') ?? 0;
  const notes = { warnings: [...warnings], infos };
  const isList = result.type === 'vector' || result.type === 'matrix';
  const isCut = isList && limit > 0 && result.series.length > limit;
  if (isCut) notes.warnings.push('results truncated due to limit');
  const count = isList ? Math.min(result.series.length, limit > 0 ? limit : Infinity) : 0;
  const stats = parameters.text('stats') === undefined ? '' : `,"stats":${JSON.stringify(statsOf(explain))}`;
  if (result.type === 'matrix') {
    return streamed('{"resultType":"matrix","result":', seriesTexts(result.series, count), `${stats}}`, notes, clock);
  }
  if (result.type === 'vector') {
    const { series, values, timeMs } = result;
    const time = timeMs / 1000;
    function* texts(): Generator<string, void, undefined> {
      for (let row = 0; row < count; row++) {
        const metric = JSON.stringify(named(series[row] as SeriesId));
        yield `{"metric":${metric},"value":[${time},"${formatSample(values[row] as number)}"]}`;
      }
    }
    return streamed('{"resultType":"vector","result":', texts(), `${stats}}`, notes, clock);
  }
  return success(toPrometheusJson(result), notes);
}

function* seriesTexts(series: readonly Series[], count: number): Generator<ListItem, void, undefined> {
  for (let row = 0; row < count; row++) {
    const one = series[row] as Series;
    yield (piece) => {
      piece.text(`{"metric":${JSON.stringify(named(one))},"values":[`);
      writePoints(one.timesMs, one.values, (text) => piece.bytes(text));
      piece.text(']}');
    };
  }
}

function named({ metric, labels }: SeriesId): Record<string, string> {
  return metric === '' ? labels : { __name__: metric, ...labels };
}

function statsOf(explain: QueryResult['explain']): object {
  const seconds = explain.durationMs / 1000;
  return {
    timings: { evalTotalTime: seconds, execTotalTime: seconds },
    samples: { totalQueryableSamples: explain.samples },
    explain,
  };
}
