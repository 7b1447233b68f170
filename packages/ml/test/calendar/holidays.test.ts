import { describe, expect, it } from 'vitest';
import { additive, eventSteps, holidays, MlError } from '@novacron/ml';

const zones = {
  AT: 'Europe/Vienna',
  BE: 'Europe/Brussels',
  BR: 'America/Sao_Paulo',
  CA: 'America/Toronto',
  DE: 'Europe/Berlin',
  ES: 'Europe/Madrid',
  FR: 'Europe/Paris',
  GB: 'Europe/London',
  IT: 'Europe/Rome',
  NL: 'Europe/Amsterdam',
  PL: 'Europe/Warsaw',
  SE: 'Europe/Stockholm',
  US: 'America/New_York',
} as const;
type Country = keyof typeof zones;

/** The dates of a year as people of the country write them down, `MM-DD`. */
function datesOf(country: Country, year: number): string[] {
  const show = new Intl.DateTimeFormat('en-CA', { timeZone: zones[country], dateStyle: 'short' });
  return holidays(country, { fromMs: Date.UTC(year - 1, 11, 1), toMs: Date.UTC(year + 1, 1, 1) })
    .map(({ startMs }) => show.format(startMs))
    .filter((date) => date.startsWith(`${year}-`))
    .map((date) => date.slice(5));
}

/** As governments published them. */
const published: readonly (readonly [Country, number, string])[] = [
  // opm.gov, federal holidays; New Year's Day of 2022 was observed on the last day of 2021
  ['US', 2021, '01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31'],
  ['US', 2022, '01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26'],
  ['US', 2023, '01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25'],
  ['US', 2024, '01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25'],
  // gov.uk, bank holidays in England and Wales
  ['GB', 2012, '01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26'],
  ['GB', 2020, '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28'],
  ['GB', 2021, '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28'],
  ['GB', 2022, '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27'],
  ['GB', 2023, '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26'],
  ['GB', 2025, '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26'],
  ['GB', 1999, '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 12-31'],
  // bmi.bund.de
  ['DE', 2017, '01-01 04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26'],
  ['DE', 2024, '01-01 03-29 04-01 05-01 05-09 05-20 10-03 12-25 12-26'],
  ['DE', 2025, '01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26'],
  // service-public.fr
  ['FR', 2024, '01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25'],
  ['FR', 2025, '01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25'],
  // governo.it
  ['IT', 2024, '01-01 01-06 03-31 04-01 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26'],
  // Republic Day is back since 2001; 17 March by Decree-Law 5 of 2011, in a year with Easter Monday on Liberation Day
  ['IT', 2000, '01-01 01-06 04-23 04-24 04-25 05-01 08-15 11-01 12-08 12-25 12-26'],
  ['IT', 2011, '01-01 01-06 03-17 04-24 04-25 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26'],
  // Law 151 of 8 October 2025
  ['IT', 2026, '01-01 01-06 04-05 04-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26'],
  // boe.es, common to all of Spain
  ['ES', 2024, '01-01 01-06 03-29 05-01 08-15 10-12 11-01 12-06 12-08 12-25'],
  // rijksoverheid.nl; Queen's Day of 2006 and King's Day of 2025 would have been Sundays
  ['NL', 2006, '01-01 04-16 04-17 04-29 05-25 06-04 06-05 12-25 12-26'],
  ['NL', 2013, '01-01 03-31 04-01 04-30 05-09 05-19 05-20 12-25 12-26'],
  ['NL', 2024, '01-01 03-31 04-01 04-27 05-09 05-19 05-20 12-25 12-26'],
  ['NL', 2025, '01-01 04-20 04-21 04-26 05-29 06-08 06-09 12-25 12-26'],
  // belgium.be
  ['BE', 2024, '01-01 04-01 05-01 05-09 05-20 07-21 08-15 11-01 11-11 12-25'],
  // oesterreich.gv.at
  ['AT', 2024, '01-01 01-06 04-01 05-01 05-09 05-20 05-30 08-15 10-26 11-01 12-08 12-25 12-26'],
  ['AT', 2025, '01-01 01-06 04-21 05-01 05-29 06-09 06-19 08-15 10-26 11-01 12-08 12-25 12-26'],
  // gov.pl; 12 November in 2018 only, Christmas Eve since 2025
  ['PL', 2018, '01-01 01-06 04-01 04-02 05-01 05-03 05-20 05-31 08-15 11-01 11-11 11-12 12-25 12-26'],
  ['PL', 2024, '01-01 01-06 03-31 04-01 05-01 05-03 05-19 05-30 08-15 11-01 11-11 12-25 12-26'],
  ['PL', 2025, '01-01 01-06 04-20 04-21 05-01 05-03 06-08 06-19 08-15 11-01 11-11 12-24 12-25 12-26'],
  // Lag (1989:253) om allmänna helgdagar; since 2005 the National Day stands for Whit Monday
  ['SE', 2004, '01-01 01-06 04-09 04-11 04-12 05-01 05-20 05-30 05-31 06-26 11-06 12-25 12-26'],
  ['SE', 2005, '01-01 01-06 03-25 03-27 03-28 05-01 05-05 05-15 06-06 06-25 11-05 12-25 12-26'],
  ['SE', 2024, '01-01 01-06 03-29 03-31 04-01 05-01 05-09 05-19 06-06 06-22 11-02 12-25 12-26'],
  ['SE', 2025, '01-01 01-06 04-18 04-20 04-21 05-01 05-29 06-06 06-08 06-21 11-01 12-25 12-26'],
  // canada.ca, general holidays of the Canada Labour Code
  ['CA', 2024, '01-01 03-29 05-20 07-01 09-02 09-30 10-14 11-11 12-25 12-26'],
  ['CA', 2025, '01-01 04-18 05-19 07-01 09-01 09-30 10-13 11-11 12-25 12-26'],
  // gov.br, feriados nacionais
  ['BR', 2023, '01-01 04-07 04-21 05-01 09-07 10-12 11-02 11-15 12-25'],
  ['BR', 2024, '01-01 03-29 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25'],
];

