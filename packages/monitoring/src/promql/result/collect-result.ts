import type { Series } from '@novacron/core';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { labelsKey, type Metric } from '../evaluate/metric.ts';
import { timeOf, type Steps } from '../evaluate/steps.ts';
import type { Vector } from '../evaluate/vector.ts';
import type { MatrixResult, VectorResult } from './query-result.ts';

/** The values of a vector at one moment, in the order of its rows. */
export async function collectVector(evaluation: Evaluation, vector: Vector, timeMs: number): Promise<VectorResult> {
  const value = new Float64Array(1);
  const present = new Uint8Array(1);
  const values = new Float64Array(vector.metrics.length);
  const series: VectorResult['series'][number][] = [];
  for (let row = 0; row < vector.metrics.length; row++) {
    vector.readRow(row, value, present);
    if (present[0] === 1) {
      const { name, labels } = vector.metrics[row] as Metric;
      values[series.length] = value[0] as number;
      series.push({ metric: name, labels });
    }
    const pause = evaluation.pace(1);
    if (pause !== undefined) await pause;
  }
  return { type: 'vector', timeMs, series, values: values.subarray(0, series.length) };
}

/** The series of a vector at all steps, sorted by their labels. */
export async function collectMatrix(evaluation: Evaluation, vector: Vector, steps: Steps): Promise<MatrixResult> {
  const { count } = steps;
  const allTimes = Float64Array.from({ length: count }, (_, step) => timeOf(steps, step));
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  const series: Series[] = [];
  for (let row = 0; row < vector.metrics.length; row++) {
    vector.readRow(row, values, present);
    let length = 0;
    for (let step = 0; step < count; step++) length += present[step] as number;
    if (length > 0) {
      evaluation.reserveCells(length);
      const { name, labels } = vector.metrics[row] as Metric;
      series.push({ metric: name, labels, ...kept(allTimes, values, present, length) });
    }
    const pause = evaluation.pace(count);
    if (pause !== undefined) await pause;
  }
  return { type: 'matrix', series: sortSeries(series) };
}

function kept(
  allTimes: Float64Array,
  values: Float64Array,
  present: Uint8Array,
  length: number,
): { readonly timesMs: Float64Array; readonly values: Float64Array } {
  if (length === values.length) return { timesMs: allTimes, values: values.slice() };
  const some = { timesMs: new Float64Array(length), values: new Float64Array(length) };
  let place = 0;
  for (let step = 0; step < values.length; step++) {
    if (present[step] === 0) continue;
    some.timesMs[place] = allTimes[step] as number;
    some.values[place] = values[step] as number;
    place++;
  }
  return some;
}

/** Sorted by name and labels. */
export function sortSeries(series: readonly Series[]): Series[] {
  const keyed = series.map((one) => ({ one, key: `${one.metric}\u0000${sortKey(one)}` }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one);
}

function sortKey({ labels }: Series): string {
  return Object.keys(labels)
    .sort()
    .map((label) => `${label}\u0000${labels[label]}`)
    .join('\u0000');
}

/** A text that tells a series of a result from the others. */
export function resultKey({ metric, labels }: Series): string {
  return `${metric}{${labelsKey(labels)}`;
}
