import { invalid, MlError } from '../../error.ts';
import { regularise, type RegularSeries, type RegulariseOptions } from '../../prepare/regularise.ts';
import { usualStep } from '../../prepare/usual-step.ts';
import { wallClock, type WallClock } from '../../prepare/wall-clock.ts';
import { checkedInteger } from '../../values.ts';

const hourMs = 3_600_000;
/** A grid this near to whole steps, as a part of one, is put onto them. */
const nearlyWhole = 0.05;
const fewestDistances = 4;
/** Steps that clocks have, in seconds; one nearer than 2 % is meant. */
const clockSteps = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 28_800, 43_200,
  86_400, 604_800,
];
const nearlyMeant = 0.02;

/** What a grid of steps is made of. */
export interface GridNumbers {
  /** Milliseconds from one step to the next. */
  readonly stepMs: number;
  /** Where a step lies, on the wall clock. */
  readonly originMs: number;
  /** Whose clock it is; none is UTC. */
  readonly timeZone?: string | undefined;
  /** What becomes of several values of one step. */
  readonly combine: NonNullable<RegulariseOptions['combine']>;
}

/** Equal steps on the clock of a time zone; a time belongs to the nearest one. */
export class TimeGrid {
  /** What it is made of. */
  readonly numbers: GridNumbers;
  readonly #clock: WallClock | undefined;

  /**
   * @param numbers - What it is made of.
   * @throws {MlError} NOVA_ML_INVALID when the zone is unknown.
   */
  constructor(numbers: GridNumbers) {
    this.numbers = numbers;
    this.#clock = numbers.timeZone === undefined ? undefined : wallClock(numbers.timeZone);
  }

