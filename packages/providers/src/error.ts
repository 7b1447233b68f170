import { NovaError, type ErrorOptions } from '@novacron/core';

/** What a {@link ProviderError} is made of. */
export type ProviderErrorOptions = ErrorOptions;

const marker = Symbol.for('novacron.provider.error');

/**
 * What goes wrong with a provider itself rather than with a machine: an SDK that is not installed, options that make
 * no sense. Codes are `NOVA_PROVIDER_<KIND>`. Failures of machines are `HypervisorError`s, as with every driver.
 *
 * @example
 * ```ts
 * import { HypervisorError } from '@novacron/hypervisor';
 * import { ProviderError } from '@novacron/providers';
 *
 * ProviderError.isInstance(new ProviderError({ kind: 'invalid', message: 'no region' })) // => true
 * ProviderError.isInstance(new HypervisorError({ kind: 'invalid', message: 'no name' })) // => false
 * ```
 */
export class ProviderError extends NovaError {
  static {
    Object.defineProperty(this.prototype, marker, { value: true });
    Object.defineProperty(this.prototype, 'name', { value: 'ProviderError', writable: true, configurable: true });
  }

  /** @param options - What went wrong. */
  constructor(options: ProviderErrorOptions) {
    super('PROVIDER', options);
  }

  /** Tells whether a value is a provider's error, whichever copy of the package made it. */
  static override isInstance(value: unknown): value is ProviderError {
    return NovaError.isInstance(value) && (value as unknown as Record<symbol, unknown>)[marker] === true;
  }
}
