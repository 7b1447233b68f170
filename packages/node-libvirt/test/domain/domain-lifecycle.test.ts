import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('the life of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'control: a job goes on',
      (d) => d.getControlInfo(),
      p.domainGetControlInfo,
      { dom, flags: 0 },
      { state: 1, details: 0, stateTime: 1500 },
      { state: 'job', reason: 'none', stateTimeMs: 1500 },
    ],
    [
      'control: an error that is newer than this package',
      (d) => d.getControlInfo(),
      p.domainGetControlInfo,
      { dom, flags: 0 },
      { state: 3, details: 9, stateTime: 0 },
      { state: 'error', reason: 'unknown', stateTimeMs: 0 },
    ],
    [
      'sleep: in memory until it is woken',
      (d) => d.pmSuspendForDuration('memory'),
      p.domainPmSuspendForDuration,
      { dom, target: 0, duration: 0, flags: 0 },
    ],
    [
      'sleep: both ways for a minute',
      (d) => d.pmSuspendForDuration('hybrid', 60),
      p.domainPmSuspendForDuration,
      { dom, target: 2, duration: 60, flags: 0 },
    ],
    ['sleep: woken', (d) => d.pmWakeup(), p.domainPmWakeup, { dom, flags: 0 }],
  ]);

  it('knows three depths of sleep', async () => {
    const error = await caught(fakeDomain(wire).pmSuspendForDuration('deep' as 'disk'));
    expect(error.message).toBe('pmSuspendForDuration: the target must be one of memory, disk, hybrid, not deep');
  });
});
