import { describe, expect, it } from 'vitest';
import { alertDrawing } from '../../src/report/alert-drawing.ts';
import { timeFormat, timeTicks } from '../../src/report/chart-config.ts';
import { loadChartRenderer } from '../../src/report/chart-renderer.ts';
import { describeChart, headlineOf, timeSeriesDrawing } from '../../src/report/time-series-drawing.ts';
import type { ReportAlert, TimeSeriesChart } from '@novacron/analytics/report';
import { at } from '../at.ts';
import { hourMs } from '../sample-series.ts';

const startMs = Date.UTC(2026, 0, 1);
const chart: TimeSeriesChart = {
  title: 'web-1',
  format: 'percent',
  timesMs: [0, 1, 2, 3].map((hour) => startMs + hour * hourMs),
  values: [0.2, 0.4, NaN, 0.3],
  forecast: {
    timesMs: [4, 5].map((hour) => startMs + hour * hourMs),
    mean: [0.35, 0.5],
    lower: [0.3, 0.4],
    upper: [0.4, 0.6],
    level: 0.95,
  },
  anomalies: [{ timeMs: startMs + hourMs, value: 0.4 }],
  threshold: 0.8,
};

const draw = await loadChartRenderer();

describe('a chart', () => {
  it('is SVG with a name, a description, and colours of the page only', async () => {
    const { markup } = await draw(timeSeriesDrawing(chart), 'c1');
    expect(markup).toMatch(/^<svg viewBox="0 0 [\d.]+ [\d.]+" role="img" aria-labelledby="c1-title c1-description">/);
    expect(markup).toContain('<title id="c1-title">web-1</title>');
    expect(markup).toContain('From 2026-01-01 00:00 to 2026-01-01 03:00 UTC between 20 % and 40 %.');
    for (const variable of ['--actual', '--forecast', '--bad', '--line', '--muted']) {
      expect(markup).toContain(`var(${variable})`);
    }
    const colours = [...markup.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
    expect(colours.filter((colour) => !/^(var\(--\w+\)|none|transparent)$/.test(colour ?? ''))).toEqual([]);
  });

  it('draws gaps as gaps, and lets the forecast begin where the line ends', async () => {
    const { layer } = timeSeriesDrawing(chart).spec as unknown as { layer: { data: { values: unknown[] } }[] };
    expect(at(layer, 2).data.values).toContainEqual({ time: startMs + 2 * hourMs, value: null });
    expect(at(layer, 3).data.values[0]).toEqual({ time: startMs + 3 * hourMs, mean: 0.3, lower: 0.3, upper: 0.3 });
    const { markup } = await draw(timeSeriesDrawing(chart), 'c1');
    expect(markup).toContain('stroke-dasharray="5,3"');
    expect(markup).toContain('20 %');
  });

  it('has ids of its own, so that many can stand in a page', async () => {
    const ids = async (id: string): Promise<string[]> => {
      const { markup } = await draw(timeSeriesDrawing({ ...chart, maximum: 0.3 }), id);
      return [...markup.matchAll(/ id="([^"]+)"/g)].map((match) => at(match, 1));
    };
    const [one, two] = await Promise.all([ids('a'), ids('b')]);
    expect(new Set([...one, ...two]).size).toBe(one.length + two.length);
  });

  it.each<[string, Partial<TimeSeriesChart>]>([
    ['no values', { timesMs: [], values: [], forecast: undefined, anomalies: undefined, threshold: undefined }],
    ['only gaps', { values: [NaN, NaN, NaN, NaN] }],
    ['infinite values', { values: [Infinity, -Infinity, 1, 2] }],
    ['one value', { timesMs: [startMs], values: [0.5], forecast: undefined }],
    ['a constant', { values: [0.5, 0.5, 0.5, 0.5] }],
    ['a forecast without a band', { forecast: { timesMs: [startMs + 4 * hourMs], mean: [1] } }],
    ['an empty forecast', { forecast: { timesMs: [], mean: [] } }],
    ['an axis given', { minimum: 0, maximum: 1 }],
    ['bytes', { format: 'bytes', values: [1e3, 5e9, 2e12, 7e6], threshold: undefined }],
    ['durations', { format: 'duration', values: [10, 5e3, 2e5, 7e6], threshold: undefined }],
    ['numbers', { format: 'number', values: [1e-5, 5e9, 0, -7e6], threshold: undefined }],
  ])('copes with %s', async (_, changes) => {
    const { markup } = await draw(timeSeriesDrawing({ ...chart, ...changes }), 'c');
    expect(markup).toContain('</svg>');
    expect(markup).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says in words what it shows', () => {
    expect(describeChart(chart)).toBe(
      'From 2026-01-01 00:00 to 2026-01-01 03:00 UTC between 20 % and 40 %. Forecast for 2026-01-01 05:00 UTC: 50 %. 1 anomaly.',
    );
    expect(describeChart({ ...chart, values: [] })).toBe('No values.');
    expect(headlineOf(chart)).toBe('now 30 % · peak 40 % · forecast up to 50 %');
    expect(headlineOf({ ...chart, values: [NaN] })).toBe('no values');
  });

  it('stays small and quick for a hundred thousand values', async () => {
    const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 500));
    const long = { title: 'long', timesMs: values.map((_, i) => startMs + i * 1_000), values };
    const { markup } = await draw(timeSeriesDrawing(long), 'c');
    expect(markup.length).toBeLessThan(40_000);
  });
});

