import { Domain } from '../domain/domain.ts';
import type { RawCalls } from '../connection/raw-calls.ts';
import { domainEventNames } from '../protocol/names.gen.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import { chosenTypes } from './chosen-types.ts';
import type { DomainEvent, DomainEventType } from './domain-event.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import type { EventQueueOptions, EventStream } from './event-stream.ts';
import { type DomainEventReader, domainEventReaders } from './read-domain-event.ts';

/** Which events of domains are wanted, and how many may wait. */
export interface DomainEventOptions extends EventQueueOptions {
  /** The kinds of events; `all` is every kind that the daemon knows. @default ['lifecycle'] */
  readonly types?: readonly DomainEventType[] | 'all' | undefined;
  /** Only events of this domain; anything with its UUID. @default all domains */
  readonly domain?: { readonly uuid: string } | undefined;
}

/** Events of domains as they come. */
export type DomainEventStream = EventStream<DomainEvent, Domain>;

/** The family of domain events on a connection. */
export function domainEventFamily(raw: RawCalls): EventFamily<Domain> {
  return {
    name: 'domainEvents',
    list: async (options) =>
      (await raw.connectListAllDomains({ needResults: 1 }, options)).domains.map((dom) => new Domain(raw, dom)),
  };
}

/**
 * The sources of some kinds of events.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind, or none.
 */
export function domainEventSources(raw: RawCalls, types?: DomainEventOptions['types']): EventSource<DomainEvent>[] {
  const chosen = types === 'all' ? domainEventNames : chosenTypes('domainEvents', domainEventNames, types);
  return chosen.map((type) => source(raw, type));
}

function source(raw: RawCalls, type: DomainEventType): EventSource<DomainEvent> {
  const eventID = domainEventNames.indexOf(type);
  const { message, read } = domainEventReaders[eventID] as DomainEventReader;
  return {
    key: `domain/${type}`,
    message,
    register: async (channel) =>
      (await channel.call(remoteProcedures.connectDomainEventCallbackRegisterAny, { eventID })).callbackID,
    deregister: (channel, callbackID) =>
      channel.call(remoteProcedures.connectDomainEventCallbackDeregisterAny, { callbackID }),
    read: (body) => read(body, (dom) => new Domain(raw, dom)),
  };
}
