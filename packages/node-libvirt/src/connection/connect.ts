import type { Duplex } from 'node:stream';
import { authenticate } from '../auth/authenticate.ts';
import { clientError } from '../error/libvirt-error.ts';
import { constants } from '../protocol/constants.gen.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { Channel } from '../rpc/channel.ts';
import { ChannelPool } from '../rpc/channel-pool.ts';
import { type Clock, systemClock } from '../rpc/clock.ts';
import type { KeepaliveOptions } from '../rpc/keepalive.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import { dialUnix } from '../transport/dial-unix.ts';
import { processEnvironment, socketCandidates } from '../transport/socket-candidates.ts';
import { type LibvirtUri, parseUri } from '../uri/parse-uri.ts';
import { Connection } from './connection.ts';

/** How a connection is made. */
export interface ConnectOptions extends CallOptions {
  /** Only read; the daemon refuses changes with kind `permission`. @default false */
  readonly readOnly?: boolean | undefined;
  /** How a silent daemon is noticed. @default after 30 s */
  readonly keepalive?: KeepaliveOptions | undefined;
  /**
   * The most sockets to use. A daemon works on five calls of a socket at a time, so further ones are opened while slow
   * calls run; 1 to 100. @default 6
   */
  readonly maxSockets?: number | undefined;
  /** A connected stream to use instead of a socket: a tunnel, for instance. Then there is no other. */
  readonly stream?: Duplex | undefined;
  /** Where time comes from. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Connects to a libvirt daemon.
 *
 * @param uri - libvirt's connection URI: `qemu:///system`, `qemu:///session`, `test:///default`,
 * `qemu+unix:///system?socket=/run/libvirt/libvirt-sock`; see {@link parseUri}.
 * @param options - Deadline, read-only, keepalive, sockets.
 * @throws {LibvirtError} LIBVIRT_URI_INVALID, LIBVIRT_TRANSPORT_UNSUPPORTED; LIBVIRT_CONNECT_FAILED when no daemon
 * listens; LIBVIRT_AUTH_UNSUPPORTED, or what the daemon reports when it refuses; LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
 *
 * @example
 * ```ts no-run
 * import { connect } from 'node-libvirt';
 *
 * const connection = await connect('qemu:///system');
 * for (const domain of await connection.listAllDomains({ active: true })) console.log(domain.name);
 * await connection.close();
 * ```
 */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Connection> {
  const target = parseUri(uri);
  const maxSockets = checkedMaxSockets(options.maxSockets);
  const clock = options.clock ?? systemClock;
  const dialler = { target, options, clock };
  const primary = await withDeadline(options, clock, 'connect', (signal) => openChannel(dialler, { signal }));
  const pool = new ChannelPool(primary, {
    clock,
    maxSockets: options.stream !== undefined || hasPrivateState(target) ? 1 : maxSockets,
    open: () => openChannel(dialler),
  });
  return new Connection(primary, pool, clock);
}

interface Dialler {
  readonly target: LibvirtUri;
  readonly options: ConnectOptions;
  readonly clock: Clock;
}

/** A new channel on which the URI is open. */
async function openChannel(dialler: Dialler, deadline?: CallOptions): Promise<Channel> {
  const { target, options, clock } = dialler;
  const probe = options.stream === undefined ? (withinMs: number) => answers(dialler, withinMs) : undefined;
  const channel = new Channel(await dial(dialler, deadline), { clock, keepalive: options.keepalive, probe });
  try {
    await authenticate(channel, deadline);
    const flags = options.readOnly === true ? constants.VIR_CONNECT_RO : 0;
    await channel.call(remoteProcedures.connectOpen, { name: target.daemonUri, flags }, deadline);
    return channel;
  } catch (error) {
    channel.close();
    throw error;
  }
}

async function dial({ target, options, clock }: Dialler, deadline?: CallOptions): Promise<Duplex> {
  if (options.stream !== undefined) return options.stream;
  const paths = socketCandidates(target, options.readOnly ?? false, processEnvironment());
  return dialUnix(paths, clock, deadline);
}

/** Whether a new socket to the daemon gets an answer: a busy daemon gives one, a frozen one does not. */
async function answers(dialler: Dialler, withinMs: number): Promise<boolean> {
  const deadline = { timeoutMs: withinMs };
  try {
    const channel = new Channel(await dial(dialler, deadline), { clock: dialler.clock, keepalive: { intervalMs: 0 } });
    try {
      await channel.call(remoteProcedures.authList, undefined, deadline);
    } finally {
      channel.close();
    }
    return true;
  } catch {
    return false;
  }
}

/** The test driver keeps the state of a file in each of its connections: a second socket would not see it. */
function hasPrivateState({ driver, path }: LibvirtUri): boolean {
  return driver === 'test' && path !== '/default';
}

function checkedMaxSockets(maxSockets: number = 6): number {
  if (Number.isInteger(maxSockets) && maxSockets >= 1 && maxSockets <= 100) return maxSockets;
  throw clientError(
    'LIBVIRT_ARGUMENT_INVALID',
    'invalid',
    `connect: maxSockets must be an integer from 1 to 100, not ${maxSockets}`,
  );
}
