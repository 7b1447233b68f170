/** Figures of one data set and method, as they are printed. */
export type Figures = Readonly<Record<string, unknown>>;

const columns: readonly (readonly [title: string, field: string, decimals: number])[] = [
  ['Series', 'series', 0],
  ['OWA', 'owa', 3],
  ['sMAPE', 'smape', 2],
  ['MASE', 'mase', 3],
  ['MSIS', 'msis', 1],
  ['In 95 %', 'coverage95', 3],
  ['WAPE', 'wape', 3],
  ['Median WAPE', 'medianWape', 3],
  ['CPU ms a series', 'cpuMsPerSeries', 1],
];

/** The figures as a Markdown table, a data set and method a row. */
export function table(rows: readonly Figures[]): string {
  const titles = ['Data set', 'Method', ...columns.map(([title]) => title)];
  const lines = rows.map((row) => [
    String(row['figure']).replace('accuracy-', ''),
    String(row['method']),
    ...columns.map(([, field, decimals]) => cell(row[field], decimals)),
  ]);
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(value: unknown, decimals: number): string {
  const number = Number(value);
  return number >= 1e5 ? number.toExponential(1) : number.toFixed(decimals);
}
