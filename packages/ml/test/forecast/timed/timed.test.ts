import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import {
  arima,
  autoForecaster,
  fittedFromJSON,
  holtWinters,
  naive,
  seasonalNaive,
  theta,
  timed,
  type TimedFitOptions,
  type TimedOptions,
} from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';
import { at } from '../../at.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 5);
const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });

/** Load by the hour of the day. */
const loadAt = (timeMs: number): number => 50 + 20 * Math.sin((2 * Math.PI * (timeMs % day)) / day);

describe('timed', () => {
  it('finds the steps of late and missing scrapes, and says when its forecasts are', () => {
    const random = seededRandom(3);
    const kept = Array.from({ length: 600 }, (_, i) => i).filter((i) => i % 17 !== 5);
    const times = kept.map((i) => start + i * 5 * minute + Math.round(20_000 * random()));
    const fitted = timed(naive()).fit(kept, { times });
    expect(fitted.stepMs).toBe(5 * minute);
    expect(fitted.fittedValues).toHaveLength(600);
    expect(fitted.describe().observations).toBe(kept.length);
    const forecast = fitted.forecast(3);
    const late = at(forecast.times, 0) - (start + 600 * 5 * minute);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(20_000);
    expect(at(forecast.times, 2) - at(forecast.times, 0)).toBe(10 * minute);
  });

  it('is the model itself where times are regular', () => {
    const values = Array.from({ length: 200 }, (_, i) => loadAt(start + i * hour) + ((i * 7) % 5));
    const times = values.map((_, i) => start + i * hour);
    const model = holtWinters({ seasonLength: 24 });
    const ours = timed(model).fit(values, { times });
    const theirs = model.fit(values);
    expect(ours.fittedValues).toEqual(theirs.fittedValues);
    const { mean, intervals, times: when } = ours.forecast(24);
    expect({ mean, intervals }).toEqual(theirs.forecast(24));
    expect(at(when, 0)).toBe(start + 200 * hour);
    expect(ours.simulate(5, { paths: 2 })).toEqual(theirs.simulate(5, { paths: 2 }));
  });

  it.each([
    ['from five minutes to an hour', 5 * minute, hour],
    ['from an hour to five minutes', hour, 5 * minute],
  ])('takes the coarser step where it changes %s', (_, before, after) => {
    const times: number[] = [];
    for (let time = start; time < start + 10 * day - hour / 2; time += time < start + 5 * day ? before : after)
      times.push(time);
    const fitted = timed(seasonalNaive({ seasonLength: 24 })).fit(times.map(loadAt), { times });
    expect(fitted.stepMs).toBe(hour);
    expect(fitted.describe().observations).toBe(10 * 24);
    const { mean, times: when } = fitted.forecast(24);
    // Values within half an hour of each full hour are averaged.
    for (let step = 0; step < 24; step++) expect(Math.abs(at(mean, step) - loadAt(at(when, step)))).toBeLessThan(0.6);
    expect(at(when, 0)).toBe(start + 10 * day);
  });

  it('combines the values of a step as it is told to', () => {
    const times = [0, 10, 20, 60, 70, 120].map((minutes) => minutes * minute);
    const values = [1, 2, 6, 10, 20, 5];
    const stepsOf = (combine: TimedOptions['combine']): number[] => {
      const fitted = timed(naive(), { stepMs: hour, originMs: 30 * minute, combine }).fit(values, { times });
      return [...fitted.residuals].map((residual, i) => residual + at(fitted.fittedValues, i)).slice(1);
    };
    expect(stepsOf('mean')).toEqual([15, 5]);
    expect(stepsOf('sum')).toEqual([30, 5]);
    expect(stepsOf('largest')).toEqual([20, 5]);
    expect(stepsOf('last')).toEqual([20, 5]);
  });

  it.each<[string, number[], number]>([
    ['duplicate', [0, hour, hour, 2 * hour], 2],
    ['falling', [0, 2 * hour, hour, 3 * hour], 2],
    ['no', [0, NaN, hour, 2 * hour], 1],
    ['no', [0, 9e15, hour, 2 * hour], 1],
  ])('refuses %s times and says where', (_, times, index) => {
    expect(() => timed(naive()).fit([1, 2, 3, 4], { times })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID', details: expect.objectContaining({ index }) as unknown }),
    );
  });

  it('sorts disordered times in when told so', () => {
    const times = [0, 2 * hour, hour, hour, 3 * hour];
    const fitted = timed(naive(), { whenDisordered: 'combine' }).fit([1, 3, 2, 4, 9], { times });
    expect([...fitted.fittedValues].slice(1)).toEqual([1, 3, 3]);
  });

  it('takes the last by its time, not by when it was handed in', () => {
    const model = timed(naive(), { whenDisordered: 'combine', combine: 'last', stepMs: hour });
    const fitted = model.fit([1, 7, 5, 6], { times: [0, hour + 9 * minute, hour + 3 * minute, hour + 3 * minute] });
    expect([...fitted.forecast(1).mean]).toEqual([7]);
    fitted.update([9, 8, 3], { times: [2 * hour + 5 * minute, 2 * hour + 5 * minute, 2 * hour] });
    expect([...fitted.forecast(1).mean]).toEqual([8]);
  });

  it.each<[string, TimedFitOptions]>([
    ['too few times', { times: [0, hour] }],
    ['too many times', { times: [0, 1, 2, 3, 4, 5].map((i) => i * hour) }],
    ['what is no list', { times: 7 as never }],
    ['a century of milliseconds', { times: [0, 1, 2, 100 * 365 * day] }],
  ])('refuses %s', (_, options) => {
    expect(() => timed(naive()).fit([1, 2, 3, 4], options)).toThrow(invalid);
  });

  it.each<TimedOptions>([
    { stepMs: 0 },
    { stepMs: 1.5 },
    { originMs: Infinity },
    { timeZone: 'Middle/Earth' },
    { combine: 'median' as 'mean' },
    { whenDisordered: 'ignore' as 'throw' },
  ])('refuses %j', (options) => {
    expect(() => timed(naive(), options)).toThrow(invalid);
  });

  it('refuses what is no forecaster', () => {
    for (const wrong of [undefined, {}, 7]) expect(() => timed(wrong as never)).toThrow('forecaster');
  });

  it('stops within its time budget, and refuses to begin when its signal has fired', () => {
    const times = [0, 1, 2].map((i) => i * hour);
    const signal = AbortSignal.abort();
    expect(() => timed(naive()).fit([1, 2, 3], { times, signal })).toThrow(
      expect.objectContaining({ kind: 'aborted' }),
    );
  });

  it('needs a step for a single time', () => {
    expect(() => timed(naive()).fit([5], { times: [start] })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }),
    );
    const three = [start, start + hour, start + hour + 1];
    const { mean, times } = timed(naive(), { stepMs: hour }).fit([5, 1, 3], { times: three }).forecast(1);
    expect([...mean]).toEqual([2]);
    expect([...times]).toEqual([start + 2 * hour]);
  });
});