describe('the timeline of alerts', () => {
  const alert: ReportAlert = { name: 'CpuHigh', subject: 'web-1', severity: 'critical', startMs };

  it('has a row a machine, in order, and lets what is not over last until the end', () => {
    const later = {
      ...alert,
      subject: 'db',
      severity: 'info' as const,
      startMs: startMs + hourMs,
      endMs: startMs + 2 * hourMs,
    };
    const { spec, description } = alertDrawing([alert, later, alert], startMs + 9 * hourMs);
    expect(spec).toMatchObject({
      data: {
        values: [
          { subject: 'web-1', start: startMs, end: startMs + 9 * hourMs },
          { subject: 'db', end: startMs + 2 * hourMs },
          {},
        ],
      },
      encoding: { y: { sort: ['web-1', 'db'] } },
    });
    expect(description).toBe('3 alerts of 2 machines over time.');
  });

  it('escapes the names of machines', async () => {
    const { markup } = await draw(
      alertDrawing([{ ...alert, subject: '<img src=x onerror=alert(1)>' }], startMs + hourMs),
      't',
    );
    expect(markup).not.toContain('<img');
    expect(markup).toContain('&lt;img');
  });

  it('draws forty machines at most and says so', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ ...alert, subject: `vm-${i}` }));
    const { spec, description } = alertDrawing(many, startMs + hourMs);
    expect((spec as unknown as { data: { values: unknown[] } }).data.values).toHaveLength(40);
    expect(description).toContain('60 machines');
    expect(description).toContain('the table has all');
  });
});

describe('timeFormat', () => {
  it.each([
    [60_000, '%H:%M:%S'],
    [hourMs, '%H:%M'],
    [3 * 24 * hourMs, '%a %H:%M'],
    [10 * 24 * hourMs, '%a %d'],
    [90 * 24 * hourMs, '%d %b'],
  ])('of %d ms is %s', (spanMs, format) => {
    expect(timeFormat(spanMs)).toBe(format);
  });
});

describe('timeTicks', () => {
  it('never writes a day twice, and no more ticks than fit', () => {
    const dayMs = 24 * hourMs;
    expect(timeTicks(2 * dayMs, 8)).toBe(8);
    expect(timeTicks(5 * dayMs, 8)).toEqual({ interval: 'day', step: 1 });
    expect(timeTicks(40 * dayMs, 8)).toEqual({ interval: 'day', step: 5 });
  });
});
