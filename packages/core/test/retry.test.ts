import { NovaError, retry } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const unavailable = new NovaError('TEST', { kind: 'unavailable', message: 'x' });

describe('retry', () => {
  it('does not repeat what worked', async () => {
    let calls = 0;
    expect(await retry(() => ++calls)).toBe(1);
  });

  it('repeats while the error is retryable, then gives the last one up', async () => {
    const attempts: number[] = [];
    const task = (attempt: number): never => {
      attempts.push(attempt);
      throw unavailable;
    };
    await expect(retry(task, { attempts: 3, baseDelayMs: 0 })).rejects.toBe(unavailable);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('does not repeat an error that will not get better, nor one it does not know', async () => {
    let calls = 0;
    const failing = (error: Error) => () => {
      calls++;
      throw error;
    };
    await expect(retry(failing(new NovaError('TEST', { kind: 'invalid', message: 'x' })))).rejects.toThrow('x');
    await expect(retry(failing(new TypeError('y')))).rejects.toThrow('y');
    expect(calls).toBe(2);
  });

  it('asks the policy what is worth another call', async () => {
    const task = (attempt: number): string => {
      if (attempt === 1) throw new TypeError('flaky');
      return 'done';
    };
    expect(await retry(task, { baseDelayMs: 0, retryable: (error) => error instanceof TypeError })).toBe('done');
  });

  it('waits longer each time, up to the limit, by the given part', async () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const done = retry(
      () => {
        times.push(clock.now());
        throw unavailable;
      },
      { attempts: 5, baseDelayMs: 100, maxDelayMs: 300, random: () => 0.5, clock },
    ).catch(() => {});
    await clock.advance(10_000);
    await done;
    expect(times).toEqual([0, 50, 150, 300, 450]);
  });

  it('never waits longer than the limit, whatever the policy', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 1000 }),
        async (attempts, maxDelayMs) => {
          const waits: number[] = [];
          const clock = { now: () => 0, monotonic: () => 0, sleep: async (ms: number) => void waits.push(ms) };
          await retry(() => Promise.reject(unavailable), { attempts, maxDelayMs, clock }).catch(() => {});
          expect(waits).toHaveLength(attempts - 1);
          expect(Math.max(0, ...waits)).toBeLessThanOrEqual(maxDelayMs);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('ends a wait when the signal fires', async () => {
    const stop = new AbortController();
    const waiting = retry(() => Promise.reject(unavailable), { baseDelayMs: 60_000, random: () => 1 }, stop);
    setTimeout(() => stop.abort(), 5);
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('makes no call when the signal has fired', async () => {
    let calls = 0;
    await expect(retry(() => ++calls, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'NOVA_CORE_ABORTED',
    });
    expect(calls).toBe(0);
  });

  it.each([0, 1.5, -1, Number.NaN])('refuses %s attempts', async (attempts) => {
    await expect(retry(() => 1, { attempts })).rejects.toMatchObject({ code: 'NOVA_CORE_INVALID' });
  });
});
