/** The moments at which an expression is evaluated: `startMs + step * stepMs`, `count` of them. */
export interface Steps {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** The time of a step. */
export function timeOf({ startMs, stepMs }: Steps, step: number): number {
  return startMs + step * stepMs;
}

/** The time of the last step. */
export function endOf(steps: Steps): number {
  return timeOf(steps, steps.count - 1);
}

/** A single moment. */
export function oneStep(timeMs: number): Steps {
  return { startMs: timeMs, stepMs: 1, count: 1 };
}
