import type { TextRange } from '../ast/expression.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { dropLabels, labelOf, metricKey, type Metric } from '../evaluate/metric.ts';
import { denseVector, type Vector } from '../evaluate/vector.ts';
import { addBucket, bucketsOf, type Buckets } from './classic-histogram.ts';

/** Works out one histogram at one step. */
export type OfBuckets = (buckets: Buckets, step: number) => number;

interface BucketRow {
  readonly row: number;
  readonly bound: number;
}

interface Histogram {
  readonly metric: Metric;
  readonly rows: BucketRow[];
  readonly name: string;
}

const bucketLabels: ReadonlySet<string> = new Set(['le', '__name__']);

/**
 * Works out every classic histogram of a vector at all steps: series that differ in `le` only.
 *
 * @param range - Where the vector stands in the query, for remarks.
 */
export async function ofHistograms(
  evaluation: Evaluation,
  vector: Vector,
  steps: number,
  range: TextRange,
  ofBuckets: OfBuckets,
): Promise<Vector> {
  const histograms = histogramsOf(evaluation, vector, steps, range);
  const size = histograms.length * steps;
  evaluation.reserveCells(size);
  const metrics = histograms.map(({ metric }) => metric);
  const result = denseVector(metrics, steps, new Float64Array(size), new Uint8Array(size));
  for (const [index, { rows, name }] of histograms.entries()) {
    const values = new Float64Array(rows.length * steps);
    const present = new Uint8Array(rows.length * steps);
    rows.forEach(({ row }, place) => {
      vector.readRow(
        row,
        values.subarray(place * steps, (place + 1) * steps),
        present.subarray(place * steps, (place + 1) * steps),
      );
    });
    const buckets = bucketsOf(rows.length);
    for (let step = 0; step < steps; step++) {
      buckets.length = 0;
      for (let place = 0; place < rows.length; place++) {
        if (present[place * steps + step] === 0) continue;
        addBucket(buckets, (rows[place] as BucketRow).bound, values[place * steps + step] as number);
      }
      if (buckets.length === 0) continue;
      result.values[index * steps + step] = ofBuckets(buckets, step);
      result.present[index * steps + step] = 1;
      if (buckets.forced) evaluation.annotations.forcedMonotonicity(name, range);
    }
    const pause = evaluation.pace(rows.length * steps * 2);
    if (pause !== undefined) await pause;
  }
  return result;
}

/** Puts the buckets of each histogram together, sorted by their bounds; a series without a bound is remarked on. */
function histogramsOf(evaluation: Evaluation, vector: Vector, steps: number, range: TextRange): Histogram[] {
  const byKey = new Map<string, Histogram>();
  const values = new Float64Array(steps);
  const present = new Uint8Array(steps);
  vector.metrics.forEach((metric, row) => {
    const text = labelOf(metric, 'le');
    const bound = parseBound(text);
    if (bound === undefined) {
      vector.readRow(row, values, present);
      if (present.includes(1)) evaluation.annotations.badBucketLabel(metric.name, text, range);
      return;
    }
    const own = dropLabels(metric, bucketLabels);
    const key = metricKey(own);
    let histogram = byKey.get(key);
    if (histogram === undefined) byKey.set(key, (histogram = { metric: own, rows: [], name: metric.name }));
    histogram.rows.push({ row, bound });
  });
  const histograms = [...byKey.values()];
  for (const { rows } of histograms) rows.sort((a, b) => a.bound - b.bound || a.row - b.row);
  return histograms;
}

function parseBound(text: string): number | undefined {
  if (/^\+?inf(?:inity)?$/i.test(text)) return Infinity;
  if (/^-inf(?:inity)?$/i.test(text)) return -Infinity;
  const bound = text.trim() === text && text !== '' ? Number(text) : Number.NaN;
  return Number.isNaN(bound) ? undefined : bound;
}
