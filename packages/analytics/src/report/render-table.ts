import { formatNumber } from './format.ts';
import { html, type Html } from './html.ts';
import type { TableCell, TableColumn, TableSection } from './model.ts';
import { sparkline } from './sparkline.ts';

/** Writes a table; the first cell of a row is its head. */
export function renderTable({ columns, rows }: TableSection): Html {
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  return html`<div class="panel scroll">
    <table>
      <thead>
        <tr>
          ${columns.map(
            ({ label }, i) =>
              html`<th scope="col" ${numeric[i] === true ? html` class="number"` : undefined}>${label}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column, i) => renderCell(row[i] ?? '', column, i === 0))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderCell(cell: TableCell, { format, barMaximum }: TableColumn, head: boolean): Html {
  if (typeof cell === 'number') return renderNumber(cell, format, barMaximum);
  if (typeof cell === 'object') return html`<td>${sparkline(cell.sparkline)}</td>`;
  return head ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`;
}

function renderNumber(value: number, format: TableColumn['format'], barMaximum: number | undefined): Html {
  const share = barMaximum === undefined ? NaN : Math.min(1, Math.max(0, value / barMaximum));
  const bar = Number.isFinite(share) ? html` style="--bar:${(share * 100).toFixed(1)}%"` : undefined;
  return html`<td class="number${bar === undefined ? '' : ' bar'}" ${bar}>${formatNumber(value, format)}</td>`;
}
