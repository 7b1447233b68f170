import type { LibvirtError } from '../error/libvirt-error.ts';
import type { Channel } from '../rpc/channel.ts';
import type { Clock } from '../rpc/clock.ts';
import { abortedError } from '../rpc/deadline.ts';
import type { FrameHead } from '../rpc/frame.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import type { XdrReader } from '../xdr/reader.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import { checkQueueSize, type EventQueueOptions, EventStream } from './event-stream.ts';
import { Registration } from './registration.ts';

/** How long a daemon may take to list what there is after a gap. */
const listingMs = 30_000;

type AnyStream = EventStream<unknown>;

/** What an {@link EventHub} needs of its connection. */
export interface EventHubOwner {
  readonly clock: Clock;
  /** The channel of now, if there is one. */
  channel(): Channel | undefined;
  /** Asks for a channel where there is none: {@link EventHub.resume} is called when it is there. */
  wake(): void;
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
    if (this.owner.channel() === undefined) this.owner.wake();
    return stream;
  }

  /** Takes a message of the daemon. @throws {XdrError} when it can't be decoded. */
  receive(head: FrameHead, payload: XdrReader): void {
    let body: unknown;
    for (const registration of this.registrations.values()) {
      const { message } = registration.source;
      if (message.number !== head.procedure || message.program !== head.program) continue;
      body ??= message.decode(payload);
      registration.receive(body as never);
    }
  }

  /** The channel is gone: its registrations went with it. */
  suspend(): void {
    for (const registration of this.registrations.values()) registration.suspend();
  }

  /** Registers anew on a channel that took another's place, and tells every stream what there is now. */
  async resume(channel: Channel): Promise<void> {
    const gaps = new Map<string, { readonly family: EventFamily<unknown>; readonly streams: AnyStream[] }>();
    for (const [stream, family] of this.families) {
      const gap = gaps.get(family.name) ?? { family, streams: [] };
      gap.streams.push(stream);
      gaps.set(family.name, gap);
    }
    for (const registration of this.registrations.values()) registration.enrol(channel, true);
    await Promise.all(Array.from(gaps.values(), ({ family, streams }) => this.tellGap(channel, family, streams)));
  }

  /** Ends all streams: the connection has ended. */
  end(reason: LibvirtError | undefined): void {
    for (const stream of this.families.keys()) stream.end(reason);
    for (const registration of this.registrations.values()) registration.suspend();
    this.registrations.clear();
  }

  private register(source: EventSource<unknown>): Registration {
    const known = this.registrations.get(source.key);
    if (known !== undefined) return known;
    const registration = new Registration(source, (error) => this.refuse(registration, error));
    this.registrations.set(source.key, registration);
    const channel = this.owner.channel();
    if (channel !== undefined) registration.enrol(channel, false);
    return registration;
  }

  /** The daemon does not send a kind: that is the end of the streams that can't do without. */
  private refuse(registration: Registration, error: LibvirtError): void {
    this.forget(registration);
    for (const stream of registration.streams) {
      if (this.families.get(stream)?.acceptsRefusals !== true || error.kind !== 'unsupported') stream.end(error);
    }
  }

  private async tellGap(channel: Channel, family: EventFamily<unknown>, streams: readonly AnyStream[]): Promise<void> {
    const registrations = [...this.registrations.values()].filter(({ streams: set }) =>
      streams.some((stream) => set.has(stream)),
    );
    await Promise.all(registrations.map(({ enrolment }) => enrolment));
    // Without the list the events go on all the same; who needs it can ask.
    const current = await family.list({ timeoutMs: listingMs }).catch(() => undefined);
    if (this.owner.channel() !== channel) return; // lost again: the next one brings its own gap
    for (const stream of streams) {
      stream.pushGap({ type: 'gap', reason: 'reconnect', dropped: undefined, current });
    }
    for (const registration of registrations) registration.letGo();
  }

  private async unsubscribe(stream: AnyStream, registrations: readonly Registration[]): Promise<void> {
    this.families.delete(stream);
    await Promise.all(registrations.map((registration) => this.release(stream, registration)));
  }

  private async release(stream: AnyStream, registration: Registration): Promise<void> {
    registration.streams.delete(stream);
    if (registration.streams.size === 0 && this.forget(registration)) await registration.withdraw();
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
