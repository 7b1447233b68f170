import { alertDrawing } from './alert-drawing.ts';
import type { DrawChart } from './chart-renderer.ts';
import { formatNumber, formatTime, isoTime } from './format.ts';
import { html, type Html } from './html.ts';
import type { AlertsSection, Card, CardsSection, ReportAlert, ReportSection, TextSection } from './model.ts';
import { renderCharts } from './render-charts.ts';
import { renderTable } from './render-table.ts';
import { sparkline } from './sparkline.ts';

/** What sections need to be drawn. */
export interface SectionTools {
  /** Draws a chart. */
  readonly draw: DrawChart;
  /** When the report was made, epoch milliseconds. */
  readonly generatedAtMs: number;
}

/** Writes one section. Charts take their time; the rest is immediate. */
export async function renderSection(section: ReportSection, id: string, tools: SectionTools): Promise<Html> {
  const { heading, description } = section;
  return html`<section${heading === undefined ? undefined : html` aria-labelledby="${id}"`}>
${heading === undefined ? undefined : html`<h2 id="${id}">${heading}</h2>`}
${description === undefined ? undefined : html`<p class="lead">${description}</p>`}
${await renderBody(section, id, tools)}
</section>`;
}

async function renderBody(section: ReportSection, id: string, tools: SectionTools): Promise<Html> {
  if (section.kind === 'charts') return renderCharts(section, id, tools.draw);
  if (section.kind === 'alerts') return renderAlerts(section, id, tools);
  if (section.kind === 'cards') return renderCards(section);
  return section.kind === 'table' ? renderTable(section) : renderText(section);
}

function renderText({ paragraphs }: TextSection): Html {
  return html`<div class="panel prose">${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}</div>`;
}

function renderCards({ cards }: CardsSection): Html {
  return html`<ul class="cards">
    ${cards.map(renderCard)}
  </ul>`;
}

function renderCard({ label, value, format, detail, tone = 'neutral', sparkline: course }: Card): Html {
  return html`<li class="card ${tone}${typeof value === 'number' ? '' : ' text'}">
    <span class="label">${label}</span>
    <strong>${typeof value === 'number' ? formatNumber(value, format) : value}</strong>
    ${course === undefined ? undefined : sparkline(course)}
    ${detail === undefined ? undefined : html`<span class="detail">${detail}</span>`}
  </li>`;
}

async function renderAlerts({ alerts, toMs }: AlertsSection, id: string, tools: SectionTools): Promise<Html> {
  if (alerts.length === 0) return html`<div class="panel"><p class="none">No alerts. All was well.</p></div>`;
  const endMs = toMs ?? tools.generatedAtMs;
  const ordered = alerts.toSorted((a, b) => a.startMs - b.startMs);
  const timeline = await tools.draw(alertDrawing(ordered, endMs), `${id}-timeline`);
  return html`<div class="panel">
    <div class="wide">${timeline}</div>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Alert</th>
            <th scope="col">Machine</th>
            <th scope="col">Severity</th>
            <th scope="col">Began</th>
            <th scope="col" class="number">Lasted</th>
            <th scope="col">What it said</th>
          </tr>
        </thead>
        <tbody>
          ${ordered.map((alert) => renderAlert(alert, endMs))}
        </tbody>
      </table>
    </div>
  </div>`;
}

function renderAlert({ name, subject, severity, startMs, endMs, summary = '' }: ReportAlert, nowMs: number): Html {
  const lasted = formatNumber((endMs ?? nowMs) - startMs, 'duration');
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${subject}</td>
    <td><span class="chip ${severity}">${severity}</span></td>
    <td class="time"><time datetime="${isoTime(startMs)}">${formatTime(startMs)}</time></td>
    <td class="number">
      ${lasted}${endMs === undefined ? html` <span class="chip ongoing">ongoing</span>` : undefined}
    </td>
    <td>${summary}</td>
  </tr>`;
}
