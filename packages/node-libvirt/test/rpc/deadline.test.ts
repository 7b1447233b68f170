import { describe, expect, it } from 'vitest';
import type { LibvirtError } from '../../src/index.ts';
import { watchDeadline } from '../../src/rpc/deadline.ts';
import { withDeadline } from '../../src/rpc/with-deadline.ts';
import { caught } from '../support/caught.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('watchDeadline', () => {
  it('stops once, at whatever comes first, and leaves nothing behind', () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const errors: LibvirtError[] = [];
    watchDeadline({ signal: controller.signal, timeoutMs: 100 }, clock, 'work', (error) => errors.push(error));
    clock.advance(99);
    expect(errors).toEqual([]);
    clock.advance(1);
    controller.abort();
    expect(errors.map(({ code }) => code)).toEqual(['LIBVIRT_TIMEOUT']);
    expect(errors[0]?.message).toBe('work got no answer within 100 ms');
    expect(clock.size).toBe(0);
  });

  it('does not stop what was released', () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const errors: LibvirtError[] = [];
    const release = watchDeadline({ signal: controller.signal, timeoutMs: 100 }, clock, 'work', (e) => errors.push(e));
    release();
    controller.abort();
    clock.advance(1000);
    expect(errors).toEqual([]);
    expect(clock.size).toBe(0);
  });

  it('sets no timer without a timeout, or with an endless one', () => {
    const clock = new ManualClock();
    watchDeadline(undefined, clock, 'work', () => {});
    watchDeadline({ timeoutMs: Infinity }, clock, 'work', () => {});
    expect(clock.size).toBe(0);
  });
});

describe('withDeadline', () => {
  it('hands the result or the error on', async () => {
    const clock = new ManualClock();
    expect(await withDeadline({ timeoutMs: 10 }, clock, 'work', () => Promise.resolve(7))).toBe(7);
    await expect(withDeadline({ timeoutMs: 10 }, clock, 'work', () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(clock.size).toBe(0);
  });

  it('does not wait for work that never ends, and tells the work', async () => {
    const clock = new ManualClock();
    let told: AbortSignal | undefined;
    const endless = withDeadline({ timeoutMs: 10 }, clock, 'work', (signal) => {
      told = signal;
      return new Promise(() => {});
    });
    expect(told?.aborted).toBe(false);
    clock.advance(10);
    expect(await caught(endless)).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(told?.aborted).toBe(true);
  });

  it('does not begin when the signal has fired', async () => {
    let begun = false;
    const work = (): Promise<void> => {
      begun = true;
      return Promise.resolve();
    };
    const error = await caught(withDeadline({ signal: AbortSignal.abort() }, new ManualClock(), 'work', work));
    expect(error.code).toBe('LIBVIRT_ABORTED');
    expect(begun).toBe(false);
  });
});
