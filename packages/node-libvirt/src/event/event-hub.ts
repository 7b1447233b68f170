import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import type { Channel } from '../rpc/channel.ts';
import type { Clock } from '../rpc/clock.ts';
import { abortedError } from '../rpc/deadline.ts';
import type { FrameHead } from '../rpc/frame.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import type { XdrReader } from '../xdr/reader.ts';
import type { EventBody, EventFamily, EventSource } from './event-source.ts';
import { type EventQueueOptions, EventStream } from './event-stream.ts';

/** How many messages are kept while the daemon's answer to a registration is on its way. */
const earlyLimit = 4096;

/** How long a daemon may take to list what there is after a gap. */
const listingMs = 30_000;

/** The one registration for a kind of event at the daemon, shared by all streams that want it. */
interface Registration {
  readonly source: EventSource<unknown>;
  readonly streams: Set<AnyStream>;
  /** Settles with the daemon's answer on the channel of now. */
  registered: Promise<number>;
  callbackId: number | undefined;
  /** Messages that came before they can be handed out. */
  early: EventBody[];
  /** Whether messages have to wait: for the answer, or for the list after a gap. */
  held: boolean;
}

type AnyStream = EventStream<unknown>;

/** What an {@link EventHub} needs of its connection. */
export interface EventHubOwner {
  readonly clock: Clock;
  /** The channel of now; rejects when there is none to come. */
  channel(): Promise<Channel>;
  /** Keeps the process alive while somebody waits for an event. */
  hold(change: 1 | -1): void;
}

/** Registers for events at the daemon, hands them to the streams of one connection, and does so anew on the next channel. */
export class EventHub {
  private readonly owner: EventHubOwner;
  private readonly registrations = new Map<string, Registration>();
  private readonly families = new Map<AnyStream, EventFamily<unknown>>();

  /** @param owner - The connection. */
  constructor(owner: EventHubOwner) {
    this.owner = owner;
  }

  /** How many streams are open. */
  get size(): number {
    return this.families.size;
  }

  /**
   * Opens a stream of events.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for a queue size below 1.
   */
  subscribe<Event, Resource>(
    family: EventFamily<Resource>,
    sources: readonly EventSource<Event>[],
    options: EventQueueOptions,
    accepts: (event: Event) => boolean = () => true,
  ): EventStream<Event, Resource> {
    checkQueueSize(family.name, options);
    const { signal } = options;
    const registrations = signal?.aborted ? [] : sources.map((source) => this.register(source));
    const registered = allRegistered(registrations, family);
    const ready = withDeadline(options, this.owner.clock, family.name, () => registered);

    const onAbort = (): void => stream.end(abortedError(family.name, signal, false));
    signal?.addEventListener('abort', onAbort);
    let unsubscribed: Promise<void> | undefined;
    const stream: EventStream<Event, Resource> = new EventStream<Event, Resource>(
      ready,
      {
        hold: (change) => this.owner.hold(change),
        unsubscribe: (): Promise<void> => {
          signal?.removeEventListener('abort', onAbort);
          return (unsubscribed ??= this.unsubscribe(stream as AnyStream, registrations));
        },
      },
      options,
      accepts,
    );
    for (const registration of registrations) registration.streams.add(stream as AnyStream);
    this.families.set(stream as AnyStream, family);
    return stream;
  }

  /** Takes a message of the daemon. @throws {XdrError} when it can't be decoded. */
  receive(head: FrameHead, payload: XdrReader): void {
    let body: EventBody | undefined;
    for (const registration of this.registrations.values()) {
      const { message } = registration.source;
      if (message.number !== head.procedure || message.program !== head.program) continue;
      body ??= message.decode(payload) as EventBody;
      if (!registration.held) this.deliver(registration, body);
      else if (registration.early.length < earlyLimit) registration.early.push(body);
    }
  }

  /** Registers anew on a channel that took another's place, and tells every stream what there is now. */
  async resume(channel: Channel): Promise<void> {
    for (const registration of this.registrations.values()) this.enrol(registration, Promise.resolve(channel), true);
    const families = new Set(this.families.values());
    await Promise.all(Array.from(families, (family) => this.tellGap(family)));
  }

