import type { DrawChart } from './chart-renderer.ts';
import { formatNumber, formatTime, isoTime } from './format.ts';
import { html, type Html } from './html.ts';
import type { ChartsSection, TimeSeriesChart } from './model.ts';
import { describeChart, headlineOf, timeSeriesDrawing } from './time-series-drawing.ts';

const tableRows = 24;

/** Writes small charts side by side, each with its numbers as a table behind a fold. */
export async function renderCharts({ charts }: ChartsSection, id: string, draw: DrawChart): Promise<Html> {
  const figures: Html[] = [];
  for (const [i, chart] of charts.entries()) figures.push(await renderChart(chart, `${id}-chart${i}`, draw));
  return html`${renderLegend(charts)}
    <div class="charts">${figures}</div>`;
}

async function renderChart(chart: TimeSeriesChart, id: string, draw: DrawChart): Promise<Html> {
  const { title, subtitle, anomalies = [] } = chart;
  const count = anomalies.length;
  return html`<figure class="panel">
    <figcaption>
      <h3>${title}</h3>
      ${count === 0 ? undefined : html`<span class="chip critical">${count} ${count === 1 ? 'anomaly' : 'anomalies'}</span>`}
      <p>${subtitle ?? headlineOf(chart)}</p>
    </figcaption>
    ${await draw(timeSeriesDrawing(chart), id)}
    <details>
      <summary>Numbers</summary>
      <div class="scroll">
        <table>
          <caption>
            ${describeChart(chart)}
          </caption>
          <thead>
            <tr>
              <th scope="col">Time (UTC)</th>
              <th scope="col">Measured</th>
              <th scope="col">Forecast</th>
              <th scope="col">Band</th>
            </tr>
          </thead>
          <tbody>
            ${measuredRows(chart)}${forecastRows(chart)}
          </tbody>
        </table>
      </div>
    </details>
  </figure>`;
}

/** The latest measured values, evenly picked; the chart has them all. */
function measuredRows({ timesMs, values, format }: TimeSeriesChart): Html[] {
  return pick(values.length).map(
    (i) =>
      html`<tr>
        <th scope="row">${time(timesMs[i])}</th>
        <td class="number">${formatNumber(values[i] as number, format)}</td>
        <td></td>
        <td></td>
      </tr>`,
  );
}

function forecastRows({ forecast, format }: TimeSeriesChart): Html[] {
  if (forecast === undefined) return [];
  const { timesMs, mean, lower, upper } = forecast;
  const bound = (bounds: ArrayLike<number> | undefined, i: number): string => formatNumber(bounds?.[i] ?? NaN, format);
  return pick(mean.length).map(
    (i) =>
      html`<tr>
        <th scope="row">${time(timesMs[i])}</th>
        <td></td>
        <td class="number">${formatNumber(mean[i] as number, format)}</td>
        <td class="number">${bound(lower, i)} to ${bound(upper, i)}</td>
      </tr>`,
  );
}

/** Indices of about {@link tableRows} rows, the last one among them. */
function pick(count: number): number[] {
  const step = Math.max(1, Math.ceil(count / tableRows));
  return Array.from({ length: Math.ceil(count / step) }, (_, row) => count - 1 - row * step).reverse();
}

function time(timeMs: number | undefined): Html {
  return html`<time datetime="${isoTime(timeMs ?? NaN)}">${formatTime(timeMs ?? NaN)}</time>`;
}

/** Says once for all charts what the marks mean; only what is drawn. */
function renderLegend(charts: readonly TimeSeriesChart[]): Html {
  const level = charts.find(({ forecast }) => forecast?.level !== undefined)?.forecast?.level;
  const entries: readonly (readonly [string, string, boolean])[] = [
    ['actual', 'measured', true],
    ['forecast', 'forecast', charts.some(({ forecast }) => forecast !== undefined)],
    [
      'band',
      level === undefined ? 'band' : `${formatNumber(level, 'percent')} band`,
      charts.some(({ forecast }) => forecast?.lower !== undefined),
    ],
    ['anomaly', 'anomaly', charts.some(({ anomalies = [] }) => anomalies.length > 0)],
    ['threshold', 'limit', charts.some(({ threshold }) => threshold !== undefined)],
  ];
  const shown = entries.filter(([, , drawn]) => drawn);
  return html`<ul class="legend" aria-label="What the marks mean">
    ${shown.map(([mark, text]) => html`<li><i class="mark ${mark}" aria-hidden="true"></i>${text}</li>`)}
  </ul>`;
}
