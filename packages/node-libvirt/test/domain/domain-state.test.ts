import { describe, expect, it } from 'vitest';
import { constants, domainState } from '../../src/index.ts';

describe('domainState', () => {
  it.each([
    [constants.VIR_DOMAIN_RUNNING, constants.VIR_DOMAIN_RUNNING_BOOTED, 'running', 'booted'],
    [constants.VIR_DOMAIN_RUNNING, constants.VIR_DOMAIN_RUNNING_POSTCOPY_FAILED, 'running', 'postcopy-failed'],
    [constants.VIR_DOMAIN_PAUSED, constants.VIR_DOMAIN_PAUSED_USER, 'paused', 'user'],
    [constants.VIR_DOMAIN_SHUTDOWN, constants.VIR_DOMAIN_SHUTDOWN_USER, 'shutdown', 'user'],
    [constants.VIR_DOMAIN_SHUTOFF, constants.VIR_DOMAIN_SHUTOFF_CRASHED, 'shutoff', 'crashed'],
    [constants.VIR_DOMAIN_CRASHED, constants.VIR_DOMAIN_CRASHED_PANICKED, 'crashed', 'panicked'],
    [constants.VIR_DOMAIN_PMSUSPENDED, 0, 'pmsuspended', 'unknown'],
    [constants.VIR_DOMAIN_NOSTATE, 0, 'nostate', 'unknown'],
    [constants.VIR_DOMAIN_BLOCKED, 0, 'blocked', 'unknown'],
  ])('of %d and %d is %s, %s', (state, reason, word, why) => {
    expect(domainState(state, reason)).toEqual({ state: word, reason: why, native: { state, reason } });
  });

  it('is unknown for numbers of the future, which are kept', () => {
    expect(domainState(42, 7)).toEqual({ state: 'unknown', reason: 'unknown', native: { state: 42, reason: 7 } });
    expect(domainState(1, 99)).toMatchObject({ state: 'running', reason: 'unknown' });
  });
});
