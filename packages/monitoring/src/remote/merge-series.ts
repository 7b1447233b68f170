import { seriesKey, type Series } from '@novacron/core';
import { SortedRows } from './sorted-rows.ts';

/** The union of what several stores hold; where two have the same time, the earlier store is right. */
export function mergeSeries(lists: readonly (readonly Series[])[]): readonly Series[] {
  const [first = [], ...others] = lists;
  if (others.length === 0) return first;
  const byKey = new Map<string, Series>();
  for (const list of lists) {
    for (const series of list) {
      const key = seriesKey(series.metric, series.labels);
      const known = byKey.get(key);
      byKey.set(key, known === undefined ? series : merge(known, series));
    }
  }
  const rows = new SortedRows<Series>();
  for (const series of byKey.values()) rows.add(series, series);
  return rows.list().map(([, series]) => series);
}

function merge(a: Series, b: Series): Series {
  if (sameTimes(a.timesMs, b.timesMs)) return a;
  const timesMs = new Float64Array(a.timesMs.length + b.timesMs.length);
  const values = new Float64Array(timesMs.length);
  let length = 0;
  for (let i = 0, j = 0; i < a.timesMs.length || j < b.timesMs.length; length++) {
    const ofA = a.timesMs[i] ?? Infinity;
    const ofB = b.timesMs[j] ?? Infinity;
    timesMs[length] = Math.min(ofA, ofB);
    // Parts of arrays are copied so that every bit of a NaN stays.
    values.set(ofA <= ofB ? a.values.subarray(i, i + 1) : b.values.subarray(j, j + 1), length);
    if (ofA <= ofB) i++;
    if (ofB <= ofA) j++;
  }
  return { ...a, timesMs: timesMs.slice(0, length), values: values.slice(0, length) };
}

function sameTimes(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
