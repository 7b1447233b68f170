/** Text in columns. */

/** What stands where nothing is known. */
export const missing = '-';

/** A size as people read it. */
export function size(bytes: number | undefined): string {
  if (bytes === undefined) return missing;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const value = bytes / 1024 ** power;
  return `${value.toFixed(value < 10 && power > 0 ? 1 : 0)} ${units[power]}`;
}

/** Rows under their heads, in columns; numbers stand to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `${heads[0]}: none`;
  const all = [heads, ...rows.toSorted((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''))];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number): string =>
    column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
