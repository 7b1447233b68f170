import { describe, expect, it } from 'vitest';
import { AnalyticsError, pipeline } from '@novacron/analytics';
import {
  renderReport,
  reportStage,
  type Report,
  type ReportSection,
  type TimeSeriesChart,
} from '@novacron/analytics/report';
import { at } from '../at.ts';
import { hourMs, machineSeries } from '../sample-series.ts';
import { tagsOf, textOf } from './page.ts';

const generatedAtMs = Date.UTC(2026, 10, 21, 4, 30);
const hostile = `</title><script>alert('x')</script>"><img src=x onerror=alert(1)>&copy;`;

function chartOf(title: string): TimeSeriesChart {
  const { timesMs, values } = machineSeries(title, 100);
  return { title, timesMs, values, format: 'percent', anomalies: [{ timeMs: at(timesMs, 3), value: 0.9 }] };
}

/** A report with every kind of section and one text everywhere. */
function reportOf(text: string): Report {
  const sections: ReportSection[] = [
    { kind: 'text', heading: text, description: text, paragraphs: [text, text] },
    {
      kind: 'cards',
      heading: 'Key numbers',
      cards: [
        { label: text, value: text, detail: text, tone: 'bad' },
        { label: 'CPU', value: 0.42, format: 'percent', sparkline: [1, 2, NaN, 3] },
      ],
    },
    { kind: 'charts', heading: 'Machines', charts: [{ ...chartOf(text), subtitle: text }, chartOf('other')] },
    {
      kind: 'alerts',
      heading: 'Alerts',
      alerts: [
        { name: text, subject: text, severity: 'warning', startMs: generatedAtMs - hourMs, summary: text },
        {
          name: 'Gone',
          subject: 'db',
          severity: 'info',
          startMs: generatedAtMs - 3 * hourMs,
          endMs: generatedAtMs - hourMs,
        },
      ],
    },
    {
      kind: 'table',
      columns: [
        { label: text },
        { label: 'Mean', format: 'percent', barMaximum: 1 },
        { label: 'Course' },
        { label: 'None' },
      ],
      rows: [
        [text, 0.5, { sparkline: [1, 2, 3] }],
        ['b', NaN, text],
      ],
    },
  ];
  return { title: text, subtitle: text, generatedAtMs, sections, footer: text };
}

