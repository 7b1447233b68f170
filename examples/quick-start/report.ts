/** What the quick start shows: a page for a browser and a table for a terminal. */
import type { SeriesAnomalies, SeriesForecast, SeriesSummary } from '@novacron/analytics';
import type { Report, ReportAlert } from '@novacron/analytics/report';
import type { AlertEvent } from '@novacron/monitoring';
import type { Scenario } from './scenario.ts';

export interface Fleet {
  readonly summaries: readonly SeriesSummary[];
  readonly forecasts: readonly SeriesForecast[];
  readonly anomalies: readonly SeriesAnomalies[];
}

const nameOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): string => labels['vm'] ?? '';
const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;

/** An alert in one line. */
export function alertLine({ name, state, labels, timeMs, value }: AlertEvent): string {
  const at = new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
  return `  ${at}  ${state.padEnd(8)} ${name}: ${labels['vm']}${value === undefined ? '' : ` at ${percent(value)}`}`;
}

/** The page: key numbers, what was alerted, each machine's course and forecast, and a table. */
export function fleetReport(scenario: Scenario, fleet: Fleet, events: readonly AlertEvent[], stored: number): Report {
  const { summaries, forecasts } = fleet;
  const found = new Map(fleet.anomalies.map(({ series, anomalies }) => [nameOf(series), anomalies]));
  const anomalyCount = [...found.values()].reduce((sum, { length }) => sum + length, 0);
  const alerts = alertSpans(events);
  const critical = alerts.filter(({ severity }) => severity === 'critical').length;
  const busiest = summaries.toSorted((a, b) => b.mean - a.mean)[0];
  const endMs = Math.max(0, ...forecasts.map(({ series }) => series.timesMs.at(-1) ?? 0));
  return {
    title: 'Fleet report',
    subtitle: `${summaries.length} machines on ${scenario.hypervisor.name}`,
    generatedAtMs: endMs,
    sections: [
      {
        kind: 'cards',
        cards: [
          {
            label: 'Mean CPU',
            value: mean(summaries.map((each) => each.mean)),
            format: 'percent',
            detail: 'of all machines',
          },
          {
            label: 'Busiest',
            value: busiest === undefined ? '–' : nameOf(busiest),
            detail: busiest && `${percent(busiest.mean)} on average`,
          },
          {
            label: 'Alerts',
            value: alerts.length,
            tone: critical > 0 ? 'bad' : 'good',
            detail: `${critical} critical`,
          },
          {
            label: 'Anomalies',
            value: anomalyCount,
            tone: anomalyCount > 0 ? 'warning' : 'good',
            detail: 'against the usual course',
          },
          { label: 'Samples stored', value: stored },
        ],
      },
      { kind: 'alerts', heading: 'Alerts', description: 'When each alert was firing.', alerts, toMs: endMs },
      {
        kind: 'charts',
        heading: 'CPU and its forecast',
        description: 'Measured, with anomalies marked, and what is expected next with its 95 % interval.',
        charts: forecasts.map(({ series, timesMs, mean: expected, intervals, model }) => ({
          title: nameOf(series),
          subtitle: model,
          format: 'percent',
          timesMs: series.timesMs,
          values: series.values,
          forecast: { timesMs, mean: expected, lower: intervals[0]?.lower, upper: intervals[0]?.upper, level: 0.95 },
          anomalies: found.get(nameOf(series)) ?? [],
          minimum: 0,
        })),
      },
      {
        kind: 'table',
        heading: 'Summary',
        columns: [
          { label: 'Machine' },
          { label: 'Mean', format: 'percent', barMaximum: 1 },
          { label: '95th percentile', format: 'percent' },
          { label: 'Highest', format: 'percent' },
          { label: 'Missing steps' },
          { label: 'Anomalies' },
        ],
        rows: summaries.map((each) => {
          const name = nameOf(each);
          return [name, each.mean, each.p95, each.max, each.missing, found.get(name)?.length ?? 0];
        }),
      },
    ],
    footer: scenario.about,
  };
}

/** The same in a few lines. */
export function textSummary(fleet: Fleet, events: readonly AlertEvent[], stored: number): string {
  const found = new Map(fleet.anomalies.map(({ series, anomalies }) => [nameOf(series), anomalies.length]));
  const next = new Map(fleet.forecasts.map(({ series, mean: expected }) => [nameOf(series), Math.max(...expected)]));
  const rows = fleet.summaries.map((each) => {
    const name = nameOf(each);
    const cells = [each.mean, each.p95, each.max, next.get(name) ?? Number.NaN].map((ratio) =>
      percent(ratio).padStart(9),
    );
    return `${name.padEnd(30)}${cells.join('')}${String(found.get(name) ?? 0).padStart(11)}`;
  });
  const fired = events.filter(({ state }) => state === 'firing').length;
  return [
    `\n${'machine'.padEnd(30)}${'mean'.padStart(9)}${'p95'.padStart(9)}${'highest'.padStart(9)}${'ahead'.padStart(9)}${'anomalies'.padStart(11)}`,
    ...rows,
    `\n${stored} samples stored, ${fired} alerts fired.`,
  ].join('\n');
}

/** Alerts with their beginning and end, from the events that made them. */
function alertSpans(events: readonly AlertEvent[]): readonly ReportAlert[] {
  return events
    .filter(({ state }) => state === 'firing')
    .map((fired) => {
      const over = events.find(
        (event) =>
          event.state === 'resolved' &&
          event.name === fired.name &&
          event.labels === fired.labels &&
          event.timeMs >= fired.timeMs,
      );
      return {
        name: fired.name,
        subject: fired.labels['vm'] ?? '',
        severity: fired.severity,
        startMs: fired.timeMs,
        ...(over === undefined ? {} : { endMs: over.timeMs }),
        ...(fired.value === undefined ? {} : { summary: `CPU at ${percent(fired.value)}` }),
      };
    });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
