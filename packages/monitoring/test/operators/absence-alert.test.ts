import { acceleratedClock } from '@novacron/core';
import { absenceAlert, clockScheduler } from '@novacron/monitoring/stream';
import { concat, firstValueFrom, from, map, NEVER, of, Subject, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { asText, at } from './marbles.ts';

type Helpers = Parameters<Parameters<TestScheduler['run']>[0]>[0];

/** Runs marbles with the scheduler that gives the virtual time. */
function virtualTime(test: (helpers: Helpers, scheduler: SchedulerLike) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => test(helpers, scheduler));
}

const silent = { name: 'silent', forMs: 10 };

describe('absenceAlert', () => {
  it('fires by the scheduler when nothing comes any more', () => {
    virtualTime(({ hot, expectObservable }, scheduler) => {
      const source = hot('a---b----------------c-|', { a: at(0, 1), b: at(4, 1), c: at(21, 1) });
      expectObservable(source.pipe(absenceAlert({ ...silent, scheduler }), asText())).toBe('--------------f------r-|', {
        f: 'a firing at 14',
        r: 'a resolved at 21',
      });
    });
  });

  it('fires by the time of other samples, in a replay at any speed', () => {
    virtualTime(({ hot, expectObservable }, scheduler) => {
      const hour = 3_600_000;
      const source = hot('(ab)c(de)|', {
        a: at(0, 1, 'a'),
        b: at(0, 1, 'b'),
        c: at(hour, 1, 'b'),
        d: at(2 * hour, 1, 'b'),
        e: at(2 * hour, 1, 'a'),
      });
      const alerts = source.pipe(absenceAlert({ name: 'silent', forMs: 1.5 * hour, scheduler }), asText());
      expectObservable(alerts).toBe('-----(fr)|', {
        f: 'a firing at 7200000',
        r: 'a resolved at 7200000',
      });
    });
  });

  it('does not mind that the clocks of samples and scheduler differ', () => {
    virtualTime(({ hot, expectObservable }, scheduler) => {
      const source = hot('a----b----------------', { a: at(1e12, 1), b: at(1e12 + 5, 1) });
      expectObservable(source.pipe(absenceAlert({ ...silent, scheduler }), asText()), '^ 20ms !').toBe(
        '---------------f',
        { f: 'a firing at 1000000000015' },
      );
    });
  });

  it('watches each series by itself and takes NaN for silence', () => {
    virtualTime(({ hot, expectObservable }, scheduler) => {
      const source = hot('(ab)-c-----d-----', {
        a: at(0, 1, 'a'),
        b: at(0, 1, 'b'),
        c: at(5, 1, 'b'),
        d: at(11, Number.NaN, 'b'),
      });
      expectObservable(source.pipe(absenceAlert({ ...silent, scheduler }), asText()), '^ 18ms !').toBe(
        '----------a----b',
        { a: 'a firing at 10', b: 'b firing at 15' },
      );
    });
  });

  it('ends with its source, without further alerts, and lets go of its timer when left', () => {
    virtualTime(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const options = { ...silent, scheduler };
      expectObservable(hot('a--|', { a: at(0, 1) }).pipe(absenceAlert(options))).toBe('---|');
      expectObservable(hot('a--#', { a: at(0, 1) }).pipe(absenceAlert(options))).toBe('---#');
      const left = hot('a', { a: at(0, 1) });
      expectObservable(left.pipe(absenceAlert(options)), '^----!').toBe('-');
      expectSubscriptions(left.subscriptions).toBe('^----!');
    });
  });

  it('keeps its state for each subscriber', () => {
    virtualTime(({ hot, expectObservable }, scheduler) => {
      const alerts = hot('a-------b--', { a: at(0, 1), b: at(8, 1, 'b') }).pipe(
        absenceAlert({ ...silent, scheduler }),
        asText(),
      );
      expectObservable(alerts, '^ 16ms !').toBe('----------f', { f: 'a firing at 10' });
      expectObservable(alerts, '-^ 20ms !').toBe('------------------g', { g: 'b firing at 18' });
    });
  });

  it('runs on an accelerated clock like on a slow one', async () => {
    const clock = acceleratedClock(100_000, 0);
    const scheduler = clockScheduler(clock);
    const source = concat(of(at(0, 1)), NEVER);
    const event = await firstValueFrom(source.pipe(absenceAlert({ name: 'silent', forMs: 3_600_000, scheduler })));
    expect(event.state).toBe('firing');
    expect(event.timeMs).toBeGreaterThanOrEqual(3_600_000);
  });

  it('takes ten thousand series of which all fall silent, with one timer', () => {
    const scheduler = new TestScheduler(() => {});
    scheduler.run(() => {
      const source = new Subject<ReturnType<typeof at>>();
      const fired: string[] = [];
      let timers = 0;
      const counting: SchedulerLike = {
        now: () => scheduler.now(),
        schedule: (...parameters: Parameters<SchedulerLike['schedule']>) => {
          timers++;
          return scheduler.schedule(...parameters);
        },
      };
      source
        .pipe(
          absenceAlert({ ...silent, scheduler: counting }),
          map(({ state }) => state),
        )
        .subscribe((state) => fired.push(state));
      from(Array.from({ length: 10_000 }, (_, i) => at(0, 1, `vm-${i}`))).subscribe((sample) => source.next(sample));
      scheduler.schedule(() => source.complete(), 50);
      scheduler.flush();
      expect(fired).toHaveLength(10_000);
      expect(timers).toBeLessThan(5);
    });
  });

  it('refuses a wrong rule when it is made', () => {
    expect(() => absenceAlert({ name: 'x', forMs: 0 })).toThrow(/forMs of alert x/);
  });
});
