import { seriesKey, type Clock, type Labels, type Sample } from '@novacron/core';
import { expositionContentType, expositionFormatOf } from '../exposition/exposition-format.ts';
import { formatExposition } from '../exposition/format-exposition.ts';
import type { MetadataIndex } from '../metadata/metric-metadata.ts';
import { isStale } from '../wire/stale-marker.ts';
import { invalidParameter } from './parameters.ts';
import type { Answer } from './prometheus-api.ts';
import { textStream } from './respond.ts';
import { noteMatches } from './series-routes.ts';

/** `/federate`: the newest samples of some series, for another Prometheus to scrape. */
export function federateAnswer(metadata: MetadataIndex, lookbackMs: number, clock: Clock): Answer {
  return async (parameters, { workspace, note }, request) => {
    noteMatches(parameters, note);
    const matches = parameters.matches();
    if (matches.length === 0) throw invalidParameter('match[]', 'no match[] parameter provided');
    const nowMs = clock.now();
    const newest = new Map<string, Sample>();
    for (const match of matches) {
      const found = await workspace.store.select(
        { ...match, fromMs: nowMs - lookbackMs + 1, toMs: nowMs + 1 },
        { signal: request.signal },
      );
      for (const { metric, labels, timesMs, values } of found) {
        const last = values.length - 1;
        if (isStale(values, last)) continue;
        const key = seriesKey(metric, labels);
        newest.set(key, {
          metric,
          labels: sorted(labels),
          timeMs: timesMs[last] as number,
          value: values[last] as number,
        });
      }
    }
    const format = expositionFormatOf(request.headers.get('accept'));
    const samples = [...newest.values()].sort((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0));
    const texts = formatExposition(samples, { format, times: true, metadata: (metric) => metadata.get(metric) });
    return new Response(textStream(texts, clock), { headers: { 'content-type': expositionContentType[format] } });
  };
}

/** Labels in the order of their names, as Prometheus writes them. */
function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
