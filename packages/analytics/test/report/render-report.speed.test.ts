import { holtWinters, seasonalResidual } from '@novacron/ml';
import { beforeAll, describe, expect, it } from 'vitest';
import { anomalies, fanOut, forecast, pipeline, resample, summarise } from '@novacron/analytics';
import { renderReport, reportStage, type Report, type TimeSeriesChart } from '@novacron/analytics/report';
import { at } from '../at.ts';
import { hourMs, machineSeries } from '../sample-series.ts';
import { tagsOf } from './page.ts';

const generatedAtMs = Date.UTC(2026, 10, 21, 4, 30);

function chartOf(title: string): TimeSeriesChart {
  const { timesMs, values } = machineSeries(title, 100);
  return { title, timesMs, values, format: 'percent', anomalies: [{ timeMs: at(timesMs, 3), value: 0.9 }] };
}

/** Vega is loaded once. */
beforeAll(async () => {
  await renderReport({ title: 't', generatedAtMs, sections: [{ kind: 'charts', charts: [chartOf('vm-0')] }] });
});

describe('a report that is stopped', () => {
  const charts = Array.from({ length: 60 }, (_, i) => chartOf(`vm-${i}`));
  const report: Report = { title: 't', generatedAtMs, sections: [{ kind: 'charts', charts }] };

  it('settles within 100 ms of the abort', async () => {
    const controller = new AbortController();
    const running = renderReport(report, { signal: controller.signal }).catch((reason: unknown) => reason);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const abortedMs = performance.now();
    controller.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
    expect(performance.now() - abortedMs).toBeLessThan(100);
  });
});

describe('reportStage', () => {
  it('ends a pipeline with a page, twelve machines in less than 2.5 seconds of CPU time', async () => {
    const fleet = Array.from({ length: 12 }, (_, i) => machineSeries(`vm-${i}`, 24 * 7, i));
    const daily = pipeline('daily', () => fleet)
      .pipe(resample({ stepMs: hourMs }))
      .pipe(
        fanOut({
          summaries: summarise(),
          forecasts: forecast({ forecaster: holtWinters({ seasonLength: 24 }), horizon: 24, levels: [0.95] }),
          odd: anomalies({ detector: seasonalResidual({ seasonLength: 24 }) }),
        }),
      )
      .pipe(
        reportStage(({ summaries, forecasts, odd }, { startTimeMs }) => ({
          title: 'Daily',
          generatedAtMs: startTimeMs,
          sections: [
            { kind: 'cards', cards: [{ label: 'Machines', value: summaries.length }] },
            {
              kind: 'charts',
              charts: forecasts.map(({ series, timesMs, mean, intervals }, i) => ({
                title: series.labels['vm'] ?? '',
                format: 'percent' as const,
                timesMs: series.timesMs,
                values: series.values,
                forecast: { timesMs, mean, lower: intervals[0]?.lower, upper: intervals[0]?.upper, level: 0.95 },
                anomalies: odd[i]?.anomalies,
              })),
            },
          ],
        })),
      );
    const start = process.cpuUsage(); // other programs may be busy too
    const { value: page, trace } = await daily.run();
    const { user, system } = process.cpuUsage(start);
    expect(trace.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(tagsOf(page).filter((tag) => tag === 'figure')).toHaveLength(12);
    expect((user + system) / 1_000).toBeLessThan(2_500);
    expect(page.length).toBeLessThan(600_000);
  });
});
