import type { Sample } from '@novacron/core';
import type { AlertEvaluator, AlertEvent } from '@novacron/monitoring';

/** A sample of a machine's CPU utilization; seconds, not milliseconds, to read easily. */
export function at(seconds: number, value: number, vm = 'a'): Sample {
  return { metric: 'cpu', labels: { vm }, timeMs: seconds * 1_000, value };
}

/** A step as text: `a firing at 60`. */
export function textOf({ labels, state, timeMs }: AlertEvent): string {
  return `${labels['vm']} ${state} at ${timeMs / 1_000}`;
}

/** The steps that samples cause, as texts. */
export function stepsOf(evaluator: AlertEvaluator, samples: readonly Sample[]): string[] {
  return samples.flatMap((sample) => evaluator.next(sample).map(textOf));
}
