import { withoutParens, type Call, type Expression, type StringLiteral } from '../ast/expression.ts';
import { bucketFraction, bucketQuantile } from '../functions/classic-histogram.ts';
import { ofHistograms } from '../functions/histogram-functions.ts';
import { labelJoiner, labelReplacer } from '../functions/label-functions.ts';
import { dateFunctions, mathFunctions } from '../functions/math.ts';
import { rangeFunctions } from '../functions/range-functions.ts';
import { sortByLabels, sortByValue } from '../functions/sort-functions.ts';
import { formatFloat } from '../result/format-float.ts';
import { absent, absentOverTime } from './absent.ts';
import { callOfRange } from './call-of-range.ts';
import type { Evaluator } from './evaluator.ts';
import { joinInfo } from './info.ts';
import { selectInstant } from './instant-selector.ts';
import { noMetric, withLabel } from './metric.ts';
import { selectRange } from './range-vector.ts';
import { timeOf, type Steps } from './steps.ts';
import { scalarValue, vectorValue, type Value } from './value.ts';
import { emptyVector, joinSame, mapRows, materialize, withoutNames, type Vector } from './vector.ts';

/** Evaluates a call of a function. */
export async function callFunction(evaluator: Evaluator, call: Call, steps: Steps): Promise<Value> {
  if (call.name === 'time') return scalarValue(timesOf(steps));
  if (call.name === 'pi') return scalarValue(new Float64Array(steps.count).fill(Math.PI));
  if (call.name === 'scalar') {
    return scalarValue(await toScalar(evaluator, await evaluator.vector(call.args[0] as Expression, steps), steps));
  }
  return vectorValue(await callVectorFunction(evaluator, call, steps));
}

async function callVectorFunction(evaluator: Evaluator, call: Call, steps: Steps): Promise<Vector> {
  const { name, args } = call;
  const { evaluation } = evaluator;
  const { count } = steps;
  if (rangeFunctions.has(name)) return callOfRange(evaluator, call, steps);
  const [first, second] = args;
  if (first === undefined) return ofScalar(dated(name, timesOf(steps)));
  switch (name) {
    case 'vector':
      return ofScalar(await evaluator.scalar(first, steps));
    case 'absent_over_time':
      return absentOverTime(evaluation, await selectRange(evaluation, first, steps, evaluator.vector), first, steps);
    case 'absent':
      return absent(evaluation, await evaluator.vector(first, steps), first, count);
    case 'timestamp':
      return withoutNames(evaluation, await timestamps(evaluator, first, steps), count);
    case 'histogram_quantile': {
      const quantiles = await evaluator.scalar(first, steps);
      return histogramQuantile(evaluator, quantiles, first, second as Expression, steps);
    }
    case 'histogram_fraction': {
      const lower = await evaluator.scalar(first, steps);
      const upper = await evaluator.scalar(second as Expression, steps);
      const buckets = args[2] as Expression;
      const vector = await evaluator.vector(buckets, steps);
      return ofHistograms(evaluation, vector, count, buckets.range, (found, step) =>
        bucketFraction(lower[step] as number, upper[step] as number, found),
      );
    }
    default:
  }
  const vector = await evaluator.vector(first, steps);
  switch (name) {
    case 'sort':
    case 'sort_desc':
      return sortByValue(evaluation, vector, count, name === 'sort_desc');
    case 'sort_by_label':
    case 'sort_by_label_desc':
      return sortByLabels(vector, count, args.slice(1).map(textOf), name === 'sort_by_label_desc');
    case 'label_replace':
    case 'label_join':
      return relabelled(evaluator, vector, call, steps);
    case 'info':
      return joinInfo(evaluator, vector, second, steps);
    case 'histogram_quantiles':
      return histogramQuantiles(evaluator, vector, call, steps);
    case 'histogram_avg':
    case 'histogram_count':
    case 'histogram_stddev':
    case 'histogram_stdvar':
    case 'histogram_sum':
      return emptyVector; // of native histograms only, and there are none
    default:
      return withoutNames(evaluation, await ofValues(evaluator, vector, call, steps), count);
  }
}

function timesOf(steps: Steps): Float64Array {
  return Float64Array.from({ length: steps.count }, (_, step) => timeOf(steps, step) / 1000);
}

function dated(name: string, seconds: Float64Array): Float64Array {
  const part = dateFunctions.get(name);
  return part === undefined ? seconds : seconds.map(part);
}

function ofScalar(scalar: Float64Array): Vector {
  return {
    metrics: [noMetric],
    readRow(_, values, present) {
      values.set(scalar);
      present.fill(1);
    },
  };
}

function textOf(expression: Expression): string {
  return (withoutParens(expression) as StringLiteral).value;
}

