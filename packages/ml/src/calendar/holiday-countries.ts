import { between, easter, fixed, from, movedIn, nth, observed, type HolidayRule } from './holiday-rules.ts';

/** A country whose holidays are known. */
export type HolidayCountry = 'AT' | 'BE' | 'BR' | 'CA' | 'DE' | 'ES' | 'FR' | 'GB' | 'IT' | 'NL' | 'PL' | 'SE' | 'US';

/** The holidays of a country, and where its clocks stand. */
export interface CountryHolidays {
  /** An IANA name: that of the capital. */
  readonly timeZone: string;
  /** Name and rule of each holiday. */
  readonly rules: readonly (readonly [name: string, rule: HolidayRule])[];
}

type Named = readonly [string, HolidayRule];
const [monday, thursday, saturday] = [1, 4, 6] as const;
const ever = 9_999;

const newYear: Named = ["New Year's Day", fixed(1, 1)];
const epiphany: Named = ['Epiphany', fixed(1, 6)];
const goodFriday: Named = ['Good Friday', easter(-2)];
const easterSunday: Named = ['Easter Sunday', easter(0)];
const easterMonday: Named = ['Easter Monday', easter(1)];
const labourDay: Named = ['Labour Day', fixed(5, 1)];
const ascension: Named = ['Ascension Day', easter(39)];
const whitSunday: Named = ['Whit Sunday', easter(49)];
const whitMonday: Named = ['Whit Monday', easter(50)];
const corpusChristi: Named = ['Corpus Christi', easter(60)];
const assumption: Named = ['Assumption', fixed(8, 15)];
const allSaints: Named = ["All Saints' Day", fixed(11, 1)];
const armistice: Named = ['Armistice Day', fixed(11, 11)];
const immaculate: Named = ['Immaculate Conception', fixed(12, 8)];
const christmas: Named = ['Christmas Day', fixed(12, 25)];
const secondChristmas: Named = ['Second Day of Christmas', fixed(12, 26)];

/** Saturdays are observed the day before, Sundays the day after (5 U.S.C. 6103 and Executive Order 11582). */
const federal = (rule: HolidayRule): HolidayRule => observed(-1, 1, rule);

