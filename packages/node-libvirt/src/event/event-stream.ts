import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { BoundedQueue, type OverflowPolicy } from './bounded-queue.ts';
import type { GapEvent } from './gap-event.ts';

/** How many events may wait in a stream. */
export interface EventQueueOptions extends CallOptions {
  /** How many events may wait to be taken; 1 or more. @default 1024 */
  readonly queueSize?: number | undefined;
  /** Which event goes when so many wait. @default 'drop-oldest' */
  readonly overflow?: OverflowPolicy | undefined;
}

/** What a stream asks of its source. */
export interface StreamOwner {
  /** Ends the registration. */
  unsubscribe(): Promise<void>;
  /** Keeps the process alive while somebody waits for an event. */
  hold(change: 1 | -1): void;
}

interface Waiter<Item> {
  readonly resolve: (result: IteratorResult<Item, undefined>) => void;
  readonly reject: (error: LibvirtError) => void;
}

/**
 * Events as they come, for `for await` or {@link EventStream.forEach}. Leaving the loop ends the registration at the
 * daemon.
 *
 * A lost connection does not end it: when the connection is there again, a {@link GapEvent} tells what there is now and the
 * events go on. Where the connection does not come back (`reconnect: false`, or it gave up) the stream ends with
 * LIBVIRT_CONNECTION_LOST; the signal ends it with LIBVIRT_ABORTED, and closing the connection simply ends it. What had
 * come until then is still handed out first.
 */
export class EventStream<Event, Resource = unknown> implements AsyncIterableIterator<
  Event | GapEvent<Resource>,
  undefined
> {
  /** Resolves when the daemon has begun to send; rejects when it refused. Whatever happens after this is in the stream. */
  readonly ready: Promise<void>;

  private readonly queue: BoundedQueue<Event>;
  private readonly owner: StreamOwner;
  private readonly accepts: (event: Event) => boolean;
  private readonly waiters: Waiter<Event | GapEvent<Resource>>[] = [];
  private ending: { readonly error: LibvirtError | undefined } | undefined;

  /**
   * @param ready - Settles with the registration.
   * @param owner - Whom to tell when it ends.
   * @param options - Its queue.
   * @param accepts - Which events it takes.
   */
  constructor(
    ready: Promise<void>,
    owner: StreamOwner,
    options: EventQueueOptions,
    accepts: (event: Event) => boolean,
  ) {
    this.ready = ready;
    this.owner = owner;
    this.accepts = accepts;
    this.queue = new BoundedQueue(options.queueSize ?? 1024, options.overflow ?? 'drop-oldest');
    ready.catch((error: LibvirtError) => this.end(error));
  }

  /** How many events were dropped because nobody took them in time. */
  get dropped(): number {
    return this.queue.dropped;
  }

  /** Takes an event in; called by the connection. */
  push(event: Event): void {
    if (this.ending !== undefined || !this.accepts(event)) return;
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.queue.push(event);
    else this.serve(waiter, event);
  }

  /** Marks that events are missing; called by the connection. */
  pushGap(gap: GapEvent<Resource>): void {
    if (this.ending !== undefined) return;
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.queue.pushGap(gap as GapEvent<never>);
    else this.serve(waiter, gap);
  }

  private serve(waiter: Waiter<Event | GapEvent<Resource>>, value: Event | GapEvent<Resource>): void {
    this.owner.hold(-1);
    waiter.resolve({ done: false, value });
  }

  /** Ends the stream, with an error or without; called by the connection. */
  end(error?: LibvirtError): void {
    if (this.ending !== undefined) return;
    this.ending = { error };
    for (const waiter of this.waiters.splice(0)) {
      this.owner.hold(-1);
      if (error === undefined) waiter.resolve({ done: true, value: undefined });
      else waiter.reject(error);
      // The error is told once; whoever asks again is at the end.
      this.ending = { error: undefined };
    }
    void this.owner.unsubscribe();
  }

  /** The next event, or a {@link GapEvent} where events were dropped. */
  next(): Promise<IteratorResult<Event | GapEvent<Resource>, undefined>> {
    const value = this.queue.take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.ending === undefined) {
      this.owner.hold(1);
      return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
    }
    const { error } = this.ending;
    this.ending = { error: undefined };
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }

  /** Ends the stream and resolves when the daemon has stopped sending; more calls do nothing. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.end();
    while (this.queue.take() !== undefined);
    await this.owner.unsubscribe();
    return { done: true, value: undefined };
  }

  /**
   * Calls back with every event, one after the other, and resolves when the stream has ended.
   *
   * @param listener - What it returns is waited for; when it throws, the stream ends and this rejects with it.
   */
  async forEach(listener: (event: Event | GapEvent<Resource>) => unknown): Promise<void> {
    for await (const event of this) await listener(event);
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the stream, as {@link EventStream.return} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/**
 * Checks how many events may wait.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when it is no integer from 1.
 */
export function checkQueueSize(name: string, { queueSize }: EventQueueOptions): void {
  if (queueSize === undefined || (Number.isInteger(queueSize) && queueSize >= 1)) return;
  const message = `${name}: queueSize must be an integer from 1, not ${queueSize}`;
  throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
}
