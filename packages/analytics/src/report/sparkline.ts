import { trusted, type Html } from './html.ts';
import { thinLine } from './thin.ts';

const width = 120;
const height = 32;
const margin = 3;

/** A small line without axes that shows a course at a glance. It repeats what is written beside it, so it is hidden from screen readers. */
export function sparkline(values: ArrayLike<number>): Html {
  const points = thinLine(
    Array.from({ length: values.length }, (_, i) => i),
    values,
    width,
  );
  let least = Infinity;
  let most = -Infinity;
  for (const { value } of points) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least > most) return trusted('');
  const x = (time: number): number => margin + (time / Math.max(1, values.length - 1)) * (width - 2 * margin);
  const y = (value: number): number =>
    most === least ? height / 2 : height - margin - ((value - least) / (most - least)) * (height - 2 * margin);
  let path = '';
  let drawing = false;
  for (const { time, value } of points) {
    if (value !== null) path += `${drawing ? 'L' : 'M'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
    drawing = value !== null;
  }
  return trusted(
    `<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`,
  );
}