/** The days that are free in the whole country, by the law of today and since when it holds. */
export const holidayCountries: Readonly<Record<HolidayCountry, CountryHolidays>> = {
  AT: {
    timeZone: 'Europe/Vienna',
    rules: [
      newYear,
      epiphany,
      easterMonday,
      labourDay,
      ascension,
      whitMonday,
      corpusChristi,
      assumption,
      ['National Day', fixed(10, 26)],
      allSaints,
      immaculate,
      christmas,
      secondChristmas,
    ],
  },
  BE: {
    timeZone: 'Europe/Brussels',
    rules: [
      newYear,
      easterMonday,
      labourDay,
      ascension,
      whitMonday,
      ['National Day', fixed(7, 21)],
      assumption,
      allSaints,
      armistice,
      christmas,
    ],
  },
  BR: {
    timeZone: 'America/Sao_Paulo',
    rules: [
      newYear,
      goodFriday,
      ["Tiradentes' Day", fixed(4, 21)],
      labourDay,
      ['Independence Day', fixed(9, 7)],
      ['Our Lady of Aparecida', fixed(10, 12)],
      ["All Souls' Day", fixed(11, 2)],
      ['Republic Day', fixed(11, 15)],
      ['Black Awareness Day', between(2024, ever, fixed(11, 20))],
      christmas,
    ],
  },
  CA: {
    timeZone: 'America/Toronto',
    rules: [
      newYear,
      goodFriday,
      ['Victoria Day', from(5, 18, monday)],
      ['Canada Day', observed(0, 1, fixed(7, 1))],
      ['Labour Day', nth(9, monday, 1)],
      ['Truth and Reconciliation', between(2021, ever, fixed(9, 30))],
      ['Thanksgiving', nth(10, monday, 2)],
      ['Remembrance Day', fixed(11, 11)],
      christmas,
      ['Boxing Day', fixed(12, 26)],
    ],
  },
  DE: {
    timeZone: 'Europe/Berlin',
    rules: [
      newYear,
      goodFriday,
      easterMonday,
      labourDay,
      ascension,
      whitMonday,
      ['German Unity Day', fixed(10, 3)],
      ['Reformation Day', between(2017, 2017, fixed(10, 31))], // free everywhere in that year only
      christmas,
      secondChristmas,
    ],
  },
  ES: {
    timeZone: 'Europe/Madrid',
    rules: [
      newYear,
      epiphany,
      goodFriday,
      labourDay,
      assumption,
      ['National Day', fixed(10, 12)],
      allSaints,
      ['Constitution Day', fixed(12, 6)],
      immaculate,
      christmas,
    ],
  },
  FR: {
    timeZone: 'Europe/Paris',
    rules: [
      newYear,
      easterMonday,
      labourDay,
      ['Victory Day', fixed(5, 8)],
      ascension,
      whitMonday,
      ['Bastille Day', fixed(7, 14)],
      assumption,
      allSaints,
      armistice,
      christmas,
    ],
  },
  GB: {
    timeZone: 'Europe/London',
    rules: [
      [newYear[0], observed(2, 1, newYear[1])],
      goodFriday,
      easterMonday,
      ['Early May Bank Holiday', movedIn({ 1995: [5, 8], 2020: [5, 8] }, nth(5, monday, 1))],
      ['Spring Bank Holiday', movedIn({ 2002: [6, 4], 2012: [6, 4], 2022: [6, 2] }, nth(5, monday, -1))],
      ['Summer Bank Holiday', nth(8, monday, -1)],
      [christmas[0], observed(2, 2, christmas[1])],
      ['Boxing Day', observed(2, 2, fixed(12, 26))],
      ['Millennium Holiday', between(1999, 1999, fixed(12, 31))],
      ['Golden Jubilee', between(2002, 2002, fixed(6, 3))],
      ['Royal Wedding', between(2011, 2011, fixed(4, 29))],
      ['Diamond Jubilee', between(2012, 2012, fixed(6, 5))],
      ['Platinum Jubilee', between(2022, 2022, fixed(6, 3))],
      ['State Funeral', between(2022, 2022, fixed(9, 19))],
      ['Coronation', between(2023, 2023, fixed(5, 8))],
    ],
  },
  IT: {
    timeZone: 'Europe/Rome',
    rules: [
      newYear,
      epiphany,
      easterSunday,
      easterMonday,
      ['Unity Day', between(2011, 2011, fixed(3, 17))], // 150 years; free in that year only
      ['Liberation Day', fixed(4, 25)],
      labourDay,
      ['Republic Day', between(2001, ever, fixed(6, 2))],
      assumption,
      ["Saint Francis' Day", between(2026, ever, fixed(10, 4))],
      allSaints,
      immaculate,
      christmas,
      secondChristmas,
    ],
  },
  NL: {
    timeZone: 'Europe/Amsterdam',
    rules: [
      newYear,
      easterSunday,
      easterMonday,
      ["Queen's Day", between(1980, 2013, observed(0, -1, fixed(4, 30)))],
      ["King's Day", between(2014, ever, observed(0, -1, fixed(4, 27)))],
      ascension,
      whitSunday,
      whitMonday,
      christmas,
      secondChristmas,
    ],
  },
  PL: {
    timeZone: 'Europe/Warsaw',
    rules: [
      newYear,
      [epiphany[0], between(2011, ever, epiphany[1])],
      easterSunday,
      easterMonday,
      labourDay,
      ['Constitution Day', fixed(5, 3)],
      whitSunday,
      corpusChristi,
      assumption,
      allSaints,
      ['Independence Day', fixed(11, 11)],
      ['Centenary of Independence', between(2018, 2018, fixed(11, 12))],
      ['Christmas Eve', between(2025, ever, fixed(12, 24))],
      christmas,
      secondChristmas,
    ],
  },
  SE: {
    timeZone: 'Europe/Stockholm',
    rules: [
      newYear,
      epiphany,
      goodFriday,
      easterSunday,
      easterMonday,
      labourDay,
      ascension,
      whitSunday,
      [whitMonday[0], between(1971, 2004, whitMonday[1])],
      ['National Day', between(2005, ever, fixed(6, 6))],
      ['Midsummer Day', from(6, 20, saturday)],
      [allSaints[0], from(10, 31, saturday)],
      christmas,
      secondChristmas,
    ],
  },
  US: {
    timeZone: 'America/New_York',
    rules: [
      [newYear[0], federal(newYear[1])],
      ['Martin Luther King Day', nth(1, monday, 3)],
      ["Washington's Birthday", nth(2, monday, 3)],
      ['Memorial Day', nth(5, monday, -1)],
      ['Juneteenth', between(2021, ever, federal(fixed(6, 19)))],
      ['Independence Day', federal(fixed(7, 4))],
      ['Labor Day', nth(9, monday, 1)],
      ['Columbus Day', nth(10, monday, 2)],
      ['Veterans Day', federal(fixed(11, 11))],
      ['Thanksgiving', nth(11, thursday, 4)],
      [christmas[0], federal(christmas[1])],
    ],
  },
};