describe('renderReport', () => {
  it('shows everything that it was given', async () => {
    const page = await renderReport(reportOf('Fleet of twelve'));
    const text = textOf(page);
    expect(text).toContain('Generated 2026-11-21 04:30 UTC');
    for (const part of [
      'Key numbers',
      '42 %',
      '50 %',
      'warning',
      'ongoing',
      '1.0 h',
      '2.0 h',
      'Machines',
      '1 anomaly',
    ]) {
      expect(text).toContain(part);
    }
    expect(text.match(/Fleet of twelve/g)?.length).toBeGreaterThanOrEqual(14);
  });

  it('is well formed, with one headline and a heading for each section', async () => {
    const tags = tagsOf(await renderReport(reportOf('Fleet')));
    expect(tags.filter((tag) => tag === 'h1')).toHaveLength(1);
    expect(tags.filter((tag) => tag === 'h2')).toHaveLength(4);
    expect(tags.filter((tag) => tag === 'figure')).toHaveLength(2);
    expect(tags.filter((tag) => tag === 'section')).toHaveLength(5);
  });

  it('escapes every text that it is given, wherever it stands', async () => {
    const page = await renderReport(reportOf(hostile));
    const tags = tagsOf(page);
    for (const tag of ['script', 'img', 'iframe', 'object', 'embed', 'link', 'a', 'base', 'form']) {
      expect(tags).not.toContain(tag);
    }
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(textOf(page)).toContain(hostile);
  });

  it('needs nothing from elsewhere: no network, no script, and forbids both', async () => {
    const page = await renderReport(reportOf('Fleet'));
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\((?!#)|@import|src=|href="(?!#)/);
  });

  it('gives every id once', async () => {
    const page = await renderReport(reportOf('Fleet'));
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => at(match, 1));
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...page.matchAll(/aria-labelledby="([^"]+)"/g)].flatMap((match) => at(match, 1).split(' '));
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('has the numbers of each chart as a table, for those who do not see it', async () => {
    const page = await renderReport({
      title: 't',
      generatedAtMs,
      sections: [{ kind: 'charts', charts: [chartOf('web-1')] }],
    });
    const table = page.slice(page.indexOf('<details>'), page.indexOf('</details>'));
    expect(table).toContain('<caption>');
    expect(table.match(/<th scope="row">/g)?.length).toBeLessThanOrEqual(25);
    expect(table).toContain('2026-01-05 03:00'); // the last value
  });

  it('is the same page every time', async () => {
    expect(await renderReport(reportOf('Fleet'))).toBe(await renderReport(reportOf('Fleet')));
  });

  it('is a page even when there is nothing to show', async () => {
    const empty: ReportSection[] = [
      { kind: 'cards', cards: [] },
      { kind: 'charts', charts: [] },
      { kind: 'alerts', alerts: [] },
      { kind: 'table', columns: [], rows: [] },
      { kind: 'text', paragraphs: [] },
    ];
    const page = await renderReport({ title: '', generatedAtMs: NaN, sections: empty });
    expect(textOf(page)).toContain('No alerts. All was well.');
    tagsOf(page);
  });

  it('follows the setting of the reader, and can be told', async () => {
    const page = await renderReport({ title: 't', generatedAtMs, sections: [] });
    expect(page).toContain('@media (prefers-color-scheme:dark)');
    expect(page).toContain(':root[data-theme=dark]');
    expect(page).toContain('@media print');
  });

  it('keeps text readable in both colour schemes (WCAG AA: 4.5 to 1)', async () => {
    const page = await renderReport({ title: 't', generatedAtMs, sections: [] });
    const schemes = [...page.matchAll(/--page:#[^}]*/g)].map(([declarations]) =>
      Object.fromEntries(
        [...declarations.matchAll(/(--\w+):(#[0-9a-f]{6})/g)].map(([, name, colour]) => [name, colour] as const),
      ),
    );
    expect(schemes.length).toBeGreaterThanOrEqual(2);
    for (const scheme of schemes.slice(0, 2)) {
      for (const ink of ['--ink', '--muted', '--actual', '--forecast', '--bad', '--warning', '--good', '--info']) {
        for (const ground of ['--page', '--surface']) {
          expect(contrast(at(scheme, ink), at(scheme, ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.2);
        }
      }
      expect(contrast(at(scheme, '--muted'), at(scheme, '--page'))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** The contrast ratio of WCAG 2.2. */
function contrast(one: string, two: string): number {
  const luminance = (colour: string): number => {
    const [r, g, b] = [1, 3, 5].map((start) => {
      const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const [a, b] = [luminance(one), luminance(two)];
  return Math.max(a, b) / Math.min(a, b);
}

describe('the chart libraries', () => {
  const missing = { vega: () => Promise.reject(new Error("Cannot find package 'vega'")) };
  const report = (kind: 'cards' | 'charts'): Report => ({
    title: 't',
    generatedAtMs,
    sections: kind === 'cards' ? [{ kind, cards: [] }] : [{ kind, charts: [chartOf('web-1')] }],
  });

  it('are asked for by name when they are not installed', async () => {
    const error: unknown = await renderReport(report('charts'), { libraries: missing }).catch(
      (reason: unknown) => reason,
    );
    expect(AnalyticsError.isInstance(error) && error).toMatchObject({
      code: 'NOVA_ANALYTICS_MISSING_DEPENDENCY',
      kind: 'unsupported',
      details: { packages: ['vega', 'vega-lite'] },
    });
    expect(AnalyticsError.isInstance(error) && error.message).toContain('npm install vega vega-lite');
  });

  it('are not loaded for a report without charts', async () => {
    await expect(renderReport(report('cards'), { libraries: missing })).resolves.toContain('<!doctype html>');
  });

  it('are loaded once for all charts', async () => {
    let loads = 0;
    const counting = {
      vega: () => {
        loads++;
        return import('vega');
      },
    };
    const charts = ['a', 'b', 'c'].map(chartOf);
    await renderReport({ title: 't', generatedAtMs, sections: [{ kind: 'charts', charts }] }, { libraries: counting });
    expect(loads).toBe(1);
  });
});

describe('a report that is stopped', () => {
  const charts = Array.from({ length: 60 }, (_, i) => chartOf(`vm-${i}`));
  const report: Report = { title: 't', generatedAtMs, sections: [{ kind: 'charts', charts }] };

  it('runs out of time', async () => {
    await expect(renderReport(report, { timeoutMs: 1 })).rejects.toMatchObject({ kind: 'timeout' });
  });
});

describe('reportStage', () => {
  it('names itself when composing fails', async () => {
    const error: unknown = await pipeline('broken', () => 1)
      .pipe(
        reportStage((): Report => {
          throw new TypeError('no data');
        }),
      )
      .run()
      .catch((reason: unknown) => reason);
    expect(AnalyticsError.isInstance(error) && error.details['stage']).toBe('report');
  });
});
