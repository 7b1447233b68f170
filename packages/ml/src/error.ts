import { NovaError, type ErrorOptions } from '@novacron/core';

const marker = Symbol.for('novacron.ml.error');

/**
 * Every error that this package throws on purpose.
 *
 * | code | kind | when |
 * | --- | --- | --- |
 * | `NOVA_ML_INVALID` | invalid | an option or a value is wrong; `details` says which |
 * | `NOVA_ML_TOO_SHORT` | invalid | there are too few observed values for this model |
 * | `NOVA_ML_UNDEFINED_METRIC` | invalid | a metric would divide by zero |
 * | `NOVA_ML_OVERFLOW` | invalid | an answer would leave the range of numbers |
 * | `NOVA_ML_DAMAGED` | invalid | saved JSON does not describe a model |
 * | `NOVA_ML_UNSUPPORTED` | unsupported | saved JSON is of a version or a model that this release does not know |
 * | `NOVA_ML_NOT_INSTALLED` | unsupported | an optional package is not there; the message says how to install it |
 * | `NOVA_ML_ABORTED` | aborted | the signal had fired |
 * | `NOVA_ML_TIMEOUT` | timeout | the time budget ran out |
 * | `NOVA_ML_INTERNAL` | internal | a worker thread, or the session of an ONNX model, has failed |
 *
 * @example
 * ```ts
 * import { MlError, naive } from '@novacron/ml';
 *
 * let error: unknown;
 * try {
 *   naive().fit([]);
 * } catch (thrown) {
 *   error = thrown;
 * }
 * MlError.isInstance(error) && error.code // => 'NOVA_ML_TOO_SHORT'
 * ```
 */
export class MlError extends NovaError {
  static {
    Object.defineProperty(this.prototype, marker, { value: true });
    Object.defineProperty(this.prototype, 'name', { value: 'MlError', writable: true, configurable: true });
  }

  /** @param options - What went wrong. */
  constructor(options: ErrorOptions) {
    super('ML', options);
  }

  /** Tells whether a value is an error of this package, whichever copy of it made it. */
  static override isInstance(value: unknown): value is MlError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}

/** An `invalid` error about one argument. */
export function invalid(message: string, details: Readonly<Record<string, unknown>>): MlError {
  return new MlError({ kind: 'invalid', message, details });
}
