import type { TimeShift } from '../ast/expression.ts';
import type { Evaluation } from './evaluation.ts';
import { timeOf, type Steps } from './steps.ts';

/** At which times a selector or subquery looks: one for each step, or the same for all. */
export interface Looks extends Steps {
  /** Whether it is the same time for all steps. */
  readonly fixed: boolean;
}

/** The times at which something is looked at, its `offset` and `@` counted in. */
export function looksOf({ offsetMs, at }: TimeShift, steps: Steps, evaluation: Evaluation): Looks {
  if (at === undefined) return { ...steps, startMs: steps.startMs - offsetMs, fixed: false };
  const fixedMs = at === 'start' ? evaluation.startMs : at === 'end' ? evaluation.endMs : at.timeMs;
  return { startMs: fixedMs - offsetMs, stepMs: 0, count: steps.count, fixed: true };
}

/** The last time that is looked at. */
export function lastLook(looks: Looks): number {
  return timeOf(looks, looks.count - 1);
}
