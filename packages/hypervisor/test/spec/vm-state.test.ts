import { actionsAllowedIn, defaultCapabilities, defineCapabilities, statesAllowing } from '@novacron/hypervisor';
import type { VmAction, VmState } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

const actions: readonly VmAction[] = ['start', 'stop', 'reboot', 'suspend', 'resume', 'delete'];

describe('the state machine', () => {
  it.each<[VmState, readonly VmAction[]]>([
    ['stopped', ['start', 'delete']],
    ['running', ['stop', 'reboot', 'suspend']],
    ['paused', ['stop', 'resume']],
    ['crashed', ['start', 'stop', 'delete']],
    ['deleting', []],
    ['deleted', []],
    ['unknown', actions],
  ])('allows in %s: %j', (state, allowed) => {
    expect(actionsAllowedIn(state)).toEqual(allowed);
  });

  it('says the same from both sides', () => {
    for (const action of actions) {
      for (const state of statesAllowing(action)) expect(actionsAllowedIn(state)).toContain(action);
    }
  });
});

describe('defineCapabilities', () => {
  it('fills in the documented defaults and can not be changed', () => {
    const capabilities = defineCapabilities({ stats: true });
    expect(capabilities).toEqual({ ...defaultCapabilities, stats: true });
    expect(Object.isFrozen(capabilities)).toBe(true);
    expect(Object.isFrozen(defaultCapabilities)).toBe(true);
  });
});
