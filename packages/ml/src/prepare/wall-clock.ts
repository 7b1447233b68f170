import { invalid } from '../error.ts';

const dayMs = 86_400_000;

/** The clock on the wall of a place: what it shows, as if that were UTC, and back. */
export interface WallClock {
  /** What it shows at a time, in milliseconds; both may be read as epoch milliseconds UTC. */
  wallOf(timeMs: number): number;
  /**
   * When it shows that; where it never does, because it is put forward, an hour later.
   *
   * @param afterMs - Where it shows that twice, the first time after this one is meant. @default either
   */
  timeOf(wallMs: number, afterMs?: number): number;
}

/**
 * The clock of a time zone, daylight saving included. Weeks without a change cost next to nothing.
 *
 * @throws {MlError} NOVA_ML_INVALID when the zone is unknown.
 */
export function wallClock(timeZone: string): WallClock {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
  } catch {
    throw invalid(`The time zone ${JSON.stringify(timeZone)} is unknown`, { timeZone });
  }
  const read = (timeMs: number): number => {
    const whole = Math.floor(timeMs / 1_000) * 1_000;
    const parts = new Map(format.formatToParts(whole).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
    const shown = new Date(0);
    shown.setUTCFullYear(year, number('month') - 1, number('day'));
    shown.setUTCHours(number('hour'), number('minute'), number('second'));
    return shown.getTime() - whole;
  };
  // Spans at whose ends the clock is as far from UTC are not looked into: none is put there and back within a week.
  const within = (spanMs: number, inside: (timeMs: number) => number): ((timeMs: number) => number) => {
    let [latest, offset, nextEdge] = [NaN, NaN, NaN];
    return (timeMs) => {
      const span = Math.floor(timeMs / spanMs);
      if (span !== latest) {
        const begin = span === latest + 1 ? nextEdge : read(span * spanMs);
        nextEdge = read((span + 1) * spanMs);
        offset = begin === nextEdge ? begin : NaN;
        latest = span;
      }
      return offset === offset ? offset : inside(timeMs);
    };
  };
  const offsetAt = within(7 * dayMs, within(dayMs, read));
  return {
    wallOf: (timeMs) => timeMs + offsetAt(timeMs),
    timeOf: (wallMs, afterMs) => {
      const offset = offsetAt(wallMs - offsetAt(wallMs));
      const there = offsetAt(wallMs - offset);
      // Where they differ it is never shown: by the clock from before it was put forward it comes later.
      const time = wallMs - Math.min(offset, there);
      if (afterMs === undefined || there !== offset) return time;
      const twice = [wallMs - offsetAt(time - dayMs), wallMs - offsetAt(time + dayMs)];
      return twice.find((other) => other > afterMs && other + offsetAt(other) === wallMs) ?? time;
    },
  };
}
