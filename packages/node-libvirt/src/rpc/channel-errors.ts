import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import type { Procedure } from './procedure.ts';

/** How many answers may be due on one channel, so that a daemon that hangs can't fill our memory with calls. */
export const maxInFlight = 100_000;

/** The error of an answer that has no place here. */
export function protocolError(message: string, cause?: unknown): LibvirtError {
  return clientError('LIBVIRT_PROTOCOL_ERROR', 'internal', `the other side breaks the protocol: ${message}`, {
    cause,
  });
}

/** The error of a call beyond {@link maxInFlight}. */
export function crowdedError(procedure: Procedure<never>): LibvirtError {
  const message = `${procedure.name}: ${maxInFlight} calls wait for the daemon already; it was not sent`;
  return clientError('LIBVIRT_TOO_MANY_CALLS', 'throttled', message, { procedure: procedure.name });
}

/** The error of a call that opens a stream, made as one that does not. */
export function streamOnlyError({ name }: Procedure<never>): LibvirtError {
  const message = `${name} opens a stream: call it by connection.raw.${name} or connection.openStream`;
  return clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message, { procedure: name });
}

/** The error of a call on a channel that has ended. @param sent - Whether the daemon may have got it. */
export function endedError(
  procedure: { readonly name: string },
  reason: LibvirtError | undefined,
  sent: boolean,
): LibvirtError {
  const outcome = sent ? 'the outcome is unknown' : 'it was not sent';
  const rest = { procedure: procedure.name, outcomeUnknown: sent, cause: reason };
  return reason === undefined
    ? clientError(
        'LIBVIRT_CONNECTION_CLOSED',
        'unavailable',
        `${procedure.name}: the connection was closed, ${outcome}`,
        rest,
      )
    : clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', `${procedure.name}: ${reason.message}; ${outcome}`, rest);
}
