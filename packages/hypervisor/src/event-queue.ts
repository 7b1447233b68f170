import type { Clock } from '@novacron/core';
import { HypervisorError } from './error.ts';
import type { EventKind, EventsLost, HypervisorEvent, ResourceEvent, VmNotice } from './spec/events.ts';
import type { EventsOptions } from './spec/hypervisor.ts';

/** Hands events to any number of readers, each with a bounded queue of its own. For drivers. */
export class EventQueue {
  readonly #readers = new Set<Reader>();
  readonly #clock: Clock;
  #ended: { readonly error?: unknown } | undefined;

  /** @param clock - Stamps the `lost` events. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hands an event to all present readers. Never waits. */
  push(event: HypervisorEvent): void {
    for (const reader of this.#readers) reader.push(event);
  }

  /** Ends every reader, with an error when one is given; readers that come later end at once. */
  end(error?: unknown): void {
    this.#ended ??= { error };
    for (const reader of this.#readers) reader.end(error);
  }

  /**
   * A reader of all events from now on: the queue listens from this call, not from the first `next()`. When the signal
   * fires it ends at once, and what it had not handed out yet is dropped.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when `queueLimit` is not a whole number above 0, or a kind is none.
   */
  read(options: EventsOptions = {}): AsyncIterableIterator<HypervisorEvent> {
    const kinds = checkedKinds(options.kinds);
    const reader = new Reader(checkedQueueLimit(options.queueLimit), this.#clock, kinds, () => {
      this.#readers.delete(reader);
      options.signal?.removeEventListener('abort', stop);
    });
    const stop = (): void => void reader.return();
    if (this.#ended !== undefined) reader.end(this.#ended.error);
    else if (options.signal?.aborted) reader.end();
    else {
      this.#readers.add(reader);
      options.signal?.addEventListener('abort', stop, { once: true });
    }
    return reader;
  }
}

/**
 * The limit of a reader's queue, checked. For drivers.
 *
 * @param queueLimit - What the caller asked for. @default 1000
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it is not a whole number above 0.
 */
export function checkedQueueLimit(queueLimit: number = 1000): number {
  if (Number.isInteger(queueLimit) && queueLimit >= 1) return queueLimit;
  throw new HypervisorError({
    kind: 'invalid',
    message: `queueLimit must be a whole number above 0, not ${JSON.stringify(queueLimit) ?? typeof queueLimit}`,
    details: { queueLimit },
  });
}

/** The kinds of the events that are no change of a machine's state. */
const kindByType: Readonly<Record<(VmNotice | ResourceEvent)['type'], EventKind>> = {
  'device-added': 'device',
  'device-removed': 'device',
  'device-removal-failed': 'device',
  'io-error': 'problem',
  watchdog: 'problem',
  'block-job': 'job',
  'agent-connected': 'agent',
  'agent-disconnected': 'agent',
  network: 'network',
  pool: 'pool',
};
const allKinds: ReadonlySet<unknown> = new Set(['state', ...Object.values(kindByType)]);

const kindOf = ({ type }: Exclude<HypervisorEvent, EventsLost>): EventKind =>
  (kindByType as Readonly<Record<string, EventKind | undefined>>)[type] ?? 'state';

/**
 * The kinds of events that a reader wants, checked. For drivers.
 *
 * @param kinds - What the caller asked for. @default ['state']
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when one is none, or none is asked for.
 */
export function checkedKinds(kinds: readonly EventKind[] = ['state']): ReadonlySet<EventKind> {
  const isSound = Array.isArray(kinds) && kinds.length > 0 && kinds.every((kind) => allKinds.has(kind));
  if (isSound) return new Set(kinds);
  throw new HypervisorError({
    kind: 'invalid',
    message: `kinds must be among ${[...allKinds].join(', ')}`,
    details: { kinds },
  });
}

type Result = IteratorResult<HypervisorEvent, undefined>;

/** One reader's side of the queue. */
class Reader implements AsyncIterableIterator<HypervisorEvent> {
  #events: HypervisorEvent[] = [];
  #lost = 0;
  #ended = false;
  #error: unknown;
  #waiting: { readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void }[] = [];
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #kinds: ReadonlySet<EventKind>;
  readonly #release: () => void;

  constructor(limit: number, clock: Clock, kinds: ReadonlySet<EventKind>, release: () => void) {
    this.#limit = limit;
    this.#clock = clock;
    this.#kinds = kinds;
    this.#release = release;
  }

  push(event: HypervisorEvent): void {
    if (event.type !== 'lost' && !this.#kinds.has(kindOf(event))) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting.resolve({ done: false, value: event });
    this.#events.push(event);
    if (this.#events.length > this.#limit) {
      this.#events.shift();
      this.#lost++;
    }
  }

  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#release();
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) this.#error = error; // for the next one who asks
    for (const { resolve, reject } of waiting) {
      if (error === undefined) resolve({ done: true, value: undefined });
      else reject(error);
    }
  }

  next(): Promise<Result> {
    if (this.#lost > 0) {
      const count = this.#lost;
      this.#lost = 0;
      return Promise.resolve({ done: false, value: { type: 'lost', count, timeMs: this.#clock.now() } });
    }
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#ended) {
      const error = this.#error;
      this.#error = undefined; // told once, then the end
      return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<Result> {
    this.#events = [];
    this.#lost = 0;
    this.#error = undefined;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
