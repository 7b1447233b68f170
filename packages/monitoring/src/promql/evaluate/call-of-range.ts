import { seriesKey } from '@novacron/core';
import { withoutParens, type Call, type Expression } from '../ast/expression.ts';
import { typeOf } from '../ast/type-of.ts';
import { bucketFunctions, keepingName, rangeFunctions } from '../functions/range-functions.ts';
import { callRangeFunction } from './call-range-function.ts';
import type { Evaluator } from './evaluator.ts';
import type { Metric } from './metric.ts';
import { selectRange } from './range-vector.ts';
import type { Steps } from './steps.ts';
import { emptyVector, withoutNames, type Vector } from './vector.ts';

const counterEndings = ['_total', '_sum', '_count', '_bucket'];

/** Evaluates a call of a function of a range vector; from buckets of samples where they may be read and say enough. */
export async function callOfRange(evaluator: Evaluator, call: Call, steps: Steps): Promise<Vector> {
  const { evaluation } = evaluator;
  const { name, args } = call;
  const ranged = args.find((argument) => typeOf(argument) === 'matrix') as Expression;
  const scalars: Float64Array[] = [];
  for (const argument of args) if (argument !== ranged) scalars.push(await evaluator.scalar(argument, steps));
  const vector =
    name === 'avg_over_time' && readsBuckets(evaluator, ranged)
      ? await averageOfBuckets(evaluator, ranged, steps)
      : await callOne(evaluator, name, ranged, steps, scalars);
  if (vector.metrics.length === 0) return emptyVector;
  if (name === 'quantile_over_time') {
    evaluation.annotations.invalidQuantiles(scalars[0] as Float64Array, (args[0] as Expression).range);
  }
  if (name === 'rate' || name === 'increase') {
    return withoutNames(evaluation, remarkingNonCounters(evaluator, vector, ranged), steps.count);
  }
  return keepingName.has(name) ? vector : withoutNames(evaluation, vector, steps.count);
}

/** Whether buckets are read in place of a range's samples. */
function readsBuckets({ evaluation }: Evaluator, ranged: Expression): boolean {
  const plain = withoutParens(ranged);
  return plain.kind === 'matrix' && evaluation.bucketsFor(plain.rangeMs) > 0;
}

async function callOne(
  evaluator: Evaluator,
  name: string,
  ranged: Expression,
  steps: Steps,
  scalars: readonly Float64Array[],
): Promise<Vector> {
  const ofBuckets = readsBuckets(evaluator, ranged) ? bucketFunctions.get(name) : undefined;
  const { evaluation, vector } = evaluator;
  const range = await selectRange(evaluation, ranged, steps, vector, ofBuckets?.aggregate);
  const call = ofBuckets?.call ?? rangeFunctions.get(name);
  if (call === undefined || range.metrics.length === 0) return emptyVector;
  return callRangeFunction(evaluation, range, steps, call, scalars);
}

/** Buckets don't tell their average, but the sum and the number of their samples. */
async function averageOfBuckets(evaluator: Evaluator, ranged: Expression, steps: Steps): Promise<Vector> {
  const sums = await callOne(evaluator, 'sum_over_time', ranged, steps, []);
  const counts = await callOne(evaluator, 'count_over_time', ranged, steps, []);
  const keyOf = ({ name, labels }: Metric): string => seriesKey(name, labels);
  const rowOfCount = new Map(counts.metrics.map((metric, row) => [keyOf(metric), row]));
  const count = { values: new Float64Array(steps.count), present: new Uint8Array(steps.count) };
  return {
    metrics: sums.metrics,
    readRow(row, values, present) {
      sums.readRow(row, values, present);
      const other = rowOfCount.get(keyOf(sums.metrics[row] as Metric));
      if (other === undefined) {
        present.fill(0); // it came between the two reads
        return;
      }
      counts.readRow(other, count.values, count.present);
      for (let step = 0; step < values.length; step++) {
        values[step] = (values[step] as number) / (count.values[step] as number);
      }
    },
  };
}

function remarkingNonCounters({ evaluation }: Evaluator, vector: Vector, argument: Expression): Vector {
  const unlike = new Set(vector.metrics.map(({ name }) => name).filter((name) => !isCounterName(name)));
  if (unlike.size === 0) return vector;
  return {
    metrics: vector.metrics,
    readRow(row, values, present) {
      vector.readRow(row, values, present);
      const { name } = vector.metrics[row] as Metric;
      if (!unlike.has(name) || !present.includes(1)) return;
      evaluation.annotations.possibleNonCounter(name, argument.range);
      unlike.delete(name); // once is enough
    },
  };
}

/** Whether a name is that of a counter, or none. */
function isCounterName(name: string): boolean {
  return name === '' || counterEndings.some((ending) => name.endsWith(ending));
}
