import { withoutParens, type Expression, type MatrixSelector, type Subquery } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import type { Aggregate } from '../../store/rollup.ts';
import type { Evaluation } from './evaluation.ts';
import type { Metric } from './metric.ts';
import { withoutStale, type Columns } from './samples.ts';
import { lastLook, looksOf, type Looks } from './shift.ts';
import { timeOf, type Steps } from './steps.ts';
import { emptyVector, type Vector } from './vector.ts';

/** Series with their samples, and the windows of them that are looked at. */
export interface RangeVector {
  readonly metrics: readonly Metric[];
  /**
   * A series' samples without staleness markers; good until the next call. Whoever gets the same array of times again may
   * take it that they are the same times.
   */
  readonly columns: (row: number) => Columns;
  /** At most as many samples as a series has. */
  readonly longest: number;
  /** When each step's window ends. */
  readonly looks: Looks;
  /** How long windows are: `end - rangeMs < time <= end`. */
  readonly rangeMs: number;
}

/** Evaluates an instant vector, for subqueries. */
export type EvaluateVector = (expression: Expression, steps: Steps) => Promise<Vector>;

/**
 * A range vector selector or subquery at all steps.
 *
 * @param aggregate - What buckets must tell that may be read in place of samples. @default samples are read
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when it is neither.
 */
export function selectRange(
  evaluation: Evaluation,
  expression: Expression,
  steps: Steps,
  evaluateVector: EvaluateVector,
  aggregate?: Aggregate,
): Promise<RangeVector> {
  const plain = withoutParens(expression);
  if (plain.kind === 'matrix') return ofSelector(evaluation, plain, steps, aggregate);
  if (plain.kind === 'subquery') return ofSubquery(evaluation, plain, steps, evaluateVector);
  throw executionError(`a range vector was expected, not ${plain.kind}`);
}

async function ofSelector(
  evaluation: Evaluation,
  { selector, rangeMs }: MatrixSelector,
  steps: Steps,
  aggregate: Aggregate | undefined,
): Promise<RangeVector> {
  const looks = looksOf(selector, steps, evaluation);
  const buckets = aggregate && { tierMs: evaluation.bucketsFor(rangeMs), aggregate };
  const series = await evaluation.read(selector, looks.startMs - rangeMs, lastLook(looks), buckets);
  let longest = 0;
  for (const { timesMs } of series) longest = Math.max(longest, timesMs.length);
  return {
    metrics: series.map(({ metric, labels }) => ({ name: metric, labels })),
    columns: (row) => withoutStale(series[row] as Columns),
    longest,
    looks,
    rangeMs,
  };
}

async function ofSubquery(
  evaluation: Evaluation,
  subquery: Subquery,
  steps: Steps,
  evaluateVector: EvaluateVector,
): Promise<RangeVector> {
  const { expression, rangeMs, stepMs = evaluation.subqueryStepMs } = subquery;
  const looks = looksOf(subquery, steps, evaluation);
  // Steps of a subquery are multiples of its step, whatever the query's own are.
  const startMs = Math.floor((looks.startMs - rangeMs) / stepMs) * stepMs + stepMs;
  const count = Math.max(0, Math.floor((lastLook(looks) - startMs) / stepMs) + 1);
  evaluation.checkSteps(count);
  const inner: Steps = { startMs, stepMs, count };
  const vector = count === 0 ? emptyVector : await evaluateVector(expression, inner);
  evaluation.reserveCells(vector.metrics.length * count);
  const rowValues = new Float64Array(count);
  const rowPresent = new Uint8Array(count);
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count);
  return {
    metrics: vector.metrics,
    columns(row) {
      vector.readRow(row, rowValues, rowPresent);
      let length = 0;
      for (let step = 0; step < count; step++) {
        if (rowPresent[step] === 0) continue;
        timesMs[length] = timeOf(inner, step);
        values[length] = rowValues[step] as number;
        length++;
      }
      return { timesMs: timesMs.subarray(0, length), values: values.subarray(0, length) };
    },
    longest: count,
    looks,
    rangeMs,
  };
}
