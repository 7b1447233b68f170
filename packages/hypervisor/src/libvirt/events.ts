import type { DomainEventType, EventStream } from 'node-libvirt';
import { checkedKinds, checkedQueueLimit, EventQueue } from '../event-queue.ts';
import type { EventKind, HypervisorEvent } from '../spec/events.ts';
import type { EventsOptions } from '../spec/hypervisor.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { mapError } from './map-error.ts';
import { mapDomainEvent, mapNetworkEvent, mapPoolEvent } from './map-event.ts';

type Result = IteratorResult<HypervisorEvent, undefined>;
const end: Result = { done: true, value: undefined };

/** What libvirt tells of machines, networks and pools, from the moment of the call. */
export function libvirtEvents(host: LibvirtHost, options: EventsOptions = {}): AsyncIterableIterator<HypervisorEvent> {
  const { signal } = options;
  const queueSize = checkedQueueLimit(options.queueLimit);
  const kinds = checkedKinds(options.kinds);
  const closed = host.closedError();
  if (closed !== undefined) {
    const none = new EventQueue(host.clock);
    none.end(closed);
    return none.read();
  }
  const sources = openSources(host, kinds, { signal, queueSize });
  /** What each source will tell next; one that was slower than another is not asked again. */
  const coming = new Map<Source, Promise<{ readonly source: Source; readonly told: Told }>>();

  async function read(): Promise<Result> {
    for (;;) {
      if (signal?.aborted) return end;
      try {
        for (const source of sources) {
          if (coming.has(source)) continue;
          const next = source.next().then((told) => ({ source, told }));
          next.catch(() => {}); // who reads next learns of the failure
          coming.set(source, next);
        }
        const { source, told } = await Promise.race(coming.values());
        coming.delete(source);
        if (told === 'end') return end;
        if (told !== undefined && !signal?.aborted) return { done: false, value: told };
      } catch (error) {
        coming.clear();
        if (signal?.aborted || host.closedError() !== undefined) return end;
        throw mapError(error);
      }
    }
  }

  // One read after the other: looking a state up must not change the order.
  let last: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const result = last.then(read);
      last = result.catch(() => {});
      return result;
    },
    async return() {
      await Promise.all(sources.map((source) => source.close()));
      return end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** An event, nothing worth telling, or that no more will come. */
type Told = HypervisorEvent | 'end' | undefined;

interface Source {
  next(): Promise<Told>;
  close(): Promise<unknown>;
}

/** What libvirt calls the events of domains of a kind. */
const typesByKind: Readonly<Partial<Record<EventKind, readonly DomainEventType[]>>> = {
  state: ['lifecycle', 'reboot'],
  device: ['device-added', 'device-removed', 'device-removal-failed'],
  problem: ['io-error-reason', 'watchdog'],
  job: ['block-job-2'],
  agent: ['agent-lifecycle'],
};

function openSources(
  host: LibvirtHost,
  kinds: ReadonlySet<EventKind>,
  options: { readonly signal?: AbortSignal | undefined; readonly queueSize: number },
): readonly Source[] {
  const call = { signal: options.signal };
  const types = Array.from(kinds).flatMap((kind) => typesByKind[kind] ?? []);
  return [
    ...(types.length === 0
      ? []
      : [
          sourceOf(
            host,
            host.subscribe((connection) => connection.domainEvents({ ...options, types })),
            (event, timeMs) => mapDomainEvent(event, timeMs, call),
          ),
        ]),
    ...(kinds.has('network')
      ? [
          sourceOf(
            host,
            host.subscribe((connection) => connection.networkEvents(options)),
            mapNetworkEvent,
          ),
        ]
      : []),
    ...(kinds.has('pool')
      ? [
          sourceOf(
            host,
            host.subscribe((connection) => connection.storagePoolEvents(options)),
            mapPoolEvent,
          ),
        ]
      : []),
  ];
}

function sourceOf<Event extends { readonly type: string }, Resource>(
  host: LibvirtHost,
  stream: EventStream<Event, Resource>,
  map: (event: Event, timeMs: number) => Promise<HypervisorEvent | undefined> | HypervisorEvent | undefined,
): Source {
  return {
    async next() {
      const { done, value } = await stream.next();
      if (done) return 'end';
      const timeMs = host.clock.now();
      return 'dropped' in value ? { type: 'lost', count: value.dropped, timeMs } : map(value, timeMs);
    },
    close: () => stream.return(),
  };
}
