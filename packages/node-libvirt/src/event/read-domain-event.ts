import type { Domain } from '../domain/domain.ts';
import { typedRecord } from '../domain/typed-parameters.ts';
import * as names from '../protocol/names.gen.ts';
import { type RemoteEvents, remoteEvents } from '../protocol/remote-procedures.gen.ts';
import type * as protocol from '../protocol/remote-types.gen.ts';
import type { EventMessage } from '../rpc/procedure.ts';
import type { DomainEvent, DomainEventType } from './domain-event.ts';
import { word } from './word.ts';

/** How a kind of event travels: its message, and how the message becomes an event. */
export interface DomainEventReader<Message = never> {
  readonly type: DomainEventType;
  readonly message: EventMessage<Message>;
  readonly read: (message: Message, domain: DomainOf) => DomainEvent;
}

/** Makes the domain for the protocol's reference to it. */
export type DomainOf = (reference: protocol.NonnullDomain) => Domain;

const detailNames: Readonly<Record<string, readonly string[]>> = {
  defined: names.definedDetailNames,
  undefined: names.undefinedDetailNames,
  started: names.startedDetailNames,
  suspended: names.suspendedDetailNames,
  resumed: names.resumedDetailNames,
  stopped: names.stoppedDetailNames,
  shutdown: names.shutdownDetailNames,
  pmsuspended: names.pmsuspendedDetailNames,
  crashed: names.crashedDetailNames,
};

