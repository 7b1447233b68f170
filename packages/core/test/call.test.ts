import { NovaError, withDeadline } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

const never = (): Promise<never> => new Promise(() => {});

describe('withDeadline', () => {
  it('gives what the task gives, now or later', async () => {
    expect(await withDeadline(undefined, () => 1)).toBe(1);
    expect(await withDeadline({ timeoutMs: 1000 }, async () => 2)).toBe(2);
    expect(await withDeadline({ timeoutMs: Infinity }, async () => 3)).toBe(3);
  });

  it('passes the failure of the task on, thrown or rejected', async () => {
    const broken = new Error('broken');
    await expect(withDeadline({}, () => Promise.reject(broken))).rejects.toBe(broken);
    await expect(
      withDeadline({}, () => {
        throw broken;
      }),
    ).rejects.toBe(broken);
  });

  it('does not begin when the signal has fired', async () => {
    let begun = false;
    const call = withDeadline({ signal: AbortSignal.abort('early') }, () => {
      begun = true;
    });
    await expect(call).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED', cause: 'early' });
    expect(begun).toBe(false);
  });

  it('stops at once on abort, even if the task pays no attention, and tells the task', async () => {
    const stop = new AbortController();
    let told: AbortSignal | undefined;
    const call = withDeadline({ signal: stop.signal }, (signal) => {
      told = signal;
      return never();
    });
    stop.abort();
    await expect(call).rejects.toMatchObject({ kind: 'aborted', retryable: false });
    expect(told?.aborted).toBe(true);
  });

  it('stops when the clock passes the deadline and tells the task', async () => {
    const clock = new ManualClock();
    let told: AbortSignal | undefined;
    const call = withDeadline(
      { timeoutMs: 500 },
      (signal) => {
        told = signal;
        return never();
      },
      clock,
    );
    const settled = call.catch((error: unknown) => error);
    await clock.advance(499);
    expect(told?.aborted).toBe(false);
    await clock.advance(1);
    expect(await settled).toMatchObject({ code: 'NOVA_CORE_TIMEOUT', retryable: true, details: { timeoutMs: 500 } });
    expect(told?.aborted).toBe(true);
  });

  it('leaves no timer behind when the task is in time', async () => {
    const clock = new ManualClock();
    await withDeadline({ timeoutMs: 500 }, () => 1, clock);
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it.each([-1, Number.NaN])('refuses a timeout of %s', async (timeoutMs) => {
    const error: unknown = await withDeadline({ timeoutMs }, () => 1).catch((reason: unknown) => reason);
    expect(NovaError.isInstance(error) && error.code).toBe('NOVA_CORE_INVALID');
  });

  it('passes on what a task throws that aborts the call first, and leaves no rejection behind', async () => {
    const broken = new Error('broken');
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const stop = new AbortController();
    await expect(
      withDeadline(stop, () => {
        stop.abort();
        throw broken;
      }),
    ).rejects.toBe(broken);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('can fail after it was given up without disturbing the process', async () => {
    const stop = new AbortController();
    const call = withDeadline({ signal: stop.signal }, async (signal) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      throw new Error('too late to matter');
    });
    stop.abort();
    await expect(call).rejects.toMatchObject({ kind: 'aborted' });
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  });
});
