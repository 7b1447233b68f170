import { withDeadline, type CallOptions } from '@novacron/core';
import { loadChartRenderer, type ChartLibraries, type DrawChart } from './chart-renderer.ts';
import { formatTime, isoTime } from './format.ts';
import { html, trusted } from './html.ts';
import type { Report } from './model.ts';
import { renderSection } from './sections.ts';
import { styles } from './styles.ts';

/** How a report is rendered. */
export interface RenderOptions extends CallOptions {
  /** Where Vega and Vega-Lite come from. @default imported when the first chart is drawn */
  readonly libraries?: ChartLibraries | undefined;
}

/**
 * Renders a report to one HTML page that needs nothing else: no network, no script. Charts are inline SVG, drawn by
 * Vega-Lite. It follows the reader's light or dark setting (or `data-theme="light"` and `"dark"` on the root element),
 * fits phones, and prints well. Every text is escaped, and the page forbids itself to load or run anything.
 *
 * The same report always gives the same page. It costs some 20 ms a chart, and half a second to load Vega once.
 *
 * @throws {AnalyticsError} NOVA_ANALYTICS_MISSING_DEPENDENCY when there are charts and vega or vega-lite is not installed.
 * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
 * @throws {NovaError} NOVA_CORE_TIMEOUT when `timeoutMs` is over.
 *
 * @example
 * ```ts
 * import { renderReport } from '@novacron/analytics/report';
 *
 * const page = await renderReport({
 *   title: 'Fleet',
 *   generatedAtMs: Date.UTC(2026, 0, 1),
 *   sections: [{ kind: 'cards', cards: [{ label: 'Machines', value: 12 }] }],
 * });
 * page.startsWith('<!doctype html>') // => true
 * ```
 */
export function renderReport(report: Report, options: RenderOptions = {}): Promise<string> {
  return withDeadline(options, async (signal) => {
    const draw = interruptible(lazily(options.libraries), signal);
    const { title, subtitle, generatedAtMs, sections, footer } = report;
    const rendered = [];
    for (const [i, section] of sections.entries()) {
      rendered.push(await renderSection(section, `section${i}`, { draw, generatedAtMs }));
    }
    return html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <style>
            ${trusted(styles)}
          </style>
        </head>
        <body>
          <header>
            <h1>${title}</h1>
            ${subtitle === undefined ? undefined : html`<p>${subtitle}</p>`}
            <p class="generated">
              Generated <time datetime="${isoTime(generatedAtMs)}">${formatTime(generatedAtMs)} UTC</time>
            </p>
          </header>
          <main>${rendered}</main>
          <footer>
            ${footer === undefined ? undefined : html`<p>${footer}</p>`}
            <p>Made with NovaCron SDK. All times are UTC.</p>
          </footer>
        </body>
      </html> `.markup;
  });
}

/** Loads the libraries at the first chart, once. */
function lazily(libraries: ChartLibraries | undefined): DrawChart {
  let renderer: Promise<DrawChart> | undefined;
  return async (drawing, id) => {
    renderer ??= loadChartRenderer(libraries);
    return (await renderer)(drawing, id);
  };
}

/** Lets other work run between charts, and stops when the signal has fired. */
function interruptible(draw: DrawChart, signal: AbortSignal): DrawChart {
  return async (drawing, id) => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
    return draw(drawing, id);
  };
}
