import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Channel } from '../rpc/channel.ts';
import type { ChannelPool } from '../rpc/channel-pool.ts';
import type { Clock } from '../rpc/clock.ts';
import { watchDeadline } from '../rpc/deadline.ts';
import type { ConnectionState, ConnectionStateEvent } from './connection-state.ts';
import { delayAfter, type ReconnectPolicy } from './reconnect-options.ts';

/** The sockets of a connection between two losses. */
export interface Session {
  /** The first socket, where events arrive; when it ends, all do. */
  readonly primary: Channel;
  /** All of them. */
  readonly pool: ChannelPool;
}

/** What a {@link Lifeline} tells its connection. */
export interface LifelineOwner {
  /** A session began; `first` unless it took another's place. */
  onSession(session: Session, first: boolean): void;
  /** The session was lost, and another may come. */
  onLoss(): void;
  /** The connection has ended for good. */
  onEnd(reason: LibvirtError | undefined): void;
  /** The state changed. */
  onState(event: ConnectionStateEvent): void;
  /** Whether to come back at once when the connection is lost, rather than with the next call. */
  isWanted(): boolean;
}

/** How a {@link Lifeline} makes sessions. */
export interface LifelineOptions {
  readonly clock: Clock;
  /** Which daemon, without credentials: for diagnostics. */
  readonly uri?: string | undefined;
  /** Opens a further session. */
  readonly open: (options: CallOptions) => Promise<Session>;
  /** How to come back; absent when a loss is the end. */
  readonly reconnect: ReconnectPolicy | undefined;
}

interface Waiter {
  readonly resolve: (session: Session) => void;
  readonly reject: (error: LibvirtError) => void;
}

/** Longer than any timer that matters; it only keeps the process alive. */
const idleMs = 2_147_483_647;

/** Keeps a connection in a session: opens the next when one is lost, as the policy says. */
export class Lifeline {
  private readonly owner: LifelineOwner;
  private readonly options: LifelineOptions;
  private readonly waiters = new Set<Waiter>();
  private readonly ending = new AbortController();
  private current: Session | undefined;
  private lost: LibvirtError | undefined;
  private ended = false;
  private restoring = false;
  private attempts = 0;
  private holds = 0;
  private heldChannel: Channel | undefined;
  private endPause: () => void = () => {};
  private heldTimer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param owner - The connection.
   * @param options - How sessions are made.
   */
  constructor(owner: LifelineOwner, options: LifelineOptions) {
    this.owner = owner;
    this.options = options;
  }

  /** Begins with a session that is open. */
  start(session: Session): void {
    this.adopt(session, true);
  }

  /** The state of now. */
  get state(): ConnectionState {
    if (this.ended) return 'closed';
    return this.current === undefined ? 'disconnected' : 'connected';
  }

  /** Where time comes from. */
  get clock(): Clock {
    return this.options.clock;
  }

  /** The session of now, if there is one. */
  get session(): Session | undefined {
    return this.current;
  }

  /**
   * Waits for a session; asks for one if nobody does yet.
   *
   * @param options - The deadline of the call that wants it; `waitMs` of the policy holds besides.
   * @param name - The call, for messages.
   * @throws {LibvirtError} what keeps the connection from coming back; LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
   */
  acquire(name: string, options?: CallOptions): Promise<Session> {
    if (this.current !== undefined) return Promise.resolve(this.current);
    const { clock, reconnect } = this.options;
    if (this.ended || reconnect === undefined) return Promise.reject(this.endedError(name));
    return new Promise((resolve, reject) => {
      const release = watchDeadline(options, clock, name, (error) => settle(() => reject(error)), false);
      const giveUp = (): void => settle(() => reject(this.endedError(name)));
      const cancel = clock.after(reconnect.waitMs, giveUp);
      const settle = (act: () => void): void => {
        if (!this.waiters.delete(waiter)) return;
        release();
        cancel();
        this.hold(-1);
        act();
      };
      const waiter: Waiter = {
        resolve: (session) => settle(() => resolve(session)),
        reject: () => giveUp(),
      };
      this.waiters.add(waiter);
      this.hold(1);
      this.wake();
    });
  }

