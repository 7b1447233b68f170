import { floatBits } from '../store/float-bits.ts';

/** Series of a page. */
export const pageRefs = 1_024;

/**
 * What the log counts values in, by number: whole ones, tenths down to millionths, and pages of memory of one and four
 * KiB. A value in a unit is `Math.round(value * perUnit)`, if that gives the same bits again.
 */
export const perUnit: readonly number[] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 2 ** -10, 2 ** -12];

/** In place of a unit: the series was not seen yet, or its values are no decimals and are told bit by bit. */
export const unit = { unseen: 254, bits: 255 } as const;

/** What comes before which number of a unit is tried: a value that does not fit one may fit those behind it. */
const finer: readonly number[] = [8, 7, 0, 1, 2, 3, 4, 5, 6];

/** The last value of each of some series: its unit, and how many of those it was, or its bits. */
export interface LogPage {
  readonly units: Uint8Array;
  readonly lasts: Float64Array;
  readonly lastBits: Uint32Array;
}

/** Which page a series is on. */
export function pageNumberOf(ref: number): number {
  return ref >>> 10;
}

/** The last values of series, as both ends of a log know them. */
export class LogSeries {
  #pages = new Map<number, LogPage>();
  #number = -1;
  #page: LogPage | undefined;

  /** The page of a series, which is at `ref % pageRefs` there. */
  pageOf(ref: number): LogPage {
    const number = pageNumberOf(ref);
    if (this.#page !== undefined && number === this.#number) return this.#page;
    let page = this.#pages.get(number);
    if (page === undefined) {
      const lasts = new Float64Array(pageRefs);
      page = { units: new Uint8Array(pageRefs).fill(unit.unseen), lasts, lastBits: floatBits(lasts) };
      this.#pages.set(number, page);
    }
    this.#number = number;
    this.#page = page;
    return page;
  }

  /** Forgets all series. */
  clear(): void {
    this.#pages = new Map();
    this.#page = undefined;
  }
}

/** Whole numbers up to this have exact differences and zigzag forms. */
const maxMagnitude = 2 ** 51;

/** A value in a unit; NaN when it would not come back bit by bit. */
export function inUnit(value: number, number: number): number {
  const factor = perUnit[number] as number;
  const whole = Math.round(value * factor);
  const fits = whole / factor === value && whole <= maxMagnitude && whole >= -maxMagnitude;
  return fits && (whole !== 0 || Object.is(value, 0)) ? whole : Number.NaN;
}

/** The unit of a series from a value on which the unit before does not fit. */
export function unitFor(value: number, before: number): number {
  const start = before === unit.unseen ? (value === 0 ? 2 : 0) : finer.indexOf(before) + 1;
  for (let i = start; i < finer.length; i++) {
    const number = finer[i] as number;
    if (!Number.isNaN(inUnit(value, number))) return number;
  }
  return unit.bits;
}
