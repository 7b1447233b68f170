import { ManualClock } from '@novacron/core/testing';
import { clockScheduler } from '@novacron/monitoring/stream';
import { delay, interval, of, timer, type SchedulerAction } from 'rxjs';
import { describe, expect, it } from 'vitest';

describe('clockScheduler', () => {
  it("drives RxJS' own operators by the clock", async () => {
    const clock = new ManualClock(1_000);
    const scheduler = clockScheduler(clock);
    const seen: string[] = [];
    const log = (name: string) => () => seen.push(`${name} at ${clock.now()}`);
    const ticks = interval(100, scheduler).subscribe(log('tick'));
    timer(150, scheduler).subscribe(log('timer'));
    of('x').pipe(delay(250, scheduler)).subscribe(log('delayed'));
    await clock.advance(300);
    ticks.unsubscribe();
    await clock.advance(300);
    expect(seen).toEqual(['tick at 1100', 'timer at 1150', 'tick at 1200', 'delayed at 1250', 'tick at 1300']);
    expect(scheduler.now()).toBe(1_600);
    expect(clock.sleeping).toBe(0);
  });

  it('lets an action schedule itself again, and forgets what was unsubscribed', async () => {
    const clock = new ManualClock();
    const scheduler = clockScheduler(clock);
    const seen: number[] = [];
    const counting = scheduler.schedule(
      function (this: SchedulerAction<number>, count?: number) {
        seen.push(count ?? -1);
        if (count !== undefined && count < 3) this.schedule(count + 1, 10);
      },
      10,
      1,
    );
    await clock.advance(100);
    expect(seen).toEqual([1, 2, 3]);
    expect(counting.closed).toBe(true);
    const left = scheduler.schedule(() => seen.push(99), 10);
    left.unsubscribe();
    await clock.advance(100);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('replaces the waiting of an action that is scheduled again', async () => {
    const clock = new ManualClock();
    const seen: (string | undefined)[] = [];
    const action = clockScheduler(clock).schedule((state?: string) => seen.push(state), 10, 'first');
    (action as SchedulerAction<string>).schedule('second', 50);
    await clock.advance(20);
    expect(seen).toEqual([]);
    await clock.advance(50);
    expect(seen).toEqual(['second']);
    (action as SchedulerAction<string>).schedule('after its end', 1);
    await clock.advance(50);
    expect(seen).toEqual(['second']);
  });
});
