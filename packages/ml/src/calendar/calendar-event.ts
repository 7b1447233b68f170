import { invalid } from '../error.ts';
import { checkedInteger } from '../values.ts';
import type { AdditiveEvent } from '../forecast/additive/additive-design.ts';

/** Something that happens: a holiday, a release, a backup. */
export interface CalendarEvent {
  /** What it is called; events of one name have one effect. */
  readonly name: string;
  /** Epoch milliseconds at which it starts. */
  readonly startMs: number;
  /** Epoch milliseconds at which it is over. */
  readonly endMs: number;
}

/** The steps of a series. */
export interface StepGrid {
  /** Epoch milliseconds of the first value. */
  readonly startMs: number;
  /** Milliseconds from one value to the next. */
  readonly stepMs: number;
  /** How many steps, those to be forecast among them, 1 to 10,000,000. */
  readonly steps: number;
}

/**
 * Puts events on the steps of a series, for `additive({ events })`: a step counts where an event touches the time from
 * it to the next. Events of one name become one.
 *
 * @throws {MlError} NOVA_ML_INVALID when the grid or an event is out of range.
 *
 * @example
 * ```ts
 * import { eventSteps } from '@novacron/ml';
 *
 * const hour = 3_600_000;
 * const backups = [{ name: 'backup', startMs: 2 * hour, endMs: 3.5 * hour }];
 * eventSteps(backups, { startMs: 0, stepMs: hour, steps: 24 }) // => [{ name: 'backup', steps: [2, 3] }]
 * ```
 */
export function eventSteps(events: readonly CalendarEvent[], grid: StepGrid): AdditiveEvent[] {
  const { startMs, stepMs } = grid;
  const steps = checkedInteger(grid.steps, 'steps', 1, 10_000_000);
  if (!(stepMs > 0 && stepMs < Infinity && Number.isFinite(startMs))) {
    throw invalid('stepMs must be above 0 and startMs a time', { startMs, stepMs });
  }
  const found = new Map<string, Set<number>>();
  for (const [index, event] of events.entries()) {
    if (!(event.startMs <= event.endMs && event.endMs - event.startMs < Infinity)) {
      throw invalid('An event must not end before it starts', { index });
    }
    const first = Math.max(0, Math.floor((event.startMs - startMs) / stepMs));
    const last = Math.min(steps, Math.max(Math.ceil((event.endMs - startMs) / stepMs), first + 1));
    const named = found.get(event.name) ?? new Set<number>();
    found.set(event.name, named);
    if (event.endMs < startMs) continue;
    for (let step = first; step < last; step++) named.add(step);
  }
  return [...found].map(([name, touched]) => ({ name, steps: [...touched].sort((a, b) => a - b) }));
}
