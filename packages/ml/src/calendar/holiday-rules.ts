/** The day of a holiday in a year, in days since 1970; undefined where there is none. */
export type HolidayRule = (year: number) => number | undefined;

const dayMs = 86_400_000;

/** A date as days since 1970. */
export function dayOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / dayMs;
}

/** The day of the week of a day, from Sunday as 0. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The same date every year. */
export function fixed(month: number, day: number): HolidayRule {
  return (year) => dayOf(year, month, day);
}

/**
 * The nth such day of the week of a month.
 *
 * @param weekday - From Sunday as 0.
 * @param count - From 1; -1 is the last.
 */
export function nth(month: number, weekday: number, count: number): HolidayRule {
  return (year) => {
    if (count > 0) return onOrAfter(dayOf(year, month, 1), weekday) + 7 * (count - 1);
    return onOrAfter(dayOf(year, month + 1, 1), weekday) + 7 * count;
  };
}

/** The first such day of the week from a date on. */
export function from(month: number, day: number, weekday: number): HolidayRule {
  return (year) => onOrAfter(dayOf(year, month, day), weekday);
}

/** So many days after Easter Sunday, by the Gregorian reckoning of Meeus, Jones and Butcher. */
export function easter(days: number): HolidayRule {
  return (year) => {
    const a = year % 19;
    const b = Math.floor(year / 100);
    const c = year % 100;
    const shift = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
    const week = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - shift - (c % 4)) % 7;
    const late = Math.floor((a + 11 * shift + 22 * week) / 451);
    const sum = shift + week - 7 * late + 114;
    return dayOf(year, Math.floor(sum / 31), (sum % 31) + 1) + days;
  };
}

/** Only in some years. */
export function between(first: number, last: number, rule: HolidayRule): HolidayRule {
  return (year) => (year >= first && year <= last ? rule(year) : undefined);
}

/** As another rule, but for years in which it was moved, by `[month, day]`. */
export function movedIn(moved: Readonly<Record<number, readonly [number, number]>>, rule: HolidayRule): HolidayRule {
  return (year) => {
    const date = moved[year];
    return date === undefined ? rule(year) : dayOf(year, ...date);
  };
}

/**
 * Moves what falls on a weekend.
 *
 * @param saturday - By how many days from a Saturday.
 * @param sunday - By how many days from a Sunday.
 */
export function observed(saturday: number, sunday: number, rule: HolidayRule): HolidayRule {
  return (year) => {
    const day = rule(year);
    if (day === undefined) return undefined;
    const weekday = weekdayOf(day);
    return weekday === 6 ? day + saturday : weekday === 0 ? day + sunday : day;
  };
}

function onOrAfter(day: number, weekday: number): number {
  return day + ((weekday - weekdayOf(day) + 7) % 7);
}