describe('update of a timed model', () => {
  const times = Array.from({ length: 48 }, (_, i) => start + i * hour);
  const fit = () => timed(theta()).fit(times.map(loadAt), { times });

  it('regularises what comes, passes over gaps, and leaves out what it has seen', () => {
    const fitted = fit();
    const plain = theta().fit(times.map(loadAt));
    const news = [at(times, 47), at(times, 47) + 59 * minute, at(times, 47) + 62 * minute, at(times, 47) + 3 * hour];
    fitted.update([1e9, 10, 20, 40], { times: news });
    plain.update([15, NaN, 40]);
    expect(fitted.forecast(6).mean).toEqual(plain.forecast(6).mean);
    expect(at(fitted.forecast(1).times, 0)).toBe(at(times, 47) + 4 * hour);
    fitted.update([1e9, 1e9], { times: times.slice(0, 2) });
    expect(fitted.forecast(6).mean).toEqual(plain.forecast(6).mean);
    fitted.update([], { times: [] });
    fitted.update([50]); // without a time: the next step
    expect(at(fitted.forecast(1).times, 0)).toBe(at(times, 47) + 5 * hour);
  });

  it('changes nothing when a time is wrong', () => {
    const fitted = fit();
    const before = fitted.forecast(5);
    for (const wrong of [[NaN], [9e15], [start + 3e9, start + 3e9], [start]]) {
      expect(() => fitted.update([1, 2], { times: wrong })).toThrow(invalid);
    }
    expect(() => fitted.update([1], { times: [start + 2e15] })).toThrow(invalid); // over ten million steps ahead
    expect(fitted.forecast(5)).toEqual(before);
  });
});

