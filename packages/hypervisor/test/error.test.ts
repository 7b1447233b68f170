import { NovaError } from '@novacron/core';
import { HypervisorError, notFoundError } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

describe('HypervisorError.isInstance', () => {
  it('knows its own from those of other areas', () => {
    expect(HypervisorError.isInstance(notFoundError('a'))).toBe(true);
    expect(NovaError.isInstance(notFoundError('a'))).toBe(true);
    expect(HypervisorError.isInstance(new NovaError('ML', { kind: 'invalid', message: 'x' }))).toBe(false);
    for (const other of [undefined, null, 'x', new Error('x'), {}])
      expect(HypervisorError.isInstance(other)).toBe(false);
  });
});
