import { NovaError, type ErrorOptions } from '@novacron/core';

/** What this package throws. Codes are `NOVA_MONITORING_<KIND>`; a damaged store file is `NOVA_MONITORING_CORRUPT`. */
export class MonitoringError extends NovaError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'MonitoringError', writable: true, configurable: true });
  }

  /** @param options - What went wrong. */
  constructor(options: ErrorOptions) {
    super('MONITORING', options);
  }
}

/** The error of wrong input; `details` say which. */
export function invalidInput(message: string, details?: Readonly<Record<string, unknown>>): MonitoringError {
  return new MonitoringError({ kind: 'invalid', message, details });
}

/** Any thrown value as a NovaCron error: one that is already stays, the rest becomes `internal` with its cause. */
export function toNovaError(reason: unknown): NovaError {
  if (NovaError.isInstance(reason)) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  return new MonitoringError({ kind: 'internal', message, cause: reason });
}
