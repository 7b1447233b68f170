import { assertAllowed, statesAllowing, type VmAction, type VmState } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

const actions: readonly VmAction[] = ['start', 'stop', 'reboot', 'suspend', 'resume', 'delete'];
const states: readonly VmState[] = [
  'pending',
  'provisioning',
  'starting',
  'running',
  'paused',
  'suspended',
  'stopping',
  'stopped',
  'stopped-allocated',
  'migrating',
  'crashed',
  'deleting',
  'deleted',
  'error',
];
const allowed = (action: VmAction, force?: boolean): readonly VmState[] =>
  states.filter((state) => {
    try {
      assertAllowed(action, 'a', state, { force });
      return true;
    } catch {
      return false;
    }
  });

describe('assertAllowed', () => {
  it('decides as the state machine says without force', () => {
    for (const action of actions) expect(allowed(action).toSorted()).toEqual(statesAllowing(action).toSorted());
  });

  it('lets force end a shutdown that hangs, and take any machine that is not going already', () => {
    expect(allowed('stop', true)).toEqual(['starting', 'running', 'paused', 'stopping', 'crashed']);
    expect(allowed('delete', true)).toEqual(states.filter((state) => state !== 'deleting' && state !== 'deleted'));
    for (const action of ['start', 'reboot', 'suspend', 'resume'] as const) {
      expect(allowed(action, true)).toEqual(allowed(action));
    }
  });

  it('leaves a state that it does not know to the vendor', () => {
    for (const action of actions) expect(() => assertAllowed(action, 'a', 'unknown')).not.toThrow();
  });

  it('says what it would have allowed', () => {
    expect(() => assertAllowed('resume', 'web-1', 'stopped')).toThrow(
      expect.objectContaining({
        code: 'NOVA_HYPERVISOR_CONFLICT',
        message: 'VM "web-1" is stopped; to resume it must be paused',
        details: { vm: 'web-1', action: 'resume', state: 'stopped', allowed: ['paused'] },
      }),
    );
  });
});
