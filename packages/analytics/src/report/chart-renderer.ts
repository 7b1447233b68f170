import type * as Vega from 'vega';
import type * as VegaLite from 'vega-lite';
import { AnalyticsError } from '../error.ts';
import { escapeHtml, trusted, type Html } from './html.ts';

/** The libraries that draw charts, loaded when the first chart is drawn. */
export interface ChartLibraries {
  /** @default `import('vega')` */
  readonly vega?: (() => Promise<typeof Vega>) | undefined;
  /** @default `import('vega-lite')` */
  readonly vegaLite?: (() => Promise<typeof VegaLite>) | undefined;
}

/** A chart that can be drawn. */
export interface ChartDrawing {
  /** The Vega-Lite specification. */
  readonly spec: VegaLite.TopLevelSpec;
  /** The chart's name, for screen readers. */
  readonly title: string;
  /** What it shows, in words. */
  readonly description: string;
}

/** Draws charts as SVG markup whose colours are CSS variables, so that one drawing serves light and dark pages. */
export type DrawChart = (drawing: ChartDrawing, id: string) => Promise<Html>;

/**
 * Loads Vega and Vega-Lite.
 *
 * @throws {AnalyticsError} NOVA_ANALYTICS_MISSING_DEPENDENCY when they are not installed.
 */
export async function loadChartRenderer(libraries: ChartLibraries = {}): Promise<DrawChart> {
  const { vega: loadVega = () => import('vega'), vegaLite: loadVegaLite = () => import('vega-lite') } = libraries;
  const [vega, vegaLite] = await Promise.all([loadVega(), loadVegaLite()]).catch((cause: unknown) => {
    throw new AnalyticsError({
      kind: 'unsupported',
      code: 'NOVA_ANALYTICS_MISSING_DEPENDENCY',
      message: 'Charts need two more packages: npm install vega vega-lite',
      cause,
      details: { packages: ['vega', 'vega-lite'] },
    });
  });
  const silent = quietLogger();
  return async ({ spec, title, description }, id) => {
    const { spec: compiled } = vegaLite.compile(spec, { logger: silent });
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: silent });
    try {
      return accessible(await view.toSVG(), title, description, id);
    } finally {
      view.finalize();
    }
  };
}

/** Gives the drawing a name and a description, and ids that are unique in the page. */
function accessible(svg: string, title: string, description: string, id: string): Html {
  const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const inside = svg.slice(svg.indexOf('>') + 1).replaceAll(/(id="|url\(#|href="#)([\w-]+)/g, `$1${id}-$2`);
  return trusted(
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-description">` +
      `<title id="${id}-title">${escapeHtml(title)}</title>` +
      `<desc id="${id}-description">${escapeHtml(description)}</desc>${inside}`,
  );
}

/** Vega would write its warnings to the console. */
function quietLogger(): Vega.LoggerInterface {
  function level(value: number): Vega.LoggerInterface;
  function level(): number;
  function level(value?: number): Vega.LoggerInterface | number {
    return value === undefined ? 0 : logger;
  }
  const logger: Vega.LoggerInterface = {
    level,
    error: () => logger,
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