  /** Which step a time belongs to. */
  stepOf(timeMs: number): number {
    const { originMs, stepMs } = this.numbers;
    return Math.floor(((this.#clock?.wallOf(timeMs) ?? timeMs) - originMs) / stepMs + 0.5);
  }

  /**
   * When a step is, epoch milliseconds.
   *
   * @param afterMs - Where the clock shows it twice, the first time after this one is meant.
   */
  timeOf(step: number, afterMs?: number): number {
    const { originMs, stepMs } = this.numbers;
    const wallMs = originMs + step * stepMs;
    return this.#clock?.timeOf(wallMs, afterMs) ?? wallMs;
  }

  /**
   * The times of the steps to come. Where the clock is put on, steps of up to an hour go on by real time, so that one of
   * them may be left out or come twice; longer ones go by the clock.
   *
   * @param first - The first of them.
   * @param afterMs - The last time seen, if it is known.
   * @returns times, and how many steps after the first each is.
   */
  timesFrom(first: number, count: number, afterMs?: number): { times: Float64Array; places: Int32Array } {
    const { stepMs } = this.numbers;
    const byClock = this.#clock === undefined || stepMs > hourMs;
    const startMs = byClock ? 0 : this.#startOf(first, afterMs);
    const times = new Float64Array(count);
    const places = new Int32Array(count);
    for (let k = 0; k < count; k++) {
      const time = byClock ? this.timeOf(first + k) : startMs + k * stepMs;
      times[k] = time;
      places[k] = byClock ? k : Math.max(0, this.stepOf(time) - first);
    }
    return { times, places };
  }

  /**
   * Values at any times as a value a step, NaN where there is none. The last of a step is the one measured last.
   *
   * @param fromStep - The step to begin with. @default that of the first time
   * @throws {MlError} NOVA_ML_INVALID when there would be more than ten million steps.
   * @returns the values, and the step of the first.
   */
  regular(
    times: ArrayLike<number>,
    values: ArrayLike<number>,
    fromStep?: number,
  ): RegularSeries & { readonly firstStep: number } {
    const { originMs, stepMs, combine } = this.numbers;
    const order = combine === 'last' ? risingOrder(times) : undefined;
    // A step of the clock need not be at any time, that which is left out in spring is at none: so it comes as a step.
    const count = times.length + (fromStep === undefined ? 0 : 1);
    const steps = new Float64Array(count).fill((fromStep ?? 0) * stepMs);
    const measured = new Float64Array(count).fill(NaN);
    for (let k = 0; k < times.length; k++) {
      const i = order?.[k] ?? k;
      steps[k] = this.stepOf(times[i] as number) * stepMs;
      measured[k] = values[i] as number;
    }
    const series = regularise(steps, measured, { stepMs, originMs: 0, combine });
    return { ...series, firstStep: Math.round(series.startMs / stepMs), startMs: originMs + series.startMs };
  }

  /** When the first of the steps to come is. In autumn the clock may have to show again what it has shown before. */
  #startOf(first: number, afterMs: number | undefined): number {
    const { stepMs } = this.numbers;
    const startMs = this.timeOf(first, afterMs);
    if (afterMs === undefined || this.#clock === undefined) return startMs;
    // A value lies up to half a step from its step.
    const between = Math.ceil((startMs - afterMs) / stepMs - 1.5);
    return startMs - stepMs * Math.max(0, between);
  }
}

/** Places of times from the earliest to the latest, undefined where they rise already. */
function risingOrder(times: ArrayLike<number>): Uint32Array | undefined {
  let rising = true;
  for (let i = 1; i < times.length; i++) if ((times[i] as number) < (times[i - 1] as number)) rising = false;
  if (rising) return undefined;
  return Uint32Array.from(times, (_, i) => i).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
}

/**
 * The grid that times lie on: its step is the largest of the median distances in each quarter of their span, so that no
 * quarter is mostly empty, or the length of a clock's step (a minute, an hour) near it, and it lies where the times do on average.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is one time only, and no step given.
 */
export function gridOf(
  times: ArrayLike<number>,
  given: { readonly [Name in keyof GridNumbers]?: GridNumbers[Name] | undefined },
): TimeGrid {
  const { timeZone, combine = 'mean' } = given;
  const clock = timeZone === undefined ? undefined : wallClock(timeZone);
  const stepMs = checkedInteger(given.stepMs ?? coarsestStep(times), 'stepMs', 1, 1e13);
  const { originMs = usualPhase(times, stepMs, clock) } = given;
  if (!(Math.abs(originMs) <= 8.64e15)) throw invalid('originMs must be epoch milliseconds', { originMs });
  return new TimeGrid({ stepMs, originMs, timeZone, combine });
}

function coarsestStep(given: ArrayLike<number>): number {
  const times = Float64Array.from(given).sort();
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  let coarsest = 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const edge = (part: number): number => first + ((last - first) * part) / 4;
    const within = times.filter((time) => time >= edge(quarter) && time <= edge(quarter + 1));
    // Of a few distances one may be a gap.
    if (within.length > fewestDistances) coarsest = Math.max(coarsest, usualStep(within) ?? 0);
  }
  const stepMs = coarsest > 0 ? coarsest : usualStep(times);
  if (stepMs !== undefined) {
    const meant = clockSteps.find((seconds) => Math.abs(stepMs / (1_000 * seconds) - 1) < nearlyMeant);
    return meant === undefined ? Math.max(1, Math.round(stepMs)) : 1_000 * meant;
  }
  throw new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: 'Without two times that differ there must be stepMs',
    details: { count: times.length },
  });
}

/** Where in a step times lie on average, as an angle; on whole steps where they nearly do. */
function usualPhase(times: ArrayLike<number>, stepMs: number, clock: WallClock | undefined): number {
  let [x, y] = [0, 0];
  for (let i = 0; i < times.length; i++) {
    const time = times[i] as number;
    const angle = (2 * Math.PI * (((clock?.wallOf(time) ?? time) % stepMs) + stepMs)) / stepMs;
    x += Math.cos(angle);
    y += Math.sin(angle);
  }
  const phase = Math.atan2(y, x) / (2 * Math.PI);
  const clear = Math.hypot(x, y) > times.length / 2; // no place is usual where they lie all over
  return clear && Math.abs(phase) > nearlyWhole ? Math.round(phase * stepMs) : 0;
}
