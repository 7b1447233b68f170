import type { Channel } from '../rpc/channel.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { EventMessage } from '../rpc/procedure.ts';

/** Every event message begins with the number of the registration that it is for. */
export interface EventBody {
  readonly callbackID: number;
}

/** A kind of event: how it is registered for, and how its messages become events. */
export interface EventSource<Event> {
  /** Names the registration; streams that want the same share one. */
  readonly key: string;
  readonly message: EventMessage;
  /** Registers at the daemon. @returns the registration's number. */
  readonly register: (channel: Channel) => Promise<number>;
  /** Ends the registration. */
  readonly deregister: (channel: Channel, callbackID: number) => Promise<void>;
  /** The event that a message tells. */
  readonly read: (body: never) => Event;
}

/** A family of events: those of domains, of networks, ... */
export interface EventFamily<Resource> {
  /** The method that subscribes, for messages. */
  readonly name: string;
  /** Whether a kind that the daemon does not know is simply left out. @default false */
  readonly acceptsRefusals?: boolean | undefined;
  /** All resources of the family that there are, to go on with after a gap. */
  readonly list: (options: CallOptions) => Promise<readonly Resource[]>;
}
