/** Text pictures. */

const eighths = ' ▁▂▃▄▅▆▇█';

/** How far it has come, as a bar. */
export function bar(done: number, total: number, width: number = 30): string {
  const filled = total === 0 ? width : Math.round((done / total) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total}`;
}

/** Columns of a chart, the highest row first. */
export function chart(values: ArrayLike<number>, rows: number, top: number): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const floor = ((rows - 1 - row) * top) / rows;
    const cells = Array.from(values, (value) => {
      const part = Math.max(0, Math.min(1, ((value - floor) * rows) / top));
      return eighths[Math.round(part * 8)] ?? ' ';
    });
    return cells.join('').trimEnd();
  });
}
