import type { LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { BoundedQueue, type OverflowPolicy } from './bounded-queue.ts';
import type { DomainEvent, DomainEventType, GapEvent } from './domain-event.ts';

/** Which events are wanted and how many may wait. */
export interface DomainEventOptions extends CallOptions {
  /** The kinds of events. @default ['lifecycle'] */
  readonly types?: readonly DomainEventType[] | undefined;
  /** Only events of this domain; anything with its UUID. @default all domains */
  readonly domain?: { readonly uuid: string } | undefined;
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

interface Waiter {
  readonly resolve: (result: IteratorResult<DomainEvent | GapEvent, undefined>) => void;
  readonly reject: (error: LibvirtError) => void;
}

/**
 * Events as they come, for `for await`. Leaving the loop ends the registration at the daemon. A lost connection ends it
 * with LIBVIRT_CONNECTION_LOST, the signal with LIBVIRT_ABORTED, and closing the connection simply ends it; what had come
 * until then is still handed out first.
 */
export class DomainEventStream implements AsyncIterableIterator<DomainEvent | GapEvent, undefined> {
  /** Resolves when the daemon has begun to send; rejects when it refused. Whatever happens after this is in the stream. */
  readonly ready: Promise<void>;

  private readonly queue: BoundedQueue<DomainEvent>;
  private readonly owner: StreamOwner;
  private readonly uuid: string | undefined;
  private readonly waiters: Waiter[] = [];
  private ending: { readonly error: LibvirtError | undefined } | undefined;

  /**
   * @param ready - Settles with the registration.
   * @param owner - Whom to tell when it ends.
   * @param options - Its queue.
   */
  constructor(ready: Promise<void>, owner: StreamOwner, options: DomainEventOptions) {
    this.ready = ready;
    this.owner = owner;
    this.uuid = options.domain?.uuid.toLowerCase();
    this.queue = new BoundedQueue(options.queueSize ?? 1024, options.overflow ?? 'drop-oldest');
    ready.catch((error: LibvirtError) => this.end(error));
  }

  /** How many events were dropped because nobody took them in time. */
  get dropped(): number {
    return this.queue.dropped;
  }

  /** Takes an event in; called by the connection. */
  push(event: DomainEvent): void {
    if (this.ending !== undefined || (this.uuid !== undefined && event.domain.uuid !== this.uuid)) return;
    const waiter = this.waiters.shift();
    if (waiter === undefined) {
      this.queue.push(event);
      return;
    }
    this.owner.hold(-1);
    waiter.resolve({ done: false, value: event });
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
  next(): Promise<IteratorResult<DomainEvent | GapEvent, undefined>> {
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
    await this.owner.unsubscribe();
    return { done: true, value: undefined };
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the stream, as {@link DomainEventStream.return} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
