import { withoutParens, type Expression } from '../ast/expression.ts';
import type { Evaluation } from './evaluation.ts';
import { noMetric, type Metric } from './metric.ts';
import type { RangeVector } from './range-vector.ts';
import type { Steps } from './steps.ts';
import type { Vector } from './vector.ts';
import { callRangeFunction } from './call-range-function.ts';
import { presentOverTime } from '../functions/over-time.ts';

/** `absent`: 1 where a vector has no series, with the labels that its selector asks for. */
export async function absent(
  evaluation: Evaluation,
  vector: Vector,
  argument: Expression,
  steps: number,
): Promise<Vector> {
  const seen = new Uint8Array(steps);
  const values = new Float64Array(steps);
  const present = new Uint8Array(steps);
  for (let row = 0; row < vector.metrics.length; row++) {
    vector.readRow(row, values, present);
    for (let step = 0; step < steps; step++) if (present[step] === 1) seen[step] = 1;
    const pause = evaluation.pace(steps);
    if (pause !== undefined) await pause;
  }
  return {
    metrics: [wantedMetric(argument)],
    readRow(_, into, presentInto) {
      into.fill(1);
      for (let step = 0; step < steps; step++) presentInto[step] = 1 - (seen[step] as number);
    },
  };
}

/** `absent_over_time`. */
export async function absentOverTime(
  evaluation: Evaluation,
  range: RangeVector,
  argument: Expression,
  steps: Steps,
): Promise<Vector> {
  return absent(
    evaluation,
    await callRangeFunction(evaluation, range, steps, presentOverTime, []),
    argument,
    steps.count,
  );
}

/** The labels that a selector asks for by equality, each by one matcher. */
function wantedMetric(argument: Expression): Metric {
  const plain = withoutParens(argument);
  const selector = plain.kind === 'matrix' ? plain.selector : plain;
  if (selector.kind !== 'vector') return noMetric;
  const wanted = new Map<string, string>();
  const seen = new Set<string>();
  for (const { label, op, value } of selector.matchers) {
    if (label === '__name__') continue;
    if (op === '=' && !seen.has(label)) wanted.set(label, value);
    else wanted.delete(label);
    if (op === '=') seen.add(label);
  }
  return { name: '', labels: Object.fromEntries([...wanted].filter(([, value]) => value !== '')) };
}
