import type { LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from './call-options.ts';
import { type Channel, daemonPlaces, type StreamAnswer } from './channel.ts';
import { crowdedError, maxInFlight } from './channel-errors.ts';
import type { Clock } from './clock.ts';
import { watchDeadline } from './deadline.ts';
import type { Procedure, StreamProcedure } from './procedure.ts';
import { endsWork, isSlow } from './slow-procedures.ts';
import { withDeadline } from './with-deadline.ts';

/**
 * A daemon works on five calls of a socket at a time. So many of them may be slow; one more is left to what ends them, and
 * the last to quick ones.
 */
const slowPlaces = 3;
const endingPlaces = 4;

/** How long no further socket is tried after the daemon refused one. */
const refusalMs = 5000;

/** How long a further socket may take to open. */
const openingMs = 5000;

/** How long quick calls wait for it, before they go to the socket with the least to do. */
const openingPatienceMs = 250;

/** What a pool is made of. */
export interface ChannelPoolOptions {
  readonly clock: Clock;
  /** The most sockets that are opened, the first one included; 1 or more. */
  readonly maxSockets: number;
  /** Opens a further socket, ready for calls. */
  readonly open: (options: CallOptions) => Promise<Channel>;
}

/** What a call needs of a socket. */
interface Needs {
  /** How many of a socket's places may be taken for long when it is sent. */
  readonly places: number;
  /** It rather waits for such a place than for a turn on a busy socket. */
  readonly patient: boolean;
  /** The daemon answers it even while it works on others. */
  readonly high: boolean;
}

/** A call that waits for a socket with room. */
interface WaitingCall extends Needs {
  readonly start: (channel: Channel) => void;
}

function needsOf(procedure: Pick<Procedure<never>, 'name' | 'priority'>): Needs {
  const places = isSlow(procedure) ? slowPlaces : endsWork(procedure) ? endingPlaces : daemonPlaces;
  return { places, patient: places < daemonPlaces, high: procedure.priority === 'high' };
}

/**
 * The sockets of one connection. All calls share the first one until slow calls take its places; then further ones are
 * opened, so that neither quick calls nor signs of life ever wait behind slow calls. When all sockets are busy with slow
 * calls, further slow ones wait here for their turn.
 */
export class ChannelPool {
  private readonly options: ChannelPoolOptions;
  private readonly primary: Channel;
  private channels: Channel[];
  private readonly streaming = new Set<Channel>();
  private waiting: WaitingCall[] = [];
  private opening = false;
  /** Whether a further socket has been opening for longer than quick calls wait for it. */
  private openingDrags = false;
  private readonly closing = new AbortController();
  private refusedUntilMs = -Infinity;

  /**
   * @param primary - The first socket; when it ends, all do.
   * @param options - How further ones are opened.
   */
  constructor(primary: Channel, options: ChannelPoolOptions) {
    this.primary = primary;
    this.options = options;
    this.channels = [primary];
    primary.onSettled = () => this.startWaiting();
  }

  /** How many sockets are open. */
  get size(): number {
    return this.channels.length;
  }

  /**
   * Calls a procedure on the socket that is best for it.
   *
   * @throws {LibvirtError} see {@link Channel.call}.
   */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    const needs = needsOf(procedure);
    const channel = this.find(needs);
    return channel === undefined
      ? this.callLater(procedure, args, needs, options)
      : channel.call(procedure, args, options);
  }

  /**
   * Opens a stream on a socket of its own, so that a slow reader makes nobody else wait; on the only socket where the
   * pool may have no other.
   *
   * @throws {LibvirtError} see {@link Channel.openStream}.
   */
  async openStream<Args, Ret>(
    procedure: StreamProcedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ): Promise<StreamAnswer<Ret>> {
    const answer = await withDeadline(options, this.options.clock, procedure.name, (signal) =>
      this.options.maxSockets === 1
        ? this.primary.openStream(procedure, args, { signal })
        : this.openStreamApart(procedure, args, signal),
    );
    answer.stream.watch(options?.signal);
    return answer;
  }

  /** Ends all sockets. */
  close(reason?: LibvirtError): void {
    this.closing.abort();
    for (const channel of [...this.channels.splice(0), ...this.streaming]) channel.close(reason);
    this.startWaiting();
  }

  /** Whether a further socket may be opened now. */
  private get canOpen(): boolean {
    const refused = this.options.clock.monotonic() < this.refusedUntilMs;
    return this.channels.length < this.options.maxSockets && !refused && !this.openingDrags;
  }

  /** A socket with room. When none has and none can be opened, a quick call takes the one with the least to do. */
  private find({ places, patient, high }: Needs): Channel | undefined {
    if (this.channels.length === 0) return this.primary;
    // Five calls that hang may be sent before the first of them is known to: a call that never hangs keeps out of their way.
    const free = this.channels.find(
      (channel) => channel.occupied < places && (!high || channel.lowInFlight < daemonPlaces),
    );
    if (free !== undefined || patient || this.canOpen) return free;
    return this.channels.reduce((best, channel) => (channel.inFlight < best.inFlight ? channel : best));
  }

  private callLater<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    needs: Needs,
    options?: CallOptions,
  ): Promise<Ret> {
    const { clock } = this.options;
    const startedMs = clock.monotonic();
    return new Promise((resolve, reject) => {
      if (this.waiting.length >= maxInFlight) throw crowdedError(procedure);
      const onStop = (error: LibvirtError): void => {
        this.waiting = this.waiting.filter((other) => other !== call);
        this.primary.hold(-1);
        reject(error);
      };
      const release = watchDeadline(options, clock, procedure.name, onStop, false);
      const call: WaitingCall = {
        ...needs,
        start: (channel) => {
          release();
          this.primary.hold(-1);
          const leftMs = options?.timeoutMs && Math.max(1, options.timeoutMs - (clock.monotonic() - startedMs));
          channel.call(procedure, args, { ...options, timeoutMs: leftMs }).then(resolve, reject);
        },
      };
      this.primary.hold(1);
      this.waiting.push(call);
      void this.openFurther();
    });
  }

  /** Opens a stream on a socket of its own. @throws {LibvirtError} see {@link Channel.openStream}. */
  private async openStreamApart<Args, Ret>(
    procedure: StreamProcedure<Args, Ret>,
    args: Args,
    signal: AbortSignal,
  ): Promise<StreamAnswer<Ret>> {
    const channel = await this.options.open({ signal: AbortSignal.any([signal, this.closing.signal]) });
    this.streaming.add(channel);
    channel.onClose = () => this.streaming.delete(channel);
    if (!this.primary.isOpen) channel.close();
    try {
      const answer = await channel.openStream(procedure, args, { signal });
      answer.stream.onEnd = () => channel.close();
      return answer;
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  private startWaiting(): void {
    if (this.waiting.length === 0) return;
    const still: WaitingCall[] = [];
    for (const call of this.waiting.splice(0)) {
      const channel = this.find(call);
      if (channel === undefined) still.push(call);
      else call.start(channel);
    }
    this.waiting = still;
    if (still.length > 0) void this.openFurther();
  }

  private async openFurther(): Promise<void> {
    if (this.opening || !this.canOpen || this.channels.length === 0) return;
    this.opening = true;
    const cancel = this.options.clock.after(openingPatienceMs, () => {
      // Not asked of the clock: a timer may fire a fraction of a millisecond early.
      this.openingDrags = true;
      this.startWaiting();
    });
    try {
      this.adopt(await this.options.open({ signal: this.closing.signal, timeoutMs: openingMs }));
    } catch {
      // The daemon takes no further socket at present: those that are open have to do.
      this.refusedUntilMs = this.options.clock.monotonic() + refusalMs;
    }
    cancel();
    this.opening = false;
    this.openingDrags = false;
    this.startWaiting();
  }

  private adopt(channel: Channel): void {
    if (this.channels.length === 0 || !channel.isOpen) {
      channel.close();
      return;
    }
    this.channels.push(channel);
    channel.onSettled = () => this.startWaiting();
    channel.onClose = () => {
      this.channels = this.channels.filter((other) => other !== channel);
      this.startWaiting();
    };
  }
}
