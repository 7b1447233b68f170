import type { Clock } from '@novacron/core';
import type { CountedName } from '../store/cardinality.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { Answer, PrometheusApiOptions } from './prometheus-api.ts';
import { success } from './respond.ts';

/** How many entries each list of the store's cardinality has, as Prometheus' page has them. */
const defaultLimit = 10;

/** How the server is doing; `rules` and `alerts` are of whoever evaluates rules. */
export function statusAnswers(
  version: string,
  { rules }: PrometheusApiOptions,
  clock: Clock,
): Readonly<Record<string, Answer>> {
  const startedMs = clock.now();
  const groups = async (): Promise<readonly import('./prometheus-api.ts').RuleGroup[]> => (await rules?.()) ?? [];
  return {
    async rules(parameters) {
      const type = parameters.text('type');
      const wanted = type === undefined ? undefined : type === 'alert' ? 'alerting' : 'recording';
      const [names, groupNames] = [parameters.all('rule_name[]'), parameters.all('rule_group[]')];
      const shown = (await groups())
        .filter(({ name }) => groupNames.length === 0 || groupNames.includes(name))
        .map((group) => ({
          ...group,
          rules: group.rules.filter(
            (rule) =>
              (wanted === undefined || rule.type === wanted) && (names.length === 0 || names.includes(rule.name)),
          ),
        }));
      return success({ groups: shown.filter((group) => group.rules.length > 0) });
    },
    async alerts() {
      return success({ alerts: (await groups()).flatMap((group) => group.rules.flatMap(({ alerts = [] }) => alerts)) });
    },
    targets: () => success({ activeTargets: [], droppedTargets: [], droppedTargetCounts: {} }),
    alertmanagers: () => success({ activeAlertmanagers: [], droppedAlertmanagers: [] }),
    'status/buildinfo': () =>
      success({
        version,
        revision: '',
        branch: '',
        buildUser: '',
        buildDate: '',
        goVersion: '',
        application: 'novacron',
      }),
    async 'status/runtimeinfo'(_, { workspace }) {
      const { series, samples } = await workspace.store.stats();
      return success({
        startTime: new Date(startedMs).toISOString(),
        timeSeriesCount: series,
        sampleCount: samples,
        corruptionCount: 0,
        reloadConfigSuccess: true,
      });
    },
    'status/flags': () => success({}),
    'status/config': () => success({ yaml: '' }),
    async 'status/tsdb'(parameters, { workspace }, request) {
      return success(await cardinality(workspace.store, parameters.count('limit') ?? defaultLimit, request.signal));
    },
  };
}

/** What the series are made of, in the shape of Prometheus' `/api/v1/status/tsdb`. */
async function cardinality(store: MetricStore, limit: number, signal: AbortSignal): Promise<object> {
  const found = await store.cardinality({ limit }, { signal });
  return {
    headStats: { numSeries: found.series, numLabelPairs: found.labelPairs, chunkCount: 0, minTime: 0, maxTime: 0 },
    seriesCountByMetricName: listed(found.seriesByMetric),
    labelValueCountByLabelName: listed(found.valuesByLabel),
    memoryInBytesByLabelName: listed(found.charactersByLabel),
    seriesCountByLabelValuePair: listed(found.seriesByPair),
  };
}

function listed(counts: readonly CountedName[]): { name: string; value: number }[] {
  return counts.map(({ name, count }) => ({ name, value: count }));
}
