import { executionError } from '../error.ts';
import type { Evaluation } from './evaluation.ts';
import { metricKey, withoutName, type Metric } from './metric.ts';

/**
 * An instant vector at all steps of an evaluation: a row a series, a column a step. Rows are worked out when they are
 * read, into arrays of the reader, so that a chain of functions needs room for one row only.
 */
export interface Vector {
  readonly metrics: readonly Metric[];
  /**
   * Writes a row's values, and 1 where there is one and 0 where not. What stands in `values` where there is none means
   * nothing.
   */
  readonly readRow: (row: number, values: Float64Array, present: Uint8Array) => void;
}

/** A vector whose rows all stand in memory, one after the other. */
export interface DenseVector extends Vector {
  readonly steps: number;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** A vector without series. */
export const emptyVector: Vector = { metrics: [], readRow: () => {} };

/** A vector of rows in memory. */
export function denseVector(
  metrics: readonly Metric[],
  steps: number,
  values: Float64Array,
  present: Uint8Array,
): DenseVector {
  return {
    metrics,
    steps,
    values,
    present,
    readRow(row, into, presentInto) {
      const start = row * steps;
      into.set(values.subarray(start, start + steps));
      presentInto.set(present.subarray(start, start + steps));
    },
  };
}

/** Works out all rows of a vector. */
export async function materialize(evaluation: Evaluation, vector: Vector, steps: number): Promise<DenseVector> {
  if ('present' in vector) return vector as DenseVector;
  const rows = vector.metrics.length;
  evaluation.reserveCells(rows * steps);
  const values = new Float64Array(rows * steps);
  const present = new Uint8Array(rows * steps);
  for (let row = 0; row < rows; row++) {
    const start = row * steps;
    vector.readRow(row, values.subarray(start, start + steps), present.subarray(start, start + steps));
    const pause = evaluation.pace(steps);
    if (pause !== undefined) await pause;
  }
  return denseVector(vector.metrics, steps, values, present);
}

/** The vector with each row changed after it was read. */
export function mapRows(vector: Vector, change: (values: Float64Array, present: Uint8Array) => void): Vector {
  return {
    metrics: vector.metrics,
    readRow(row, values, present) {
      vector.readRow(row, values, present);
      change(values, present);
    },
  };
}

/** The vector without names; series that become the same are joined. */
export function withoutNames(evaluation: Evaluation, vector: Vector, steps: number): Promise<Vector> | Vector {
  const { metrics } = vector;
  const first = metrics[0]?.name ?? '';
  const oneName = metrics.every(({ name }) => name === first);
  if (oneName && first === '') return vector;
  const renamed: Vector = { ...withoutDense(vector), metrics: metrics.map(withoutName) };
  return oneName ? renamed : joinSame(evaluation, renamed, steps);
}

function withoutDense(vector: Vector): Vector {
  return { metrics: vector.metrics, readRow: (row, values, present) => vector.readRow(row, values, present) };
}

/**
 * The vector with the series joined that have the same labels.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when two of them have a value at the same step.
 */
export async function joinSame(evaluation: Evaluation, vector: Vector, steps: number): Promise<Vector> {
  const rowOf = new Map<string, number>();
  const targets = new Int32Array(vector.metrics.length);
  const metrics: Metric[] = [];
  for (const [row, metric] of vector.metrics.entries()) {
    const key = metricKey(metric);
    let target = rowOf.get(key);
    if (target === undefined) {
      rowOf.set(key, (target = metrics.length));
      metrics.push(metric);
    }
    targets[row] = target;
    const pause = evaluation.pace(100);
    if (pause !== undefined) await pause;
  }
  if (rowOf.size === targets.length) return vector;
  const { values, present } = await materialize(evaluation, vector, steps);
  const joined = denseVector(metrics, steps, new Float64Array(rowOf.size * steps), new Uint8Array(rowOf.size * steps));
  for (let row = 0; row < targets.length; row++) {
    for (let step = 0; step < steps; step++) {
      if (present[row * steps + step] === 0) continue;
      const place = (targets[row] as number) * steps + step;
      if (joined.present[place] === 1) {
        throw executionError(`vector cannot contain metrics with the same labelset`);
      }
      joined.present[place] = 1;
      joined.values[place] = values[row * steps + step] as number;
    }
  }
  return joined;
}
