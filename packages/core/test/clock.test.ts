import { acceleratedClock, NovaError, systemClock } from '@novacron/core';
import { describe, expect, it, vi } from 'vitest';

describe('systemClock', () => {
  it('shows the time of day and a time that never goes back', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    const first = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first);
  });

  it('sleeps about as long as asked', async () => {
    const startMs = performance.now();
    await systemClock.sleep(30);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(28);
  });

  it.each([0, -5])('resolves in the next turn for %s', async (durationMs) => {
    await expect(systemClock.sleep(durationMs)).resolves.toBeUndefined();
  });

  it('wakes at once when the signal fires, with its reason as the cause', async () => {
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED', cause: new Error('enough') });
    await expect(systemClock.sleep(60_000, { signal: stop.signal })).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('leaves no listener on the signal behind', async () => {
    const stop = new AbortController();
    const removed = vi.spyOn(stop.signal, 'removeEventListener');
    await systemClock.sleep(1, { signal: stop.signal });
    expect(removed).toHaveBeenCalledOnce();
  });

  it('sleeps longer than a timer can count', async () => {
    vi.useFakeTimers();
    let woken = false;
    const sleeping = systemClock.sleep(3_000_000_000).then(() => (woken = true));
    await vi.advanceTimersByTimeAsync(2_147_483_647);
    expect(woken).toBe(false);
    await vi.advanceTimersByTimeAsync(3_000_000_000 - 2_147_483_647);
    await sleeping;
    expect(woken).toBe(true);
    vi.useRealTimers();
  });
});

describe('acceleratedClock', () => {
  it('starts where it is told and runs faster', async () => {
    const startMs = Date.UTC(2026, 0, 1);
    const beforeMs = performance.now();
    const clock = acceleratedClock(100_000, startMs);
    const passed = clock.now() - startMs;
    expect(passed).toBeGreaterThanOrEqual(0);
    expect(passed).toBeLessThanOrEqual((performance.now() - beforeMs) * 100_000);
    await clock.sleep(1_000_000);
    expect(performance.now() - beforeMs).toBeLessThan(1000);
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(900_000);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(900_000);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses the factor %s', (factor) => {
    expect(() => acceleratedClock(factor)).toThrow(NovaError);
  });
});