/** The only value of a vector at each step; NaN where there are none or several. */
async function toScalar({ evaluation }: Evaluator, vector: Vector, { count }: Steps): Promise<Float64Array> {
  const { values, present } = await materialize(evaluation, vector, count);
  return Float64Array.from({ length: count }, (_, step) => {
    let found = -1;
    for (let row = 0; row < vector.metrics.length; row++) {
      if (present[row * count + step] === 0) continue;
      if (found >= 0) return Number.NaN;
      found = row;
    }
    return found < 0 ? Number.NaN : (values[found * count + step] as number);
  });
}

async function timestamps(evaluator: Evaluator, expression: Expression, steps: Steps): Promise<Vector> {
  const plain = withoutParens(expression);
  if (plain.kind === 'vector') return selectInstant(evaluator.evaluation, plain, steps, true);
  const times = timesOf(steps);
  return mapRows(await evaluator.vector(expression, steps), (values) => values.set(times));
}

async function histogramQuantile(
  evaluator: Evaluator,
  quantiles: Float64Array,
  argument: Expression,
  buckets: Expression,
  steps: Steps,
): Promise<Vector> {
  const vector = await evaluator.vector(buckets, steps);
  if (vector.metrics.length > 0) evaluator.evaluation.annotations.invalidQuantiles(quantiles, argument.range);
  return ofHistograms(evaluator.evaluation, vector, steps.count, buckets.range, (found, step) =>
    bucketQuantile(quantiles[step] as number, found),
  );
}

async function histogramQuantiles(evaluator: Evaluator, vector: Vector, call: Call, steps: Steps): Promise<Vector> {
  const [buckets, label, ...args] = call.args as [Expression, Expression, ...Expression[]];
  const dense = await materialize(evaluator.evaluation, vector, steps.count);
  const vectors: Vector[] = [];
  for (const argument of args) {
    const quantiles = await evaluator.scalar(argument, steps);
    evaluator.evaluation.annotations.invalidQuantiles(quantiles, argument.range);
    const found = await ofHistograms(evaluator.evaluation, dense, steps.count, buckets.range, (one, step) =>
      bucketQuantile(quantiles[step] as number, one),
    );
    const text = formatFloat(quantiles[0] as number);
    vectors.push({
      metrics: found.metrics.map((metric) => withLabel(metric, textOf(label), text)),
      readRow: found.readRow,
    });
  }
  const rows = vectors.flatMap((one) => one.metrics.map((metric, row) => ({ metric, row, one })));
  const all: Vector = {
    metrics: rows.map(({ metric }) => metric),
    readRow(index, values, present) {
      const { one, row } = rows[index] as (typeof rows)[number];
      one.readRow(row, values, present);
    },
  };
  return joinSame(evaluator.evaluation, all, steps.count);
}

function relabelled({ evaluation }: Evaluator, vector: Vector, { name, args }: Call, steps: Steps): Promise<Vector> {
  const [first, second, ...rest] = args.slice(1).map(textOf) as [string, string, ...string[]];
  const change =
    name === 'label_join'
      ? labelJoiner(first, second, rest)
      : labelReplacer(first, second, rest[0] as string, rest[1] as string);
  const relabelledVector: Vector = {
    metrics: vector.metrics.map(change),
    readRow: (row, values, present) => vector.readRow(row, values, present),
  };
  return joinSame(evaluation, relabelledVector, steps.count);
}

/** Functions of each value by itself: mathematics, dates, `round` and `clamp`. */
async function ofValues(evaluator: Evaluator, vector: Vector, { name, args }: Call, steps: Steps): Promise<Vector> {
  const change = mathFunctions.get(name) ?? dateFunctions.get(name);
  if (change !== undefined) {
    return mapRows(vector, (values) => {
      for (let step = 0; step < values.length; step++) values[step] = change(values[step] as number);
    });
  }
  const scalars: Float64Array[] = [];
  for (const argument of args.slice(1)) scalars.push(await evaluator.scalar(argument, steps));
  if (name === 'round') return rounded(vector, scalars[0] ?? new Float64Array(steps.count).fill(1));
  const unbounded = (bound: number): Float64Array => new Float64Array(steps.count).fill(bound);
  const least = name === 'clamp_max' ? unbounded(-Infinity) : (scalars[0] as Float64Array);
  const most = name === 'clamp_min' ? unbounded(Infinity) : (scalars.at(-1) as Float64Array);
  return clamped(vector, least, most);
}

function rounded(vector: Vector, nearest: Float64Array): Vector {
  return mapRows(vector, (values) => {
    for (let step = 0; step < values.length; step++) {
      const inverse = 1 / (nearest[step] as number);
      values[step] = Math.floor((values[step] as number) * inverse + 0.5) / inverse;
    }
  });
}

function clamped(vector: Vector, least: Float64Array, most: Float64Array): Vector {
  return mapRows(vector, (values, present) => {
    for (let step = 0; step < values.length; step++) {
      const [lower, upper] = [least[step] as number, most[step] as number];
      if (upper < lower) present[step] = 0;
      else values[step] = Math.max(lower, Math.min(upper, values[step] as number));
    }
  });
}
