import { encodeFloats } from '../json/floats.ts';
import type { SavedReader } from '../json/saved-reader.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import type { Baseline } from './baseline.ts';

/** The longest window: adding a value moves half of it on average. */
export const longestWindow = 100_000;

/** Normal is the median of the last values. */
export class WindowBaseline implements Baseline {
  readonly #window: SortedWindow;

  /** @param window - Values that count; the baseline takes it over. */
  constructor(window: SortedWindow) {
    this.#window = window;
  }

  /** The median. */
  expected(): number {
    return this.#window.median();
  }

  /** The median absolute deviation, made comparable with a standard deviation. */
  scale(): number {
    return robustScale(this.#window);
  }

  /** Takes a value into the window. */
  learn(value: number): void {
    if (!Number.isNaN(value)) this.#window.push(value);
  }

  /** A copy that goes its own way. */
  clone(): WindowBaseline {
    return new WindowBaseline(this.#window.clone());
  }

  /** Median, scale and size. */
  describe(): Readonly<Record<string, number>> {
    return { median: this.expected(), scale: this.scale(), window: this.#window.count };
  }

  /** Its part of the detector's JSON. */
  save(): Readonly<Record<string, unknown>> {
    return saveWindow(this.#window);
  }
}

/** A window as JSON. */
export function saveWindow(window: SortedWindow): { capacity: number; values: string } {
  return { capacity: window.capacity, values: encodeFloats(window.toArray()) };
}

/**
 * The reverse of {@link saveWindow}.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function windowFrom(saved: SavedReader): SortedWindow {
  const values = saved.floats('values');
  const window = new SortedWindow(saved.integer('capacity', Math.max(1, values.length), longestWindow));
  for (const value of values) window.push(value);
  return window;
}
