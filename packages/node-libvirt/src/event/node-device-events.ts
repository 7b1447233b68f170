import type { RawCalls } from '../connection/raw-calls.ts';
import { nodeDeviceEventNames } from '../protocol/names.gen.ts';
import { remoteEvents, remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { NodeDeviceEventLifecycleMsg, NodeDeviceEventUpdateMsg } from '../protocol/remote-types.gen.ts';
import { NodeDevice } from '../node-device/node-device.ts';
import { chosenTypes } from './chosen-types.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import type { EventQueueOptions, EventStream } from './event-stream.ts';
import { type Word, word } from './word.ts';

/** What a node device sends; decide by `type`. */
export type NodeDeviceEvent =
  | {
      readonly type: 'lifecycle';
      readonly device: NodeDevice;
      readonly event: Word<typeof nodeDeviceEventNames>;
    }
  | { readonly type: 'update'; readonly device: NodeDevice };

/** Which events of node devices are wanted, and how many may wait. */
export interface NodeDeviceEventOptions extends EventQueueOptions {
  /** The kinds of events. @default ['lifecycle'] */
  readonly types?: readonly NodeDeviceEvent['type'][] | undefined;
  /** Only events of this one; anything with its name. @default all of them */
  readonly device?: { readonly name: string } | undefined;
}

/** Events of node devices as they come. */
export type NodeDeviceEventStream = EventStream<NodeDeviceEvent, NodeDevice>;

/** The family of node device events on a connection. */
export function nodeDeviceEventFamily(raw: RawCalls): EventFamily<NodeDevice> {
  return {
    name: 'nodeDeviceEvents',
    list: async (options) =>
      (await raw.connectListAllNodeDevices({ needResults: 1 }, options)).devices.map(
        (reference) => new NodeDevice(raw, reference),
      ),
  };
}

/**
 * The sources of some kinds of node device events.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind, or none.
 */
export function nodeDeviceEventSources(
  raw: RawCalls,
  types?: readonly NodeDeviceEvent['type'][],
): EventSource<NodeDeviceEvent>[] {
  const registration = (eventID: number): Pick<EventSource<NodeDeviceEvent>, 'register' | 'deregister'> => ({
    register: async (channel) =>
      (await channel.call(remoteProcedures.connectNodeDeviceEventRegisterAny, { eventID })).callbackID,
    deregister: (channel, callbackID) =>
      channel.call(remoteProcedures.connectNodeDeviceEventDeregisterAny, { callbackID }),
  });
  const sources: Record<NodeDeviceEvent['type'], EventSource<NodeDeviceEvent>> = {
    lifecycle: {
      key: 'node-device/lifecycle',
      message: remoteEvents.nodeDeviceEventLifecycle,
      ...registration(0),
      read: (body: NodeDeviceEventLifecycleMsg) => ({
        type: 'lifecycle',
        device: new NodeDevice(raw, body.dev),
        event: word(nodeDeviceEventNames, body.event),
      }),
    },
    update: {
      key: 'node-device/update',
      message: remoteEvents.nodeDeviceEventUpdate,
      ...registration(1),
      read: (body: NodeDeviceEventUpdateMsg) => ({ type: 'update', device: new NodeDevice(raw, body.dev) }),
    },
  };
  return chosenTypes('nodeDeviceEvents', Object.keys(sources) as NodeDeviceEvent['type'][], types).map(
    (type) => sources[type],
  );
}
