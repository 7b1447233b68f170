import type { TopLevelSpec } from 'vega-lite';
import { chartConfig, timeFormat, timeTicks } from './chart-config.ts';
import type { ChartDrawing } from './chart-renderer.ts';
import type { ReportAlert } from './model.ts';

const width = 860;
const rowHeight = 26;
const mostSubjects = 40;

/** Draws when which machine had an alert: a row a machine, a bar an alert. */
export function alertDrawing(alerts: readonly ReportAlert[], toMs: number): ChartDrawing {
  const subjects = [...new Set(alerts.map(({ subject }) => subject))].slice(0, mostSubjects);
  // Texts of others stand in the data only, never in the specification's expressions.
  const values = alerts
    .filter(({ subject }) => subjects.includes(subject))
    .map(({ subject, severity, startMs, endMs }) => ({ subject, severity, start: startMs, end: endMs ?? toMs }));
  const spanMs = toMs - Math.min(...values.map(({ start }) => start));
  const spec: TopLevelSpec = {
    width,
    height: { step: rowHeight },
    config: chartConfig,
    data: { values },
    mark: { type: 'bar', height: 12, cornerRadius: 3, minBandSize: 3 },
    encoding: {
      x: {
        field: 'start',
        type: 'temporal',
        scale: { type: 'utc' },
        axis: { tickCount: timeTicks(spanMs, 8), grid: true, format: timeFormat(spanMs) },
      },
      x2: { field: 'end' },
      y: {
        field: 'subject',
        type: 'nominal',
        sort: subjects,
        axis: { grid: false, labelLimit: 180, labelFontSize: 12 },
      },
      color: {
        field: 'severity',
        type: 'nominal',
        legend: null,
        scale: { domain: ['info', 'warning', 'critical'], range: ['var(--info)', 'var(--warning)', 'var(--bad)'] },
      },
    },
  };
  const more = new Set(alerts.map(({ subject }) => subject)).size - subjects.length;
  const description =
    `${alerts.length} alerts of ${subjects.length + more} machines over time.` +
    (more > 0 ? ` The ${mostSubjects} first machines are drawn; the table has all.` : '');
  return { spec, title: 'When alerts were active', description };
}
