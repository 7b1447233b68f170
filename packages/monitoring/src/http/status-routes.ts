import type { Clock, Labels } from '@novacron/core';
import type { CountedName } from '../store/cardinality.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { Answer, PrometheusApiOptions, Rule, RuleGroup } from './prometheus-api.ts';
import { success } from './respond.ts';
import type { VisibleSeries } from './visible-series.ts';

/** How many entries each list of the store's cardinality has, as Prometheus' page has them. */
const defaultLimit = 10;

/** How the server is doing; `rules` and `alerts` are of whoever evaluates rules. */
export function statusAnswers(
  version: string,
  { rules }: PrometheusApiOptions,
  clock: Clock,
): Readonly<Record<string, Answer>> {
  const startedMs = clock.now();
  const groups = async (): Promise<readonly RuleGroup[]> => (await rules?.()) ?? [];
  return {
    async rules(parameters, { workspace: { visible } }) {
      const type = parameters.text('type');
      const wanted = type === undefined ? undefined : type === 'alert' ? 'alerting' : 'recording';
      const [names, groupNames] = [parameters.all('rule_name[]'), parameters.all('rule_group[]')];
      const shown = (await groups())
        .filter(({ name }) => groupNames.length === 0 || groupNames.includes(name))
        .map((group) => ({
          ...group,
          rules: group.rules.flatMap((rule) => {
            const isWanted =
              (wanted === undefined || rule.type === wanted) && (names.length === 0 || names.includes(rule.name));
            if (!isWanted || !isShown(rule, visible)) return [];
            return [rule.alerts === undefined ? rule : { ...rule, alerts: shownAlerts(rule, visible) }];
          }),
        }));
      return success({ groups: shown.filter((group) => group.rules.length > 0) });
    },
    async alerts(_, { workspace: { visible } }) {
      const all = (await groups()).flatMap((group) => group.rules);
      return success({ alerts: all.flatMap((rule) => shownAlerts(rule, visible)) });
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
  const { head } = await store.stats({ signal });
  return {
    headStats: {
      numSeries: found.series,
      numLabelPairs: found.labelPairs,
      chunkCount: head?.chunks ?? 0,
      minTime: head?.fromMs ?? 0,
      maxTime: head?.toMs ?? 0,
    },
    seriesCountByMetricName: listed(found.seriesByMetric),
    labelValueCountByLabelName: listed(found.valuesByLabel),
    memoryInBytesByLabelName: listed(found.charactersByLabel),
    seriesCountByLabelValuePair: listed(found.seriesByPair),
  };
}

function listed(counts: readonly CountedName[]): { name: string; value: number }[] {
  return counts.map(({ name, count }) => ({ name, value: count }));
}

/** Whether somebody may know of a rule or an alert: its labels must say that it comes from what they see. */
function isShown({ labels }: Readonly<Record<string, unknown>>, visible: VisibleSeries | undefined): boolean {
  if (visible === undefined) return true;
  if (typeof labels !== 'object' || labels === null) return false;
  return visible.tellsOf(labels as Labels);
}

function shownAlerts({ alerts = [] }: Rule, visible: VisibleSeries | undefined): NonNullable<Rule['alerts']> {
  return alerts.filter((alert) => isShown(alert, visible));
}
