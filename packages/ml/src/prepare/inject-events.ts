import { seededRandom } from '@novacron/core';
import { invalid } from '../error.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import { checkedInteger, toValues } from '../values.ts';
import { FreePlaces } from './free-places.ts';
import { labelSteps } from './learning-windows.ts';

/** A rare event that is made up. */
export type SyntheticKind = 'spike' | 'level-shift' | 'drift' | 'outage';

/** How many rare events to make up, and how large. */
export interface InjectEventsOptions {
  /** How many of each kind. @default one of each */
  readonly counts?: Readonly<Partial<Record<SyntheticKind, number>>> | undefined;
  /** Their size, in robust deviations of the series. @default 6 */
  readonly size?: number | undefined;
  /** How many steps all but spikes last. @default 12 */
  readonly duration?: number | undefined;
  /** What a machine reports while it is out: a value, or NaN for nothing. @default 0 */
  readonly outageValue?: number | undefined;
  /** The same seed gives the same events. @default 1 */
  readonly seed?: number | undefined;
}

/** An event that was put into a series. */
export interface SyntheticEvent {
  /** What it is. */
  readonly kind: SyntheticKind;
  /** Its first step. */
  readonly start: number;
  /** How many steps it lasts. */
  readonly length: number;
}

/** A series with events, and where they are. */
export interface InjectedSeries {
  /** The series with the events in it. */
  readonly values: Float64Array;
  /** What was put in, in the order of time; no two overlap. */
  readonly events: readonly SyntheticEvent[];
  /** 1 in the steps of events, else 0. */
  readonly labels: Uint8Array;
}

const kinds: readonly SyntheticKind[] = ['spike', 'level-shift', 'drift', 'outage'];

/**
 * Puts rare events into a series, so that a detector can be judged, or a classifier taught, where nobody has labelled
 * any: a spike of one step; a level shift that ends; a drift that grows to its size and ends; an outage. Places are
 * drawn evenly, and events lie at least one step apart; those for which there is no room are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 *
 * @example
 * ```ts
 * import { injectEvents } from '@novacron/ml';
 *
 * const quiet = Array.from({ length: 200 }, (_, i) => 10 + (i % 4));
 * const { values, events, labels } = injectEvents(quiet, { counts: { spike: 2, outage: 1 }, duration: 5 });
 * events.length // => 3
 * labels.reduce((sum, label) => sum + label, 0) // => 7
 * ```
 */
export function injectEvents(values: ArrayLike<number>, options: InjectEventsOptions = {}): InjectedSeries {
  const series = toValues(values);
  const { counts = { spike: 1, 'level-shift': 1, drift: 1, outage: 1 }, size = 6, outageValue = 0 } = options;
  if (!(size > 0 && size < Infinity)) throw invalid('size must be above 0', { size });
  const duration = checkedInteger(options.duration ?? 12, 'duration', 1, 1e9);
  const random = seededRandom(checkedInteger(options.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER));
  const unknown = Object.keys(counts).find((kind) => !kinds.includes(kind as SyntheticKind));
  if (unknown !== undefined) throw invalid(`counts must be of ${kinds.join(', ')}, not ${unknown}`, { kind: unknown });
  const wanted = kinds.flatMap((kind) => {
    const count = checkedInteger(counts[kind] ?? 0, kind, 0, 1_000_000);
    return Array.from({ length: count }, () => kind);
  });
  const lengthOf = (kind: SyntheticKind): number => (kind === 'spike' ? 1 : duration);
  const height = size * spreadOf(series);
  const taken = new Uint8Array(series.length);
  const events: SyntheticEvent[] = [];
  let places = new FreePlaces(taken, duration);
  let fitting = duration;
  // The long ones first, while there is room.
  for (const kind of wanted.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    const length = lengthOf(kind);
    if (length !== fitting) places = new FreePlaces(taken, (fitting = length));
    const start = places.draw(random);
    if (start === undefined) continue;
    places.take(start - 1, start + length + 1);
    taken.fill(1, Math.max(0, start - 1), start + length + 1);
    events.push({ kind, start, length });
    const sign = random() < 0.5 ? -1 : 1;
    for (let i = 0; i < length; i++) {
      const grown = kind === 'drift' ? (i + 1) / length : 1;
      const value = series[start + i] as number;
      series[start + i] = kind === 'outage' ? outageValue : value + sign * height * grown;
    }
  }
  events.sort((a, b) => a.start - b.start);
  return { values: series, events, labels: labelSteps(series.length, events) };
}

function spreadOf(series: Float64Array): number {
  const observed = series.filter((value) => value === value);
  return observed.length > 0 ? robustScale(SortedWindow.of(observed)) : 0;
}
