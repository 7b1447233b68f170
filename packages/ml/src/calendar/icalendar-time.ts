import { invalid } from '../error.ts';

/** No time is further from the epoch. */
const longestMs = 8.64e15;

/**
 * A date or a time of iCalendar as epoch milliseconds.
 *
 * @throws {MlError} NOVA_ML_INVALID when it is neither.
 */
export function timeOf(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text.trim());
  if (match === null) throw invalid(`${JSON.stringify(text.slice(0, 40))} is no time of iCalendar`, {});
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    throw invalid(`${JSON.stringify(text.slice(0, 40))} is no day of the calendar`, {});
  }
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** A duration of iCalendar, such as `P1DT12H` or `P2W`, in milliseconds; undefined for anything else. */
export function durationOf(text: string): number | undefined {
  const match = /^([+-]?)P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
    text.trim().toUpperCase(),
  );
  if (match === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(2).map((part) => Number(part ?? 0));
  const size = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  if (size > longestMs) return undefined;
  return match[1] === '-' ? -size : size;
}
