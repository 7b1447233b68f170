import { MlError } from '../error.ts';

/**
 * An error of a deadline in the words of this package; any other error as it is.
 *
 * @param what - What was stopped, in the plural: `'The forecasts'`.
 */
export function deadlineError(error: unknown, what: string): unknown {
  const kind = (error as { kind?: unknown } | null)?.kind;
  if (MlError.isInstance(error) || (kind !== 'aborted' && kind !== 'timeout')) return error;
  const message = kind === 'aborted' ? `${what} were aborted by their signal` : `${what} did not end in time`;
  return new MlError({ kind, message, cause: error });
}
