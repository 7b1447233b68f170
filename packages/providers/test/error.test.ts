import { NovaError } from '@novacron/core';
import { HypervisorError } from '@novacron/hypervisor';
import { ProviderError } from '@novacron/providers';
import { describe, expect, it } from 'vitest';

describe('ProviderError', () => {
  const error = new ProviderError({ kind: 'invalid', message: 'no region' });

  it('has the codes of its area', () => {
    expect(error).toMatchObject({ name: 'ProviderError', code: 'NOVA_PROVIDER_INVALID', retryable: false });
  });

  it('is told from the errors of other areas', () => {
    expect(ProviderError.isInstance(error)).toBe(true);
    expect(NovaError.isInstance(error)).toBe(true);
    expect(ProviderError.isInstance(new HypervisorError({ kind: 'invalid', message: 'no name' }))).toBe(false);
    expect(ProviderError.isInstance(new NovaError('CORE', { kind: 'invalid', message: 'no' }))).toBe(false);
    expect([undefined, null, 'error', {}, new Error('x')].some((value) => ProviderError.isInstance(value))).toBe(false);
  });

  it('is known when another copy of the package made it', () => {
    class ProviderErrorOfAnotherCopy extends NovaError {
      static {
        Object.defineProperty(this.prototype, Symbol.for('novacron.provider.error'), { value: true });
      }
    }
    const foreign = new ProviderErrorOfAnotherCopy('PROVIDER', { kind: 'invalid', message: 'no region' });
    expect(ProviderError.isInstance(foreign)).toBe(true);
  });
});
