import type { Duplex } from 'node:stream';
import { authenticate, type Login } from '../auth/authenticate.ts';
import type { CredentialsSource } from '../auth/credentials.ts';
import { credentialsFinder } from '../auth/find-credentials.ts';
import type { SaslOptions } from '../auth/sasl/mechanisms.ts';
import { processEnvironment } from '../config/environment.ts';
import { resolveTarget } from '../config/resolve-target.ts';
import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import { constants } from '../protocol/constants.gen.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { Channel } from '../rpc/channel.ts';
import { ChannelPool } from '../rpc/channel-pool.ts';
import { type Clock, systemClock } from '../rpc/clock.ts';
import { checkKeepalive, type KeepaliveOptions } from '../rpc/keepalive.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import { isConnectError } from '../transport/connect-error.ts';
import { dial, type Route } from '../transport/dial.ts';
import type { TlsOptions } from '../transport/tls-options.ts';
import type { LibvirtUri } from '../uri/libvirt-uri.ts';
import { redactUri } from '../uri/redact-uri.ts';
import { Connection } from './connection.ts';
import type { Session } from './lifeline.ts';
import { type ReconnectOptions, reconnectPolicy } from './reconnect-options.ts';

/** How a connection is made. */
export interface ConnectOptions extends CallOptions {
  /** Only read; the daemon refuses changes with kind `permission`. @default false */
  readonly readOnly?: boolean | undefined;
  /** How a silent daemon is noticed. @default after 30 s */
  readonly keepalive?: KeepaliveOptions | undefined;
  /**
   * The most sockets to use for calls. A daemon works on five calls of a socket at a time, so further ones are opened
   * while slow calls run; 1 to 100. Each stream has a socket of its own besides, unless there is to be but 1. @default 6
   */
  readonly maxSockets?: number | undefined;
  /** Who logs in where the daemon wants SASL, or an SSH server a password. @default libvirt's `auth.conf` */
  readonly credentials?: CredentialsSource | undefined;
  /** Which ways of SASL may be used. @default the strongest that both sides know */
  readonly sasl?: SaslOptions | undefined;
  /** The certificates for TLS. @default libvirt's files, see {@link TlsOptions} */
  readonly tls?: TlsOptions | undefined;
  /**
   * How the connection comes back after it was lost; `false` makes a loss its end. A given `stream` and the test driver's
   * own files (`test:///FILE`) never come back.
   *
   * @default { initialDelayMs: 100, maxDelayMs: 10_000, waitMs: 5000 }
   */
  readonly reconnect?: ReconnectOptions | false | undefined;
  /** A connected stream to use instead of a socket: a tunnel, for instance. Then there is no other. */
  readonly stream?: Duplex | undefined;
  /** Where time comes from. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Connects to a libvirt daemon, as `virConnectOpenAuth` does.
 *
 * @param uri - libvirt's connection URI: `qemu:///system`, `qemu+ssh://root@host/system`, `qemu+tls://host/system`,
 * `qemu+unix:///system?socket=/run/libvirt/libvirt-sock`; see {@link parseUri}. An alias of `libvirt.conf` does too.
 * Without one it is what `LIBVIRT_DEFAULT_URI` says, then `uri_default` of `libvirt.conf`, then what the daemon of this
 * machine serves.
 * @param options - Deadline, read-only, credentials, certificates, keepalive, sockets. The deadline covers all: the
 * name's lookup, handshakes, login.
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID, LIBVIRT_URI_INVALID, LIBVIRT_TRANSPORT_UNSUPPORTED, LIBVIRT_CONFIG_INVALID;
 * LIBVIRT_CONNECT_FAILED when no daemon is there; LIBVIRT_SERVER_UNTRUSTED, LIBVIRT_CLIENT_REFUSED,
 * LIBVIRT_CREDENTIALS_INVALID when one side can not prove who it is; LIBVIRT_AUTH_UNSUPPORTED, or what the daemon reports
 * when it refuses; LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
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
export async function connect(uri?: string, options: ConnectOptions = {}): Promise<Connection> {
  const maxSockets = checkedMaxSockets(options.maxSockets);
  checkKeepalive(options.keepalive);
  const clock = options.clock ?? systemClock;
  const reconnect = options.reconnect === false ? undefined : reconnectPolicy(options.reconnect ?? {});
  if (options.sasl !== undefined) (await import('../auth/sasl/mechanisms.ts')).allowedMechanisms(options.sasl);
  const { dialler, primary } = await withDeadline(options, clock, 'connect', async (signal) => {
    const environment = processEnvironment();
    const target = await resolveTarget(uri, environment);
    const route: Route = {
      target,
      environment,
      clock,
      readOnly: options.readOnly ?? false,
      credentials: credentialsFinder(options.credentials, target, environment),
      tls: options.tls,
      stream: options.stream,
    };
    const dialler: Dialler = { label: redactUri(uri ?? target.daemonUri), route, options };
    return { dialler, primary: await openChannel(dialler, { signal }) };
  });
  const alone = options.stream !== undefined || hasPrivateState(dialler.route.target);
  const open = (deadline: CallOptions): Promise<Channel> => openChannel(dialler, deadline);
  const session = (first: Channel): Session => ({
    primary: first,
    pool: new ChannelPool(first, { clock, maxSockets: alone ? 1 : maxSockets, open }),
  });
  return new Connection(session(primary), {
    clock,
    uri: dialler.label,
    reconnect: alone ? undefined : reconnect,
    open: async (deadline) => session(await open(deadline)),
  });
}

interface Dialler {
  /** The URI without credentials, for diagnostics. */
  readonly label: string;
  readonly route: Route;
  readonly options: ConnectOptions;
}

/** A new channel on which the URI is open. */
async function openChannel(dialler: Dialler, deadline?: CallOptions): Promise<Channel> {
  const { route, options } = dialler;
  const { target, clock, credentials } = route;
  const probe = options.stream === undefined ? (withinMs: number) => answers(dialler, withinMs) : undefined;
  const { stream, isSecure, secure } = await dial(route, deadline);
  if (stream.destroyed) throw endedError(stream.errored);
  const channel = new Channel(stream, { clock, uri: dialler.label, keepalive: options.keepalive, probe });
  const login: Login = {
    host: target.host ?? 'localhost',
    isSecure,
    secure,
    type: target.parameters['auth'],
    options: options.sasl,
    credentials: (request) => credentials({ service: 'libvirt', signal: deadline?.signal, ...request }),
  };
  try {
    await authenticate(channel, login, deadline);
    const flags = options.readOnly === true ? constants.VIR_CONNECT_RO : 0;
    await channel.call(remoteProcedures.connectOpen, { name: target.daemonUri, flags }, deadline);
    return channel;
  } catch (error) {
    channel.close();
    throw reasonOf(error);
  }
}

function endedError(cause: Error | null): LibvirtError {
  if (LibvirtError.isInstance(cause)) return cause;
  const why = cause === null ? '' : `: ${cause.message}`;
  const message = `the stream to the daemon has ended before it was used${why}`;
  return clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', message, { cause: cause ?? undefined });
}

/** Why there is no connection, where the way to the daemon broke before it could answer. */
function reasonOf(error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isConnectError(cause)) return cause;
  }
  return error;
}

/** Whether a new socket to the daemon gets an answer: a busy daemon gives one, a frozen one does not. */
async function answers({ label, route }: Dialler, withinMs: number): Promise<boolean> {
  const deadline = { timeoutMs: withinMs };
  try {
    const { stream } = await dial(route, deadline);
    const channel = new Channel(stream, { clock: route.clock, uri: label, keepalive: { intervalMs: 0 } });
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