  /** Ends all streams: the connection has ended. */
  end(reason: LibvirtError | undefined): void {
    this.registrations.clear();
    for (const stream of this.families.keys()) stream.end(reason);
  }

  private register(source: EventSource<unknown>): Registration {
    const known = this.registrations.get(source.key);
    if (known !== undefined) return known;
    const registration: Registration = {
      source,
      streams: new Set(),
      registered: Promise.resolve(0),
      callbackId: undefined,
      early: [],
      held: true,
    };
    this.registrations.set(source.key, registration);
    this.enrol(registration, this.owner.channel(), false);
    return registration;
  }

  /** Asks the daemon to send; messages are kept until its answer, or for longer if asked. */
  private enrol(registration: Registration, channel: Promise<Channel>, keepHeld: boolean): void {
    registration.held = true;
    registration.callbackId = undefined;
    registration.early = [];
    registration.registered = channel.then(async (open) => {
      const callbackId = await registration.source.register(open);
      registration.callbackId = callbackId;
      if (!keepHeld) this.letGo(registration);
      return callbackId;
    });
    registration.registered.catch((error: LibvirtError) => {
      // Lost on the way: the next channel brings another attempt. Refused: that is the end of it.
      if (error.retryable && this.registrations.get(registration.source.key) === registration) return;
      this.forget(registration);
      for (const stream of registration.streams) {
        if (this.families.get(stream)?.acceptsRefusals !== true || error.kind !== 'unsupported') stream.end(error);
      }
    });
  }

  private letGo(registration: Registration): void {
    registration.held = false;
    for (const body of registration.early.splice(0)) this.deliver(registration, body);
  }

  private deliver(registration: Registration, body: EventBody): void {
    if (body.callbackID !== registration.callbackId) return;
    const event = registration.source.read(body as never);
    for (const stream of registration.streams) stream.push(event);
  }

  private async tellGap(family: EventFamily<unknown>): Promise<void> {
    const streams = Array.from(this.families).flatMap(([stream, of]) => (of === family ? [stream] : []));
    const registrations = [...this.registrations.values()].filter(({ streams: set }) =>
      streams.some((s) => set.has(s)),
    );
    try {
      await allRegistered(registrations, family);
      const current = await family.list({ timeoutMs: listingMs });
      for (const stream of streams) {
        stream.pushGap({ type: 'gap', reason: 'reconnect', dropped: undefined, current });
      }
      for (const registration of registrations) this.letGo(registration);
    } catch {
      // The connection went again, and will come back with a gap; or the daemon refused, and the streams have ended.
    }
  }

  private async unsubscribe(stream: AnyStream, registrations: readonly Registration[]): Promise<void> {
    this.families.delete(stream);
    await Promise.all(registrations.map((registration) => this.release(stream, registration)));
  }

  private async release(stream: AnyStream, registration: Registration): Promise<void> {
    registration.streams.delete(stream);
    if (registration.streams.size > 0 || !this.forget(registration)) return;
    try {
      const callbackId = await registration.registered;
      await registration.source.deregister(await this.owner.channel(), callbackId);
    } catch {
      // Not registered, or the connection is gone and the registration with it.
    }
  }

  private forget(registration: Registration): boolean {
    const { key } = registration.source;
    return this.registrations.get(key) === registration && this.registrations.delete(key);
  }
}

/** Resolves when the daemon sends all kinds, or all that it knows where that is enough. */
async function allRegistered(registrations: readonly Registration[], family: EventFamily<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled(registrations.map(({ registered }) => registered));
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
  const serious = refusals.find(
    ({ reason }) => family.acceptsRefusals !== true || (reason as LibvirtError).kind !== 'unsupported',
  );
  const first = serious ?? (refusals.length === outcomes.length ? refusals[0] : undefined);
  if (first !== undefined) throw first.reason;
}

function checkQueueSize(name: string, { queueSize }: EventQueueOptions): void {
  if (queueSize === undefined || (Number.isInteger(queueSize) && queueSize >= 1)) return;
  throw clientError(
    'LIBVIRT_ARGUMENT_INVALID',
    'invalid',
    `${name}: queueSize must be an integer from 1, not ${queueSize}`,
  );
}
