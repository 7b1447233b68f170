import { diagnosticChannels, type StateDiagnostic } from '../diagnostics/channels.ts';
import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import { EventHub } from '../event/event-hub.ts';
import { checkQueueSize, type EventQueueOptions, EventStream } from '../event/event-stream.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { StreamAnswer } from '../rpc/channel.ts';
import { abortedError } from '../rpc/deadline.ts';
import type { Procedure, StreamProcedure } from '../rpc/procedure.ts';
import type { ConnectionState, ConnectionStateEvent } from './connection-state.ts';
import { EventCalls } from './event-calls.ts';
import { Lifeline, type LifelineOptions, type Session } from './lifeline.ts';
import { rawCalls, type RawCalls } from './raw-calls.ts';

const farewellMs = 1000;

/**
 * A connection to a libvirt daemon, made by {@link connect}.
 *
 * Any number of calls may run at once. Every method takes `{ signal, timeoutMs }` and rejects with {@link LibvirtError}:
 * what the daemon reported, `LIBVIRT_ABORTED`, `LIBVIRT_TIMEOUT`, `LIBVIRT_CONNECTION_LOST` or `LIBVIRT_CONNECTION_CLOSED`.
 *
 * When the connection is lost, every call that waits rejects at once with `LIBVIRT_CONNECTION_LOST`; the next call connects
 * anew, and streams of events do so by themselves and go on after a gap (`reconnect` of {@link ConnectOptions}). The
 * connection keeps the process alive only while somebody waits for an answer or an event.
 */
export class Connection extends EventCalls {
  /** Every procedure of the protocol as a typed method. */
  override readonly raw: RawCalls;
  /** Resolves when the connection has ended for good: with the error that ended it, or with nothing when it was closed. */
  readonly closed: Promise<LibvirtError | undefined>;

  private readonly lifeline: Lifeline;
  private readonly events: EventHub;
  private readonly stateStreams = new Set<EventStream<ConnectionStateEvent, never>>();
  private closing: Promise<void> | undefined;

  /**
   * @param session - The first session, open.
   * @param options - How further ones are opened.
   */
  constructor(session: Session, options: LifelineOptions) {
    super();
    const { clock } = options;
    this.raw = rawCalls({
      call: (procedure, args, callOptions) => this.call(procedure, args, callOptions),
      openStream: (procedure, args, callOptions) => this.openStream(procedure, args, callOptions),
      clock,
    });
    let settle: (reason: LibvirtError | undefined) => void;
    this.closed = new Promise((resolve) => (settle = resolve));
    this.lifeline = new Lifeline(
      {
        isWanted: () => this.events.size > 0,
        onState: (event) => {
          publishState(options.uri, event);
          for (const stream of this.stateStreams) stream.push(event);
        },
        onSession: (current, first) => {
          current.primary.onMessage = (head, payload) => this.events.receive(head, payload);
          if (!first) void this.events.resume(current.primary);
        },
        onLoss: () => this.events.suspend(),
        onEnd: (reason) => {
          this.events.end(reason);
          for (const stream of this.stateStreams) stream.end();
          settle(reason);
        },
      },
      options,
    );
    this.events = new EventHub({
      clock,
      channel: () => this.lifeline.session?.primary,
      wake: () => this.lifeline.wake(),
      hold: (change) => this.lifeline.hold(change),
    });
    this.lifeline.start(session);
  }

  /** Whether calls can be made: true until it was closed or gave up coming back. */
  get isOpen(): boolean {
    return this.closing === undefined && this.lifeline.state !== 'closed';
  }

  /** What becomes of it. */
  get state(): ConnectionState {
    return this.closing === undefined ? this.lifeline.state : 'closed';
  }

  /**
   * The changes of {@link Connection.state} as they come; the stream ends with the connection.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for a queue size below 1, LIBVIRT_CONNECTION_CLOSED.
   */
  stateEvents(options: EventQueueOptions = {}): EventStream<ConnectionStateEvent, never> {
    if (!this.isOpen) throw closedError('stateEvents');
    checkQueueSize('stateEvents', options);
    const { signal } = options;
    const onAbort = (): void => stream.end(abortedError('stateEvents', signal, false));
    const stream: EventStream<ConnectionStateEvent, never> = new EventStream<ConnectionStateEvent, never>(
      Promise.resolve(),
      {
        hold: (change) => this.lifeline.hold(change),
        unsubscribe: async () => {
          signal?.removeEventListener('abort', onAbort);
          this.stateStreams.delete(stream);
        },
      },
      options,
      () => true,
    );
    this.stateStreams.add(stream);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
    return stream;
  }

  /** Calls any procedure of `procedures`; {@link Connection.raw} has the same as methods. */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    if (this.closing !== undefined) return Promise.reject(closedError(procedure.name));
    const { session } = this.lifeline;
    if (session !== undefined) return session.pool.call(procedure, args, options);
    return this.whenBack(procedure.name, options, ({ pool }, left) => pool.call(procedure, args, left));
  }

  /** Opens a stream by any procedure of `procedures` that has one; {@link Connection.raw} has the same as methods. */
  openStream<Args, Ret>(
    procedure: StreamProcedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ): Promise<StreamAnswer<Ret>> {
    if (this.closing !== undefined) return Promise.reject(closedError(procedure.name));
    return this.whenBack(procedure.name, options, ({ pool }, left) => pool.openStream(procedure, args, left));
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

  /** @throws {LibvirtError} LIBVIRT_CONNECTION_CLOSED. */
  protected override eventHub(name: string): EventHub {
    if (!this.isOpen) throw closedError(name);
    return this.events;
  }

  /** Does something in a session, with what is left of the deadline when there is one. */
  private async whenBack<Value>(
    name: string,
    options: CallOptions | undefined,
    work: (session: Session, options?: CallOptions) => Promise<Value>,
  ): Promise<Value> {
    const clock = this.lifeline.clock;
    const startMs = clock.monotonic();
    const session = await this.lifeline.acquire(name, options);
    const timeoutMs = options?.timeoutMs && Math.max(1, options.timeoutMs - (clock.monotonic() - startMs));
    return work(session, { ...options, timeoutMs });
  }

  private async farewell(): Promise<void> {
    try {
      await this.lifeline.session?.primary.call(remoteProcedures.connectClose, undefined, { timeoutMs: farewellMs });
    } catch {
      // A daemon that does not answer will notice.
    }
    this.lifeline.end();
  }
}

function publishState(uri: string | undefined, { state, attempts, error }: ConnectionStateEvent): void {
  if (!diagnosticChannels.state.hasSubscribers) return;
  const message: StateDiagnostic = { uri: uri ?? '', state, attempts, errorCode: error?.code };
  diagnosticChannels.state.publish(message);
}

function closedError(procedure: string): LibvirtError {
  const message = `${procedure}: the connection is closed, it was not sent`;
  return clientError('LIBVIRT_CONNECTION_CLOSED', 'unavailable', message, { procedure });
}