  /** Asks for a session now, whatever pause is being made. */
  wake(): void {
    this.endPause();
    void this.restore();
  }

  /** Keeps the process alive (1) or lets go again (-1), over all sessions. */
  hold(change: 1 | -1): void {
    this.holds += change;
    this.applyHold();
  }

  /** Ends it for good. */
  end(reason?: LibvirtError): void {
    if (this.ended) return;
    this.ended = true;
    this.lost = reason;
    const session = this.current;
    this.current = undefined;
    this.applyHold();
    this.ending.abort();
    this.endPause();
    session?.primary.close(reason);
    session?.pool.close(reason);
    for (const waiter of this.waiters) waiter.reject(this.endedError('connect'));
    this.owner.onState({ type: 'state', state: 'closed', error: reason, attempts: this.attempts });
    this.owner.onEnd(reason);
  }

  private adopt(session: Session, first: boolean): void {
    this.current = session;
    this.attempts = 0;
    session.primary.onClose = (reason) => this.handleLoss(session, reason);
    this.applyHold();
    this.owner.onSession(session, first);
    // It may have died with the answer to its opening.
    if (!session.primary.isOpen) {
      this.handleLoss(session, session.primary.endReason);
      return;
    }
    if (!first) this.owner.onState({ type: 'state', state: 'connected', error: undefined, attempts: 0 });
    for (const waiter of this.waiters) waiter.resolve(session);
  }

  private handleLoss(session: Session, reason: LibvirtError | undefined): void {
    session.pool.close(reason);
    if (this.current !== session) return;
    this.current = undefined;
    this.lost = reason;
    this.applyHold();
    if (this.options.reconnect === undefined || reason === undefined || !reason.retryable) {
      this.end(reason);
      return;
    }
    this.owner.onLoss();
    this.owner.onState({ type: 'state', state: 'disconnected', error: reason, attempts: 0 });
    if (this.owner.isWanted()) void this.restore();
  }

  /** Tries until there is a session, or nobody wants one any more. */
  private async restore(): Promise<void> {
    const { reconnect, open } = this.options;
    if (this.restoring || reconnect === undefined) return;
    this.restoring = true;
    while (!this.ended && this.current === undefined && (this.waiters.size > 0 || this.owner.isWanted())) {
      try {
        const session = await open({ signal: this.ending.signal });
        if (this.ended) session.primary.close();
        else this.adopt(session, false);
      } catch (error) {
        await this.handleFailure(LibvirtError.isInstance(error) ? error : undefined, reconnect);
      }
    }
    this.restoring = false;
  }

  private async handleFailure(error: LibvirtError | undefined, policy: ReconnectPolicy): Promise<void> {
    if (this.ended) return;
    this.attempts++;
    this.lost = error ?? this.lost;
    if (this.attempts >= policy.maxAttempts || error?.retryable !== true) {
      this.end(this.lost);
      return;
    }
    this.owner.onState({ type: 'state', state: 'disconnected', error, attempts: this.attempts });
    await this.pause(delayAfter(this.attempts, policy));
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(delayMs, () => this.endPause());
      this.endPause = () => {
        this.endPause = () => {};
        cancel();
        resolve();
      };
    });
  }

  /** A socket that is referenced keeps the process alive; while there is none, a timer does. */
  private applyHold(): void {
    const channel = this.holds > 0 ? this.current?.primary : undefined;
    if (channel !== this.heldChannel) {
      this.heldChannel?.hold(-1);
      channel?.hold(1);
      this.heldChannel = channel;
    }
    const waits = this.holds > 0 && this.current === undefined && !this.ended;
    if (waits) this.heldTimer ??= setInterval(() => {}, idleMs);
    else if (this.heldTimer !== undefined) {
      clearInterval(this.heldTimer);
      this.heldTimer = undefined;
    }
  }

  private endedError(name: string): LibvirtError {
    const rest = { procedure: name, cause: this.lost };
    return this.lost === undefined
      ? clientError(
          'LIBVIRT_CONNECTION_CLOSED',
          'unavailable',
          `${name}: the connection is closed, it was not sent`,
          rest,
        )
      : clientError('LIBVIRT_CONNECTION_LOST', 'unavailable', `${name}: ${this.lost.message}; it was not sent`, rest);
  }
}
