import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

describe('ManualClock', () => {
  it('moves only when it is moved', async () => {
    const clock = new ManualClock(1000);
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250]);
  });

  it('wakes sleepers in the order of their time, each at its own time', async () => {
    const clock = new ManualClock();
    const woken: [string, number][] = [];
    const sleep = async (name: string, durationMs: number): Promise<void> => {
      await clock.sleep(durationMs);
      woken.push([name, clock.now()]);
    };
    const all = [sleep('late', 30), sleep('early', 10)];
    await clock.advance(20);
    expect(woken).toEqual([['early', 10]]);
    await clock.advance(10);
    await Promise.all(all);
    expect(woken).toEqual([
      ['early', 10],
      ['late', 30],
    ]);
  });

  it('wakes who goes to sleep again within the same advance', async () => {
    const clock = new ManualClock();
    let rounds = 0;
    void (async () => {
      for (;;) {
        await clock.sleep(10);
        rounds++;
      }
    })();
    await clock.advance(100);
    expect(rounds).toBe(10);
    expect(clock.sleeping).toBe(1);
  });

  it('lets a sleeper be aborted, before or during', async () => {
    const clock = new ManualClock();
    await expect(clock.sleep(5, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    const stop = new AbortController();
    const sleeping = clock.sleep(5, stop);
    stop.abort();
    await expect(sleeping).rejects.toMatchObject({ kind: 'aborted' });
    expect(clock.sleeping).toBe(0);
  });
});
