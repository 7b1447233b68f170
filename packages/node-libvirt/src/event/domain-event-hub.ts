import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import { domainEventNames } from '../protocol/names.gen.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { Channel } from '../rpc/channel.ts';
import type { Clock } from '../rpc/clock.ts';
import { abortedError } from '../rpc/deadline.ts';
import type { FrameHead } from '../rpc/frame.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import type { XdrReader } from '../xdr/reader.ts';
import type { DomainEventType } from './domain-event.ts';
import { type DomainEventOptions, DomainEventStream } from './domain-event-stream.ts';
import { type DomainEventReader, domainEventReaders, type DomainOf } from './read-domain-event.ts';

/** How many messages are kept while the daemon's answer to a registration is on its way. */
const earlyLimit = 4096;

/** The one registration of a kind of event at the daemon, shared by all streams that want it. */
interface Registration {
  readonly reader: DomainEventReader;
  readonly streams: Set<DomainEventStream>;
  /** Settles with the daemon's answer. */
  readonly registered: Promise<number>;
  callbackId: number | undefined;
  /** Messages that overtook the answer. */
  early: EventBody[];
}

interface EventBody {
  readonly callbackID: number;
}

const readersByNumber: ReadonlyMap<number, DomainEventReader> = new Map(
  domainEventReaders.map((reader) => [reader.message.number, reader]),
);

/** Registers for domain events at the daemon and hands them to the streams of one connection. */
export class DomainEventHub {
  private readonly channel: Channel;
  private readonly clock: Clock;
  private readonly domainOf: DomainOf;
  private readonly registrations = new Map<DomainEventType, Registration>();
  private readonly streams = new Set<DomainEventStream>();

  /**
   * @param channel - Where events arrive.
   * @param clock - For the time that a registration may take.
   * @param domainOf - Makes domains from references.
   */
  constructor(channel: Channel, clock: Clock, domainOf: DomainOf) {
    this.channel = channel;
    this.clock = clock;
    this.domainOf = domainOf;
  }

  /**
   * Opens a stream of events.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind or a queue size below 1.
   */
  subscribe(options: DomainEventOptions): DomainEventStream {
    const types = [...new Set(options.types ?? (['lifecycle'] as const))];
    checkOptions(types, options);
    const { signal } = options;
    const registrations = signal?.aborted ? [] : types.map((type) => this.register(type));
    const registered = Promise.all(registrations.map((registration) => registration.registered));
    const ready = withDeadline(options, this.clock, 'domainEvents', () => registered).then(() => {});

    const onAbort = (): void => stream.end(abortedError('domainEvents', signal, false));
    signal?.addEventListener('abort', onAbort);
    let unsubscribed: Promise<void> | undefined;
    const stream: DomainEventStream = new DomainEventStream(
      ready,
      {
        hold: (change) => this.channel.hold(change),
        unsubscribe: () => {
          signal?.removeEventListener('abort', onAbort);
          return (unsubscribed ??= this.unsubscribe(stream, registrations));
        },
      },
      options,
    );
    for (const registration of registrations) registration.streams.add(stream);
    this.streams.add(stream);
    return stream;
  }

  /** Takes a message of the daemon. @throws {XdrError} when it can't be decoded. */
  receive(head: FrameHead, payload: XdrReader): void {
    const reader = readersByNumber.get(head.procedure);
    if (reader === undefined || head.program !== reader.message.program) return;
    const registration = this.registrations.get(reader.type);
    if (registration === undefined) return;
    const body: EventBody = reader.message.decode(payload);
    if (registration.callbackId !== undefined) this.deliver(registration, body);
    else if (registration.early.length < earlyLimit) registration.early.push(body);
  }

  /** Ends all streams: the connection has ended. */
  end(reason: LibvirtError | undefined): void {
    this.registrations.clear();
    for (const stream of this.streams) stream.end(reason);
  }

  private register(type: DomainEventType): Registration {
    const known = this.registrations.get(type);
    if (known !== undefined) return known;
    const eventID = domainEventNames.indexOf(type);
    const answer = this.channel.call(remoteProcedures.connectDomainEventCallbackRegisterAny, { eventID });
    const registration: Registration = {
      reader: domainEventReaders[eventID] as DomainEventReader,
      streams: new Set(),
      registered: answer.then(({ callbackID }) => {
        registration.callbackId = callbackID;
        for (const body of registration.early.splice(0)) this.deliver(registration, body);
        return callbackID;
      }),
      callbackId: undefined,
      early: [],
    };
    registration.registered.catch(() => this.forget(type, registration));
    this.registrations.set(type, registration);
    return registration;
  }

  private deliver(registration: Registration, body: EventBody): void {
    if (body.callbackID !== registration.callbackId) return;
    const event = registration.reader.read(body as never, this.domainOf);
    for (const stream of registration.streams) stream.push(event);
  }

  private async unsubscribe(stream: DomainEventStream, registrations: readonly Registration[]): Promise<void> {
    this.streams.delete(stream);
    await Promise.all(registrations.map((registration) => this.release(stream, registration)));
  }

  private async release(stream: DomainEventStream, registration: Registration): Promise<void> {
    registration.streams.delete(stream);
    if (registration.streams.size > 0 || !this.forget(registration.reader.type, registration)) return;
    try {
      const callbackID = await registration.registered;
      await this.channel.call(remoteProcedures.connectDomainEventCallbackDeregisterAny, { callbackID });
    } catch {
      // Not registered, or the connection is gone and the registration with it.
    }
  }

  private forget(type: DomainEventType, registration: Registration): boolean {
    return this.registrations.get(type) === registration && this.registrations.delete(type);
  }
}

function checkOptions(types: readonly DomainEventType[], { queueSize }: DomainEventOptions): void {
  const unknown = types.find((type) => !domainEventNames.includes(type));
  if (unknown !== undefined || types.length === 0) {
    const given = unknown === undefined ? 'none was named' : `not "${unknown}"`;
    const message = `domainEvents: types must be among ${domainEventNames.join(', ')}; ${given}`;
    throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
  }
  if (queueSize !== undefined && !(Number.isInteger(queueSize) && queueSize >= 1)) {
    throw clientError(
      'LIBVIRT_ARGUMENT_INVALID',
      'invalid',
      `domainEvents: queueSize must be an integer from 1, not ${queueSize}`,
    );
  }
}
