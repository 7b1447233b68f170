import type { RawCalls } from '../connection/raw-calls.ts';
import { storagePoolEventNames } from '../protocol/names.gen.ts';
import { remoteEvents, remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { StoragePoolEventLifecycleMsg, StoragePoolEventRefreshMsg } from '../protocol/remote-types.gen.ts';
import { StoragePool } from '../storage/storage-pool.ts';
import { chosenTypes } from './chosen-types.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import type { EventQueueOptions, EventStream } from './event-stream.ts';
import { type Word, word } from './word.ts';

/** What a storage pool sends; decide by `type`. */
export type StoragePoolEvent =
  | {
      readonly type: 'lifecycle';
      readonly pool: StoragePool;
      readonly event: Word<typeof storagePoolEventNames>;
    }
  | { readonly type: 'refresh'; readonly pool: StoragePool };

/** Which events of storage pools are wanted, and how many may wait. */
export interface StoragePoolEventOptions extends EventQueueOptions {
  /** The kinds of events. @default ['lifecycle'] */
  readonly types?: readonly StoragePoolEvent['type'][] | undefined;
  /** Only events of this one; anything with its UUID. @default all of them */
  readonly pool?: { readonly uuid: string } | undefined;
}

/** Events of storage pools as they come. */
export type StoragePoolEventStream = EventStream<StoragePoolEvent, StoragePool>;

/** The family of storage pool events on a connection. */
export function storagePoolEventFamily(raw: RawCalls): EventFamily<StoragePool> {
  return {
    name: 'storagePoolEvents',
    list: async (options) =>
      (await raw.connectListAllStoragePools({ needResults: 1 }, options)).pools.map(
        (reference) => new StoragePool(raw, reference),
      ),
  };
}

/**
 * The sources of some kinds of storage pool events.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind, or none.
 */
export function storagePoolEventSources(
  raw: RawCalls,
  types?: readonly StoragePoolEvent['type'][],
): EventSource<StoragePoolEvent>[] {
  const registration = (eventID: number): Pick<EventSource<StoragePoolEvent>, 'register' | 'deregister'> => ({
    register: async (channel) =>
      (await channel.call(remoteProcedures.connectStoragePoolEventRegisterAny, { eventID })).callbackID,
    deregister: (channel, callbackID) =>
      channel.call(remoteProcedures.connectStoragePoolEventDeregisterAny, { callbackID }),
  });
  const sources: Record<StoragePoolEvent['type'], EventSource<StoragePoolEvent>> = {
    lifecycle: {
      key: 'storage-pool/lifecycle',
      message: remoteEvents.storagePoolEventLifecycle,
      ...registration(0),
      read: (body: StoragePoolEventLifecycleMsg) => ({
        type: 'lifecycle',
        pool: new StoragePool(raw, body.pool),
        event: word(storagePoolEventNames, body.event),
      }),
    },
    refresh: {
      key: 'storage-pool/refresh',
      message: remoteEvents.storagePoolEventRefresh,
      ...registration(1),
      read: (body: StoragePoolEventRefreshMsg) => ({ type: 'refresh', pool: new StoragePool(raw, body.pool) }),
    },
  };
  return chosenTypes('storagePoolEvents', Object.keys(sources) as StoragePoolEvent['type'][], types).map(
    (type) => sources[type],
  );
}
