import type { RawCalls } from '../connection/raw-calls.ts';
import { networkEventNames, networkMetadataTypeNames } from '../protocol/names.gen.ts';
import { remoteEvents, remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { NetworkEventCallbackMetadataChangeMsg, NetworkEventLifecycleMsg } from '../protocol/remote-types.gen.ts';
import { Network } from '../network/network.ts';
import { chosenTypes } from './chosen-types.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import type { EventQueueOptions, EventStream } from './event-stream.ts';
import { type Word, word } from './word.ts';

/** What a network sends; decide by `type`. */
export type NetworkEvent =
  | {
      readonly type: 'lifecycle';
      readonly network: Network;
      readonly event: Word<typeof networkEventNames>;
    }
  | {
      readonly type: 'metadata-change';
      readonly network: Network;
      readonly metadata: Word<typeof networkMetadataTypeNames>;
      readonly uri: string | undefined;
    };

/** Which events of networks are wanted, and how many may wait. */
export interface NetworkEventOptions extends EventQueueOptions {
  /** The kinds of events. @default ['lifecycle'] */
  readonly types?: readonly NetworkEvent['type'][] | undefined;
  /** Only events of this one; anything with its UUID. @default all of them */
  readonly network?: { readonly uuid: string } | undefined;
}

/** Events of networks as they come. */
export type NetworkEventStream = EventStream<NetworkEvent, Network>;

/** The family of network events on a connection. */
export function networkEventFamily(raw: RawCalls): EventFamily<Network> {
  return {
    name: 'networkEvents',
    list: async (options) =>
      (await raw.connectListAllNetworks({ needResults: 1 }, options)).nets.map(
        (reference) => new Network(raw, reference),
      ),
  };
}

/**
 * The sources of some kinds of network events.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind, or none.
 */
export function networkEventSources(
  raw: RawCalls,
  types?: readonly NetworkEvent['type'][],
): EventSource<NetworkEvent>[] {
  const registration = (eventID: number): Pick<EventSource<NetworkEvent>, 'register' | 'deregister'> => ({
    register: async (channel) =>
      (await channel.call(remoteProcedures.connectNetworkEventRegisterAny, { eventID })).callbackID,
    deregister: (channel, callbackID) =>
      channel.call(remoteProcedures.connectNetworkEventDeregisterAny, { callbackID }),
  });
  const sources: Record<NetworkEvent['type'], EventSource<NetworkEvent>> = {
    lifecycle: {
      key: 'network/lifecycle',
      message: remoteEvents.networkEventLifecycle,
      ...registration(0),
      read: (body: NetworkEventLifecycleMsg) => ({
        type: 'lifecycle',
        network: new Network(raw, body.net),
        event: word(networkEventNames, body.event),
      }),
    },
    'metadata-change': {
      key: 'network/metadata-change',
      message: remoteEvents.networkEventCallbackMetadataChange,
      ...registration(1),
      read: (body: NetworkEventCallbackMetadataChangeMsg) => ({
        type: 'metadata-change',
        network: new Network(raw, body.net),
        metadata: word(networkMetadataTypeNames, body.type),
        uri: body.nsuri,
      }),
    },
  };
  return chosenTypes('networkEvents', Object.keys(sources) as NetworkEvent['type'][], types).map(
    (type) => sources[type],
  );
}
