import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';
import { fitBudget } from '../src/fit-budget.ts';

describe('fitBudget', () => {
  it('lets work go on while there is time, and throws when it is up', async () => {
    const clock = new ManualClock();
    const check = fitBudget({ timeoutMs: 100, clock });
    await clock.advance(100);
    expect(check).not.toThrow();
    await clock.advance(1);
    expect(check).toThrow(expect.objectContaining({ code: 'NOVA_ML_TIMEOUT', details: { timeoutMs: 100 } }));
  });

  it('throws at the next check after an abort, with its reason', () => {
    const controller = new AbortController();
    const check = fitBudget({ signal: controller.signal });
    expect(check).not.toThrow();
    controller.abort('enough');
    expect(check).toThrow(expect.objectContaining({ code: 'NOVA_ML_ABORTED', cause: 'enough' }));
  });

  it('throws at once when the signal had fired', () => {
    expect(() => fitBudget({ signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ kind: 'aborted' }));
  });

  it.each([-1, NaN])('refuses %d milliseconds', (timeoutMs) => {
    expect(() => fitBudget({ timeoutMs })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  it('gives to what it runs the time that is left, and none when there is none', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const check = fitBudget({ timeoutMs: 100, clock, signal });
    await clock.advance(30);
    expect(check.rest()).toEqual({ clock, signal, timeoutMs: 70 });
    await clock.advance(70.5);
    expect(() => check.rest()).toThrow(expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }));
    expect(fitBudget({ clock }).rest().timeoutMs).toBeUndefined();
  });

  it('has no limit by default', () => {
    expect(fitBudget()).not.toThrow();
    expect(fitBudget({ timeoutMs: Infinity })).not.toThrow();
  });
});
