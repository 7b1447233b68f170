import { Domain } from '../domain/domain.ts';
import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import { DomainEventHub } from '../event/domain-event-hub.ts';
import type { DomainEventOptions, DomainEventStream } from '../event/domain-event-stream.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Channel } from '../rpc/channel.ts';
import type { ChannelPool } from '../rpc/channel-pool.ts';
import type { Clock } from '../rpc/clock.ts';
import type { Procedure } from '../rpc/procedure.ts';
import { rawCalls, type RawCalls } from './raw-calls.ts';
import { StorageCalls } from './storage-calls.ts';

const farewellMs = 1000;

/**
 * A connection to a libvirt daemon, made by {@link connect}.
 *
 * Any number of calls may run at once. Every method takes `{ signal, timeoutMs }` and rejects with {@link LibvirtError}:
 * what the daemon reported, `LIBVIRT_ABORTED`, `LIBVIRT_TIMEOUT`, `LIBVIRT_CONNECTION_LOST` or `LIBVIRT_CONNECTION_CLOSED`.
 * It keeps the process alive only while somebody waits for an answer or an event.
 */
export class Connection extends StorageCalls {
  /** Every procedure of the protocol as a typed method. */
  override readonly raw: RawCalls;
  /** Resolves when the connection has ended: with the error that ended it, or with nothing when it was closed. */
  readonly closed: Promise<LibvirtError | undefined>;

  private readonly primary: Channel;
  private readonly pool: ChannelPool;
  private readonly events: DomainEventHub;
  private closing: Promise<void> | undefined;

  /**
   * @param primary - The first socket, opened.
   * @param pool - All sockets.
   * @param clock - Where time comes from.
   */
  constructor(primary: Channel, pool: ChannelPool, clock: Clock) {
    super();
    this.primary = primary;
    this.pool = pool;
    this.raw = rawCalls((procedure, args, options) => this.call(procedure, args, options));
    this.events = new DomainEventHub(primary, clock, (reference) => new Domain(this.raw, reference));
    primary.onMessage = (head, payload) => this.events.receive(head, payload);
    this.closed = new Promise((resolve) => {
      primary.onClose = (reason) => {
        pool.close(reason);
        this.events.end(reason);
        resolve(reason);
      };
    });
  }

  /** Whether calls can still be made. */
  get isOpen(): boolean {
    return this.primary.isOpen && this.closing === undefined;
  }

  /** Calls any procedure of `procedures`; {@link Connection.raw} has the same as methods. */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    if (this.closing !== undefined) return Promise.reject(closedError(procedure.name));
    return this.pool.call(procedure, args, options);
  }

  /**
   * The events of domains as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * for await (const event of connection.domainEvents()) {
   *   if (event.type === 'lifecycle') console.log(event.domain.name, event.event, event.detail);
   * }
   * ```
   */
  domainEvents(options: DomainEventOptions = {}): DomainEventStream {
    if (!this.isOpen) throw closedError('domainEvents');
    return this.events.subscribe(options);
  }

  /** Takes leave of the daemon and ends the connection; calls that still wait reject. More calls do nothing. */
  close(): Promise<void> {
    this.closing ??= this.farewell();
    return this.closing;
  }

  /** Closes the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async farewell(): Promise<void> {
    try {
      await this.primary.call(remoteProcedures.connectClose, undefined, { timeoutMs: farewellMs });
    } catch {
      // A daemon that does not answer will notice.
    }
    this.primary.close();
  }
}

function closedError(procedure: string): LibvirtError {
  const message = `${procedure}: the connection is closed, it was not sent`;
  return clientError('LIBVIRT_CONNECTION_CLOSED', 'unavailable', message, { procedure });
}
