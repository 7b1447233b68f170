import type { Binary, VectorMatching } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import { isComparison, operationOf } from './arithmetic.ts';
import type { Evaluation } from './evaluation.ts';
import { formatMetric, labelOf, metricKey, type Metric } from './metric.ts';
import { resultMetric } from './result-metric.ts';
import { rowsBySignature, signaturesOf } from './signatures-of.ts';
import { emptyVector, joinSame, materialize, type DenseVector, type Vector } from './vector.ts';

/** A row of a result: one row of each side, and the values where both have one. */
interface Pair {
  readonly metric: Metric;
  readonly many: number;
  readonly one: number;
}

/** An operator between two vectors that is not one of sets: pairs the rows of equal signature. */
export async function matchVectors(
  evaluation: Evaluation,
  binary: Binary,
  left: Vector,
  right: Vector,
  steps: number,
): Promise<Vector> {
  const matching = binary.matching as VectorMatching;
  const swapped = matching.cardinality === 'one-to-many';
  const many = await materialize(evaluation, swapped ? right : left, steps);
  const one = await materialize(evaluation, swapped ? left : right, steps);
  if (many.metrics.length === 0 || one.metrics.length === 0) return emptyVector;
  const ones = rowsBySignature(signaturesOf(one.metrics, matching));
  checkUnique(one, many, ones, steps, swapped ? 'left' : 'right', matching);
  const pairs: Pair[] = [];
  for (const [row, signature] of signaturesOf(many.metrics, matching).entries()) {
    for (const partner of ones.get(signature) ?? []) {
      const metric = resultMetric(many.metrics[row] as Metric, one.metrics[partner] as Metric, binary);
      pairs.push({ metric, many: row, one: partner });
    }
    const pause = evaluation.pace(10);
    if (pause !== undefined) await pause;
  }
  return joinPairs(evaluation, pairs, rowOperation(binary, many, one, steps, swapped), matching, steps);
}

/** Writes the values of a pair, and 1 where both sides have one and a filter lets it through. */
type RowOperation = (pair: Pair, values: Float64Array, present: Uint8Array) => void;

function rowOperation(
  { op, bool }: Binary,
  many: DenseVector,
  one: DenseVector,
  steps: number,
  swapped: boolean,
): RowOperation {
  const operation = operationOf(op);
  const filters = isComparison(op) && !bool;
  return ({ many: row, one: partner }, values, present) => {
    for (let step = 0; step < steps; step++) {
      const place = row * steps + step;
      const partnerPlace = partner * steps + step;
      present[step] = (many.present[place] as number) & (one.present[partnerPlace] as number);
      if (present[step] === 0) continue;
      const own = many.values[place] as number;
      const other = one.values[partnerPlace] as number;
      const [leftValue, rightValue] = swapped ? [other, own] : [own, other];
      const result = operation(leftValue, rightValue);
      if (filters && result === 0) present[step] = 0;
      values[step] = filters ? leftValue : result;
    }
  };
}

/** Joins pairs of the same labels, which must not have a value at the same step. */
async function joinPairs(
  evaluation: Evaluation,
  pairs: readonly Pair[],
  operate: RowOperation,
  { cardinality }: VectorMatching,
  steps: number,
): Promise<Vector> {
  const byKey = new Map<string, Pair[]>();
  for (const pair of pairs) {
    // A one side has one partner only, so pairs of one to one are told apart by it, whatever their labels.
    const key = cardinality === 'one-to-one' ? `${pair.one}` : metricKey(pair.metric);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [pair]);
    else known.push(pair);
    const pause = evaluation.pace(10);
    if (pause !== undefined) await pause;
  }
  const rows = [...byKey.values()];
  const otherValues = new Float64Array(steps);
  const otherPresent = new Uint8Array(steps);
  const joined: Vector = {
    metrics: rows.map(([first]) => (first as Pair).metric),
    readRow(row, values, present) {
      const [first, ...others] = rows[row] as [Pair, ...Pair[]];
      operate(first, values, present);
      for (const pair of others) {
        operate(pair, otherValues, otherPresent);
        for (let step = 0; step < steps; step++) {
          if (otherPresent[step] === 0) continue;
          if (present[step] === 1) throw multipleMatches(cardinality);
          present[step] = 1;
          values[step] = otherValues[step] as number;
        }
      }
    },
  };
  if (cardinality !== 'one-to-one') return joined;
  return splitByMetric(evaluation, joined, rows, operate, steps);
}

/** Pairs of one to one that were joined because of their partner get rows of their own where their labels differ. */
async function splitByMetric(
  evaluation: Evaluation,
  joined: Vector,
  rows: readonly (readonly Pair[])[],
  operate: RowOperation,
  steps: number,
): Promise<Vector> {
  if (rows.every((pairs) => pairs.length === 1)) return joinSame(evaluation, joined, steps);
  await materialize(evaluation, joined, steps); // throws where two match
  const all = rows.flat();
  const apart: Vector = {
    metrics: all.map(({ metric }) => metric),
    readRow: (row, values, present) => operate(all[row] as Pair, values, present),
  };
  return joinSame(evaluation, apart, steps);
}

function multipleMatches(cardinality: string): Error {
  return executionError(
    cardinality === 'one-to-one'
      ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
      : 'multiple matches for labels: grouping labels must ensure unique matches',
  );
}

/** Checks that no two rows of the one side match each other at a step at which the other side has any value. */
function checkUnique(
  one: DenseVector,
  many: DenseVector,
  ones: ReadonlyMap<string, readonly number[]>,
  steps: number,
  side: 'left' | 'right',
  { on, labels }: VectorMatching,
): void {
  for (const rows of ones.values()) {
    if (rows.length === 1) continue;
    for (let step = 0; step < steps; step++) {
      const [first, second] = rows.filter((row) => one.present[row * steps + step] === 1);
      if (first === undefined || second === undefined || !hasAny(many, steps, step)) continue;
      const metric = one.metrics[first] as Metric;
      const group = on
        ? { name: '', labels: Object.fromEntries(labels.map((label) => [label, labelOf(metric, label)])) }
        : {
            name: '',
            labels: Object.fromEntries(Object.entries(metric.labels).filter(([name]) => !labels.includes(name))),
          };
      const duplicates = [second, first].map((row) => formatMetric(one.metrics[row] as Metric)).join(', ');
      throw executionError(
        `found duplicate series for the match group ${formatMetric(group)} on the ${side} hand-side of the operation: [${duplicates}];many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
  }
}

function hasAny({ metrics, present }: DenseVector, steps: number, step: number): boolean {
  for (let row = 0; row < metrics.length; row++) if (present[row * steps + step] === 1) return true;
  return false;
}