/** All kinds of domain events in the order of libvirt's `virDomainEventID`. */
export const domainEventReaders: readonly DomainEventReader[] = [
  reader('lifecycle', 'domainEventCallbackLifecycle', ({ msg }, domain) => {
    const event = word(names.lifecycleEventNames, msg.event);
    const detail = detailNames[event]?.[msg.detail] ?? 'unknown';
    return {
      type: 'lifecycle',
      domain: domain(msg.dom),
      event,
      detail,
      native: { event: msg.event, detail: msg.detail },
    };
  }),
  reader('reboot', 'domainEventCallbackReboot', ({ msg }, domain) => ({ type: 'reboot', domain: domain(msg.dom) })),
  reader('rtc-change', 'domainEventCallbackRtcChange', ({ msg }, domain) => ({
    type: 'rtc-change',
    domain: domain(msg.dom),
    offsetSeconds: msg.offset,
  })),
  reader('watchdog', 'domainEventCallbackWatchdog', ({ msg }, domain) => ({
    type: 'watchdog',
    domain: domain(msg.dom),
    action: word(names.watchdogActionNames, msg.action),
  })),
  reader('io-error', 'domainEventCallbackIoError', ({ msg }, domain) => ({
    type: 'io-error',
    domain: domain(msg.dom),
    path: msg.srcPath,
    device: msg.devAlias,
    action: word(names.ioErrorActionNames, msg.action),
  })),
  reader('graphics', 'domainEventCallbackGraphics', ({ msg }, domain) => ({
    type: 'graphics',
    domain: domain(msg.dom),
    phase: word(names.graphicsPhaseNames, msg.phase),
    local: msg.local,
    remote: msg.remote,
    authScheme: msg.authScheme,
    subject: msg.subject,
  })),
  reader('io-error-reason', 'domainEventCallbackIoErrorReason', ({ msg }, domain) => ({
    type: 'io-error-reason',
    domain: domain(msg.dom),
    path: msg.srcPath,
    device: msg.devAlias,
    action: word(names.ioErrorActionNames, msg.action),
    reason: msg.reason,
  })),
  reader('control-error', 'domainEventCallbackControlError', ({ msg }, domain) => ({
    type: 'control-error',
    domain: domain(msg.dom),
  })),
  reader('block-job', 'domainEventCallbackBlockJob', ({ msg }, domain) => ({
    type: 'block-job',
    domain: domain(msg.dom),
    disk: msg.path,
    job: word(names.blockJobTypeNames, msg.type),
    status: word(names.blockJobStatusNames, msg.status),
  })),
  reader('disk-change', 'domainEventCallbackDiskChange', ({ msg }, domain) => ({
    type: 'disk-change',
    domain: domain(msg.dom),
    oldPath: msg.oldSrcPath,
    newPath: msg.newSrcPath,
    device: msg.devAlias,
    reason: word(names.diskChangeReasonNames, msg.reason),
  })),
  reader('tray-change', 'domainEventCallbackTrayChange', ({ msg }, domain) => ({
    type: 'tray-change',
    domain: domain(msg.dom),
    device: msg.devAlias,
    reason: word(names.trayChangeReasonNames, msg.reason),
  })),
  reader('pmwakeup', 'domainEventCallbackPmwakeup', ({ msg }, domain) => ({
    type: 'pmwakeup',
    domain: domain(msg.dom),
  })),
  reader('pmsuspend', 'domainEventCallbackPmsuspend', ({ msg }, domain) => ({
    type: 'pmsuspend',
    domain: domain(msg.dom),
  })),
  reader('balloon-change', 'domainEventCallbackBalloonChange', ({ msg }, domain) => ({
    type: 'balloon-change',
    domain: domain(msg.dom),
    memoryBytes: msg.actual * 1024,
  })),
  reader('pmsuspend-disk', 'domainEventCallbackPmsuspendDisk', ({ msg }, domain) => ({
    type: 'pmsuspend-disk',
    domain: domain(msg.dom),
  })),
  reader('device-removed', 'domainEventCallbackDeviceRemoved', ({ msg }, domain) => ({
    type: 'device-removed',
    domain: domain(msg.dom),
    device: msg.devAlias,
  })),
  reader('block-job-2', 'domainEventBlockJob2', (message, domain) => ({
    type: 'block-job-2',
    domain: domain(message.dom),
    disk: message.dst,
    job: word(names.blockJobTypeNames, message.type),
    status: word(names.blockJobStatusNames, message.status),
  })),
  reader('tunable', 'domainEventCallbackTunable', (message, domain) => ({
    type: 'tunable',
    domain: domain(message.dom),
    parameters: typedRecord(message.params),
  })),
  reader('agent-lifecycle', 'domainEventCallbackAgentLifecycle', (message, domain) => ({
    type: 'agent-lifecycle',
    domain: domain(message.dom),
    state: word(names.agentStateNames, message.state),
    reason: word(names.agentReasonNames, message.reason),
  })),
  reader('device-added', 'domainEventCallbackDeviceAdded', (message, domain) => ({
    type: 'device-added',
    domain: domain(message.dom),
    device: message.devAlias,
  })),
  reader('migration-iteration', 'domainEventCallbackMigrationIteration', (message, domain) => ({
    type: 'migration-iteration',
    domain: domain(message.dom),
    iteration: message.iteration,
  })),
  reader('job-completed', 'domainEventCallbackJobCompleted', (message, domain) => ({
    type: 'job-completed',
    domain: domain(message.dom),
    parameters: typedRecord(message.params),
  })),
  reader('device-removal-failed', 'domainEventCallbackDeviceRemovalFailed', (message, domain) => ({
    type: 'device-removal-failed',
    domain: domain(message.dom),
    device: message.devAlias,
  })),
  reader('metadata-change', 'domainEventCallbackMetadataChange', (message, domain) => ({
    type: 'metadata-change',
    domain: domain(message.dom),
    metadata: word(names.metadataTypeNames, message.type),
    uri: message.nsuri,
  })),
  reader('block-threshold', 'domainEventBlockThreshold', (message, domain) => ({
    type: 'block-threshold',
    domain: domain(message.dom),
    disk: message.dev,
    path: message.path,
    thresholdBytes: message.threshold,
    excessBytes: message.excess,
  })),
  reader('memory-failure', 'domainEventMemoryFailure', (message, domain) => ({
    type: 'memory-failure',
    domain: domain(message.dom),
    recipient: word(names.memoryFailureRecipientNames, message.recipient),
    action: word(names.memoryFailureActionNames, message.action),
    flags: message.flags,
  })),
  reader('memory-device-size-change', 'domainEventMemoryDeviceSizeChange', (message, domain) => ({
    type: 'memory-device-size-change',
    domain: domain(message.dom),
    device: message.alias,
    sizeBytes: message.size,
  })),
  reader('nic-mac-change', 'domainEventNicMacChange', (message, domain) => ({
    type: 'nic-mac-change',
    domain: domain(message.dom),
    device: message.alias,
    oldMac: message.oldMAC,
    newMac: message.newMAC,
  })),
];

function reader<Name extends keyof RemoteEvents>(
  type: DomainEventType,
  name: Name,
  read: (
    message: RemoteEvents[Name] extends EventMessage<infer Message> ? Message : never,
    domain: DomainOf,
  ) => DomainEvent,
): DomainEventReader {
  return { type, message: remoteEvents[name] as EventMessage<never>, read };
}
