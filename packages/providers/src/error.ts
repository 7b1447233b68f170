import { NovaError, type ErrorOptions } from '@novacron/core';

/** What a {@link ProviderError} is made of. */
export type ProviderErrorOptions = ErrorOptions;

/**
 * What goes wrong with a provider itself rather than with a machine: an SDK that is not installed, options that make
 * no sense. Codes are `NOVA_PROVIDER_<KIND>`. Failures of machines are `HypervisorError`s, as with every driver.
 */
export class ProviderError extends NovaError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'ProviderError', writable: true, configurable: true });
  }

  /** @param options - What went wrong. */
  constructor(options: ProviderErrorOptions) {
    super('PROVIDER', options);
  }
}
