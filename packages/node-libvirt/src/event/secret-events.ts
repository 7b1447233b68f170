import type { RawCalls } from '../connection/raw-calls.ts';
import { secretEventNames } from '../protocol/names.gen.ts';
import { remoteEvents, remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { SecretEventLifecycleMsg, SecretEventValueChangedMsg } from '../protocol/remote-types.gen.ts';
import { Secret } from '../secret/secret.ts';
import { chosenTypes } from './chosen-types.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import type { EventQueueOptions, EventStream } from './event-stream.ts';
import { type Word, word } from './word.ts';

/** What a secret sends; decide by `type`. */
export type SecretEvent =
  | {
      readonly type: 'lifecycle';
      readonly secret: Secret;
      readonly event: Word<typeof secretEventNames>;
    }
  | { readonly type: 'value-changed'; readonly secret: Secret };

/** Which events of secrets are wanted, and how many may wait. */
export interface SecretEventOptions extends EventQueueOptions {
  /** The kinds of events. @default ['lifecycle'] */
  readonly types?: readonly SecretEvent['type'][] | undefined;
  /** Only events of this one; anything with its UUID. @default all of them */
  readonly secret?: { readonly uuid: string } | undefined;
}

/** Events of secrets as they come. */
export type SecretEventStream = EventStream<SecretEvent, Secret>;

/** The family of secret events on a connection. */
export function secretEventFamily(raw: RawCalls): EventFamily<Secret> {
  return {
    name: 'secretEvents',
    list: async (options) =>
      (await raw.connectListAllSecrets({ needResults: 1 }, options)).secrets.map(
        (reference) => new Secret(raw, reference),
      ),
  };
}

/**
 * The sources of some kinds of secret events.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind, or none.
 */
export function secretEventSources(raw: RawCalls, types?: readonly SecretEvent['type'][]): EventSource<SecretEvent>[] {
  const registration = (eventID: number): Pick<EventSource<SecretEvent>, 'register' | 'deregister'> => ({
    register: async (channel) =>
      (await channel.call(remoteProcedures.connectSecretEventRegisterAny, { eventID })).callbackID,
    deregister: (channel, callbackID) => channel.call(remoteProcedures.connectSecretEventDeregisterAny, { callbackID }),
  });
  const sources: Record<SecretEvent['type'], EventSource<SecretEvent>> = {
    lifecycle: {
      key: 'secret/lifecycle',
      message: remoteEvents.secretEventLifecycle,
      ...registration(0),
      read: (body: SecretEventLifecycleMsg) => ({
        type: 'lifecycle',
        secret: new Secret(raw, body.secret),
        event: word(secretEventNames, body.event),
      }),
    },
    'value-changed': {
      key: 'secret/value-changed',
      message: remoteEvents.secretEventValueChanged,
      ...registration(1),
      read: (body: SecretEventValueChangedMsg) => ({ type: 'value-changed', secret: new Secret(raw, body.secret) }),
    },
  };
  return chosenTypes('secretEvents', Object.keys(sources) as SecretEvent['type'][], types).map((type) => sources[type]);
}