describe('timed with a time zone', () => {
  // In Berlin the clock is put forward on 2026-03-29 at 01:00 UTC, and back on 2026-10-25 at 01:00 UTC.
  const berlin = 'Europe/Berlin';
  /** Office hours, by the clock on the wall: two hours ahead of UTC in summer, one in winter. */
  const officeAt = (timeMs: number, summer: boolean): number => {
    const wallHour = (((timeMs / hour) % 24) + (summer ? 2 : 1)) % 24;
    return wallHour >= 9 && wallHour < 17 ? 100 : 10;
  };

  it.each([
    ['spring', Date.UTC(2026, 2, 8), Date.UTC(2026, 2, 29, 1), false],
    ['autumn', Date.UTC(2026, 9, 4), Date.UTC(2026, 9, 25, 1), true],
  ])('keeps office hours over the change in %s, which UTC does not', (_, from, change, summerFirst) => {
    const summerAt = (time: number): boolean => (time < change ? summerFirst : !summerFirst);
    const times: number[] = [];
    for (let time = from; time < change - 5 * hour; time += hour) times.push(time);
    const values = times.map((time) => officeAt(time, summerAt(time)));
    const wrongIn = (timeZone: string | undefined): number => {
      const { mean, times: when } = timed(seasonalNaive({ seasonLength: 24 }), { timeZone })
        .fit(values, { times })
        .forecast(72);
      expect(at(when, 0)).toBe(at(times, times.length - 1) + hour);
      expect([...when].every((time, k) => time === at(when, 0) + k * hour)).toBe(true);
      return [...mean].filter((value, k) => value !== officeAt(at(when, k), summerAt(at(when, k)))).length;
    };
    expect(wrongIn(berlin)).toBe(0);
    expect(wrongIn(undefined)).toBeGreaterThan(3);
  });

  it('learns over a change: the hour that is not there is missing, the one that comes twice is combined', () => {
    for (const [from, missing] of [
      [Date.UTC(2026, 2, 27), 1],
      [Date.UTC(2026, 9, 23), 0],
    ] as const) {
      const times = Array.from({ length: 24 * 5 }, (_, i) => from + i * hour);
      const fitted = timed(naive(), { timeZone: berlin }).fit(
        times.map((_, i) => i),
        { times },
      );
      expect([...fitted.residuals].slice(1).filter(Number.isNaN)).toHaveLength(missing);
      expect(fitted.fittedValues).toHaveLength(24 * 5 + (missing === 1 ? 1 : -1));
      expect(at(fitted.forecast(1).times, 0)).toBe(from + 24 * 5 * hour);
    }
  });

  it('lets days be as long as the clock says', () => {
    const midnights = Array.from({ length: 10 }, (_, i) => Date.UTC(2026, 2, 18 + i, 23)); // 00:00 in Berlin
    const { times } = timed(naive(), { timeZone: berlin })
      .fit(
        midnights.map((_, i) => i),
        { times: midnights },
      )
      .forecast(3);
    const hours = [...times].map((time) => new Date(time).getUTCHours());
    expect(hours).toEqual([23, 22, 22]);
  });

  // The clock is put forward at 01:00 UTC in Berlin, and at 07:00 UTC in New York.
  it.each([
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 1), hour],
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 1), 5 * minute],
    ['America/New_York', Date.UTC(2026, 2, 8, 7), hour],
    ['America/New_York', Date.UTC(2026, 2, 8, 7), 5 * minute],
  ])(
    'loses and misplaces nothing when values come one by one over the spring change, in %s',
    (timeZone, change, stepMs) => {
      const until = (end: number): number[] => {
        const times: number[] = [];
        for (let time = change - 3 * day; time < end; time += stepMs) times.push(time);
        return times;
      };
      const valueAt = (time: number): number => (time - change) / minute;
      const model = timed(naive(), { timeZone, stepMs });
      const before = until(change);
      const fitted = model.fit(before.map(valueAt), { times: before });
      for (let time = change; time < change + 3 * hour; time += stepMs) {
        expect(at(fitted.forecast(2).times, 0)).toBe(time);
        expect(at(fitted.forecast(2).times, 1)).toBe(time + stepMs);
        fitted.update([valueAt(time)], { times: [time] });
        expect(at(fitted.forecast(1).mean, 0)).toBe(valueAt(time));
        const all = until(time + stepMs);
        const whole = model.fit(all.map(valueAt), { times: all });
        expect(fitted.toJSON()['next']).toBe(whole.toJSON()['next']);
      }
    },
  );

  it.each([
    ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
    ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ])('skips no hour in autumn and forecasts nothing that is past, in %s', (timeZone, change) => {
    const stepMs = 5 * minute;
    const times: number[] = [];
    for (let time = change - day; time < change - hour - 5 * minute; time += stepMs) times.push(time);
    const fitted = timed(naive(), { timeZone, stepMs }).fit(
      times.map((_, i) => i),
      { times },
    );
    for (let time = at(times, times.length - 1) + stepMs; time < change + 2 * hour; time += stepMs) {
      expect([...fitted.forecast(3).times]).toEqual([time, time + stepMs, time + 2 * stepMs]);
      expect(fittedFromJSON(JSON.stringify(fitted)).forecast(30)).toEqual(fitted.forecast(30));
      fitted.update([]); // changes nothing
      fitted.update([1], { times: [time] });
    }
    // After a gap that ends in the second of the two hours.
    const late = timed(naive(), { timeZone, stepMs }).fit([1, 2], { times: [change - 2 * hour, change + 10 * minute] });
    expect(at(late.forecast(1).times, 0)).toBe(change + 15 * minute);
    late.update([5]); // without a time: the next step
    expect(at(late.forecast(1).times, 0)).toBe(change + 20 * minute);
  });

  it('reads what was saved without the last time', () => {
    const times = [0, 1, 2].map((i) => Date.UTC(2026, 5, 1) + i * hour);
    const fitted = timed(naive(), { timeZone: berlin }).fit([1, 2, 3], { times });
    const { lastMs, ...saved } = fitted.toJSON() as unknown as Record<string, unknown>;
    expect(lastMs).toBe(times[2]);
    expect(fittedFromJSON(saved).forecast(5)).toEqual(fitted.forecast(5));
    expect(() => fittedFromJSON({ ...saved, lastMs: 'today' })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
    );
  });

  it('forecasts as far as any model over the hour that is left out', () => {
    // From a winter into a summer: an hour more by the clock.
    const times = [0, 1, 2].map((i) => Date.UTC(2026, 10, 20) + i * minute);
    const fitted = timed(naive(), { timeZone: berlin }).fit([1, 2, 3], { times });
    const { mean, times: when } = fitted.forecast(1_000_000, { levels: [] });
    expect(at(when, 999_999)).toBe(at(times, 2) + 1_000_000 * minute);
    expect(at(mean, 999_999)).toBe(3);
    expect(at(fitted.simulate(1_000_000, { paths: 1 }), 0)).toHaveLength(1_000_000);
  });

  it('comes back from JSON with its zone', () => {
    const times = Array.from({ length: 24 * 21 }, (_, i) => Date.UTC(2026, 2, 8) + i * hour);
    const fitted = timed(seasonalNaive({ seasonLength: 24 }), { timeZone: berlin }).fit(times.map(loadAt), { times });
    const restored = fittedFromJSON(JSON.stringify(fitted));
    expect(restored.forecast(48)).toEqual(fitted.forecast(48));
    const saved = { ...fitted.toJSON() } as Record<string, unknown>;
    for (const [field, wrong] of Object.entries({
      timeZone: 'Middle/Earth',
      combine: 'x',
      whenDisordered: 'x',
      stepMs: 0,
    })) {
      expect(() => fittedFromJSON({ ...saved, [field]: wrong })).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
      );
    }
  });
});

