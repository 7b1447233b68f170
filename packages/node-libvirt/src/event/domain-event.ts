import type {
  agentReasonNames,
  agentStateNames,
  blockJobStatusNames,
  blockJobTypeNames,
  diskChangeReasonNames,
  domainEventNames,
  graphicsPhaseNames,
  ioErrorActionNames,
  lifecycleEventNames,
  memoryFailureActionNames,
  memoryFailureRecipientNames,
  metadataTypeNames,
  trayChangeReasonNames,
  watchdogActionNames,
} from '../protocol/names.gen.ts';
import type { Domain } from '../domain/domain.ts';
import type { TypedValue } from '../domain/typed-parameters.ts';
import type { Word } from './word.ts';

/** The kinds of events that a domain can send: libvirt's `virDomainEventID` in lower case. */
export type DomainEventType = (typeof domainEventNames)[number];

interface EventOf<Type extends DomainEventType> {
  readonly type: Type;
  readonly domain: Domain;
}

/** The domain was defined, started, suspended, resumed, stopped, ... */
export interface LifecycleEvent extends EventOf<'lifecycle'> {
  readonly event: Word<typeof lifecycleEventNames>;
  /** What led to it: `booted`, `destroyed`, `crashed`, `paused`, ...; `unknown` when libvirt tells none. */
  readonly detail: string;
  /** libvirt's own numbers. */
  readonly native: { readonly event: number; readonly detail: number };
}

/** A disk failed to read or write. */
export interface IoErrorEvent extends EventOf<'io-error' | 'io-error-reason'> {
  readonly path: string;
  /** The device's alias: `virtio-disk0`. */
  readonly device: string;
  /** What the hypervisor does about it. */
  readonly action: Word<typeof ioErrorActionNames>;
  /** Why, as far as the hypervisor tells: `enospc`; only with `io-error-reason`. */
  readonly reason?: string | undefined;
}

/** One end of a viewer's connection. */
export interface GraphicsAddress {
  /** 0 is IPv4, 1 IPv6, 2 a unix socket. */
  readonly family: number;
  readonly node: string;
  readonly service: string;
}

/** A viewer connected to or left the domain's display. */
export interface GraphicsEvent extends EventOf<'graphics'> {
  readonly phase: Word<typeof graphicsPhaseNames>;
  readonly local: GraphicsAddress;
  readonly remote: GraphicsAddress;
  readonly authScheme: string;
  readonly subject: readonly { readonly type: string; readonly name: string }[];
}

/** A job on a disk ended or became ready. */
export interface BlockJobEvent extends EventOf<'block-job' | 'block-job-2'> {
  /** The disk's source (`block-job`) or target (`block-job-2`). */
  readonly disk: string;
  readonly job: Word<typeof blockJobTypeNames>;
  readonly status: Word<typeof blockJobStatusNames>;
}

/** What a domain sends; decide by `type`. */
export type DomainEvent =
  | LifecycleEvent
  | EventOf<'reboot' | 'control-error' | 'pmwakeup' | 'pmsuspend' | 'pmsuspend-disk'>
  | (EventOf<'rtc-change'> & { readonly offsetSeconds: number })
  | (EventOf<'watchdog'> & { readonly action: Word<typeof watchdogActionNames> })
  | IoErrorEvent
  | GraphicsEvent
  | BlockJobEvent
  | (EventOf<'disk-change'> & {
      readonly oldPath: string | undefined;
      readonly newPath: string | undefined;
      readonly device: string;
      readonly reason: Word<typeof diskChangeReasonNames>;
    })
  | (EventOf<'tray-change'> & { readonly device: string; readonly reason: Word<typeof trayChangeReasonNames> })
  | (EventOf<'balloon-change'> & { readonly memoryBytes: number })
  | (EventOf<'device-added' | 'device-removed' | 'device-removal-failed'> & { readonly device: string })
  | (EventOf<'tunable' | 'job-completed'> & { readonly parameters: Readonly<Record<string, TypedValue>> })
  | (EventOf<'agent-lifecycle'> & {
      readonly state: Word<typeof agentStateNames>;
      readonly reason: Word<typeof agentReasonNames>;
    })
  | (EventOf<'migration-iteration'> & { readonly iteration: number })
  | (EventOf<'metadata-change'> & {
      readonly metadata: Word<typeof metadataTypeNames>;
      readonly uri: string | undefined;
    })
  | (EventOf<'block-threshold'> & {
      readonly disk: string;
      readonly path: string | undefined;
      readonly thresholdBytes: number;
      readonly excessBytes: number;
    })
  | (EventOf<'memory-failure'> & {
      readonly recipient: Word<typeof memoryFailureRecipientNames>;
      readonly action: Word<typeof memoryFailureActionNames>;
      readonly flags: number;
    })
  | (EventOf<'memory-device-size-change'> & { readonly device: string; readonly sizeBytes: number })
  | (EventOf<'nic-mac-change'> & { readonly device: string; readonly oldMac: string; readonly newMac: string });