describe('holidays', () => {
  it.each(published)('of %s in %d are those published', (country, year, dates) => {
    expect(datesOf(country, year).join(' ')).toBe(dates);
  });

  it.each([
    [1981, '04-19'],
    [2000, '04-23'],
    [2008, '03-23'],
    [2011, '04-24'],
    [2016, '03-27'],
    [2019, '04-21'],
    [2038, '04-25'],
    [2049, '04-18'],
    [2076, '04-19'],
    [2100, '03-28'],
  ])('know Easter of %d', (year, date) => {
    const month = { fromMs: Date.UTC(year, 2, 1), toMs: Date.UTC(year, 4, 1) };
    const easter = holidays('SE', month).find(({ name }) => name === 'Easter Sunday');
    expect(new Date((easter?.startMs ?? 0) + 12 * 3_600_000).toISOString().slice(0, 10)).toBe(`${year}-${date}`);
  });

  it('last from midnight to midnight, by the clock of the country or another', () => {
    const around = { fromMs: Date.UTC(2026, 6, 1), toMs: Date.UTC(2026, 6, 10) };
    const [fourth] = holidays('US', around); // a Saturday: observed on the third
    expect(fourth).toEqual({
      name: 'Independence Day',
      startMs: Date.UTC(2026, 6, 3, 4),
      endMs: Date.UTC(2026, 6, 4, 4),
    });
    const [inUtc] = holidays('US', { ...around, timeZone: 'UTC' });
    expect(inUtc?.startMs).toBe(Date.UTC(2026, 6, 3));
  });

  it('have 23 hours when the clock is put forward on the day', () => {
    // Easter Sunday of 2024, a holiday in Sweden.
    const days = holidays('SE', { fromMs: Date.UTC(2024, 2, 30), toMs: Date.UTC(2024, 3, 1) });
    const easter = days.find(({ name }) => name === 'Easter Sunday');
    expect(((easter?.endMs ?? 0) - (easter?.startMs ?? 0)) / 3_600_000).toBe(23);
  });

  it("begin at one o'clock when the clock is put forward at midnight", () => {
    const around = { fromMs: Date.UTC(2004, 10, 1), toMs: Date.UTC(2004, 10, 4) };
    const [allSouls] = holidays('BR', around);
    expect(allSouls).toEqual({
      name: "All Souls' Day",
      startMs: Date.UTC(2004, 10, 2, 3),
      endMs: Date.UTC(2004, 10, 3, 2),
    });
  });

  it('are those that touch the time asked for, and in order', () => {
    const noon = Date.UTC(2025, 11, 25, 12);
    expect(holidays('GB', { fromMs: noon, toMs: noon + 1 }).map(({ name }) => name)).toEqual(['Christmas Day']);
    expect(holidays('GB', { fromMs: noon, toMs: noon })).toHaveLength(1);
    const all = holidays('PL', { fromMs: Date.UTC(1990, 0), toMs: Date.UTC(2100, 0) });
    expect(all.every(({ startMs }, i) => startMs >= (all[i - 1]?.startMs ?? 0))).toBe(true);
  });

  it('say what they do not know', () => {
    const year = { fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2027, 0) };
    for (const country of ['XX', 'toString', '', undefined]) {
      expect(() => holidays(country as 'US', year)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    for (const wrong of [
      { ...year, fromMs: NaN },
      { fromMs: year.toMs, toMs: year.fromMs },
      { fromMs: 0, toMs: year.toMs },
      { ...year, toMs: 1e15 },
      { ...year, timeZone: 'Middle/Earth' },
      undefined,
    ]) {
      expect(() => holidays('US', wrong as typeof year)).toThrow(MlError);
    }
  });

  it('teach a model of days what to expect on a holiday', () => {
    const dayMs = 86_400_000;
    const startMs = Date.UTC(2023, 0, 1);
    const steps = 3 * 365;
    const free = holidays('FR', { fromMs: startMs, toMs: startMs + steps * dayMs, timeZone: 'UTC' });
    // All of them shut the office alike.
    const [shut] = eventSteps(
      free.map((event) => ({ ...event, name: 'holiday' })),
      { startMs, stepMs: dayMs, steps },
    );
    const closed = new Set(shut?.steps);
    const load = Array.from({ length: steps }, (_, i) => (closed.has(i) ? 20 : 100) + ((i * 7) % 5));
    const past = 2 * 365;
    const fitted = additive({ events: shut === undefined ? [] : [shut] }).fit(load.slice(0, past));
    const { mean } = fitted.forecast(365);
    for (const [step, value] of mean.entries()) expect(Math.abs(value - (load[past + step] ?? NaN))).toBeLessThan(15);
  });
});