const options = { fromJSON: fittedFromJSON };
describeForecaster('timed without times', () => timed(seasonalNaive({ seasonLength: 12 })), options);
describeForecaster('timed in a zone', () => timed(theta(), { stepMs: hour, timeZone: 'America/New_York' }), options);

it('hands on what else a fit takes', () => {
  const values = Array.from({ length: 60 }, (_, i) => 5 + 10 * (i % 2) + (i % 3) / 10);
  const regressors = [values.map((_, i) => i % 2)];
  const model = timed(arima({ order: [0, 0, 0] }));
  const fitted = model.fit(values, { regressors } as TimedFitOptions);
  expect(fitted.describe()).toEqual(
    arima({ order: [0, 0, 0] })
      .fit(values, { regressors })
      .describe(),
  );
});

it('refuses times that stand where options belong', () => {
  const fitted = timed(naive()).fit([1, 2], { times: [start, start + hour] });
  expect(() => fitted.update([3], [start + 2 * hour] as never)).toThrow(invalid);
  expect(() => fitted.update([3], Float64Array.of(start + 2 * hour) as never)).toThrow(invalid);
});

it('lets the automatic forecaster take times too', () => {
  const times = Array.from({ length: 240 }, (_, i) => start + i * hour).filter((_, i) => i % 29 !== 3);
  const { mean, times: when } = timed(autoForecaster({ horizon: 24 }))
    .fit(times.map(loadAt), { times })
    .forecast(24);
  for (let step = 0; step < 24; step++) expect(Math.abs(at(mean, step) - loadAt(at(when, step)))).toBeLessThan(5);
});
