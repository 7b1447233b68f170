import { createConnection, type Socket } from 'node:net';
import { clientError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Clock } from '../rpc/clock.ts';
import { watchDeadline } from '../rpc/deadline.ts';

/** As much as a socket's buffer can hold at a time. */
const readBytes = 262_144;

/** Buffers of sockets that have closed, for the next ones; new ones cost more than the rest of a connection. */
const spareBuffers: Buffer[] = [];
const mostSpares = 8;

/**
 * Connects to the first of the sockets that is there.
 *
 * @throws {LibvirtError} LIBVIRT_CONNECT_FAILED when none is, or nobody listens or this user may not;
 * LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
 */
export async function dialUnix(paths: readonly string[], clock: Clock, options?: CallOptions): Promise<Socket> {
  let missing: unknown;
  for (const path of paths) {
    try {
      return await dial(path, clock, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw connectError(path, error);
      missing = error;
    }
  }
  const message = `no libvirt daemon listens here: there is no ${paths.join(' and no ')}; install and start libvirtd, or name its socket with "?socket=PATH"`;
  throw clientError('LIBVIRT_CONNECT_FAILED', 'unavailable', message, { cause: missing });
}

function dial(path: string, clock: Clock, options: CallOptions | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let socket: Socket | undefined;
    const release = watchDeadline(options, clock, 'connect', (error) => {
      socket?.destroy();
      reject(error);
    });
    const readBuffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(readBytes);
    socket = createConnection({
      path,
      // One buffer for all reads: the channel has taken what it needs when the listener returns.
      onread: {
        buffer: readBuffer,
        callback: (length, buffer) => {
          socket?.emit('data', (buffer as Buffer).subarray(0, length));
          return true;
        },
      },
    });
    socket.once('close', () => {
      if (spareBuffers.length < mostSpares) spareBuffers.push(readBuffer);
    });
    socket.once('error', (error) => {
      release();
      reject(error);
    });
    socket.once('connect', () => {
      release();
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function connectError(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || code.startsWith('LIBVIRT_')) return error;
  const denied = code === 'EACCES' || code === 'EPERM';
  const why = denied ? 'this user may not use it' : code === 'ECONNREFUSED' ? 'nobody listens at it' : message;
  const kind = denied ? 'permission' : 'unavailable';
  return clientError('LIBVIRT_CONNECT_FAILED', kind, `cannot connect to ${path}: ${why}`, { cause: error });
}
