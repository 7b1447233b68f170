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
 * it to the next. Events of one name become one, however much they overlap; cost grows with the events and the steps
 * that they touch. A whole day counts for two daily steps unless both begin at the same midnight: for {@link holidays} take
 * those of UTC.
 *
 * @throws {MlError} NOVA_ML_INVALID when the grid or an event is out of range, or events touch more than 20,000,000 steps.
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
  const found = new Map<string, Span[]>();
  for (const [index, event] of events.entries()) {
    if (!(event.startMs <= event.endMs && event.endMs - event.startMs < Infinity)) {
      throw invalid('An event must not end before it starts', { index });
    }
    const begins = Math.floor((event.startMs - startMs) / stepMs);
    const first = Math.max(0, begins);
    // What takes no time is where it begins.
    const end = Math.min(steps, Math.max(Math.ceil((event.endMs - startMs) / stepMs), begins + 1));
    const named = found.get(event.name) ?? [];
    found.set(event.name, named);
    if (first < end) named.push({ first, end });
  }
  let left = mostTouched;
  return [...found].map(([name, spans]) => {
    const touched = touchedBy(spans, left);
    left -= touched.length;
    return { name, steps: touched };
  });
}

/** Steps from the first up to, but not at, the end. */
interface Span {
  readonly first: number;
  readonly end: number;
}

const mostTouched = 20_000_000;

/** The steps of any of the spans, once each, rising. */
function touchedBy(spans: Span[], most: number): number[] {
  spans.sort((a, b) => a.first - b.first);
  const touched: number[] = [];
  let next = 0;
  for (const { first, end } of spans) {
    for (let step = Math.max(first, next); step < end; step++) touched.push(step);
    next = Math.max(next, end);
    if (touched.length > most) throw invalid(`Events must not touch more than ${mostTouched} steps in all`, {});
  }
  return touched;
}
