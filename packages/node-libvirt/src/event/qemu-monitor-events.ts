import type { RawCalls } from '../connection/raw-calls.ts';
import { Domain } from '../domain/domain.ts';
import { constants } from '../protocol/constants.gen.ts';
import { qemuEvents, qemuProcedures } from '../protocol/qemu-procedures.gen.ts';
import type { QemuDomainMonitorEventMsg } from '../protocol/qemu-types.gen.ts';
import { domainEventFamily } from './domain-events.ts';
import type { EventFamily, EventSource } from './event-source.ts';
import type { EventQueueOptions, EventStream } from './event-stream.ts';

/** What QEMU itself tells on its monitor. */
export interface QemuMonitorEvent {
  readonly type: 'qemu-monitor';
  readonly domain: Domain;
  /** QEMU's name of it: `STOP`, `RTC_CHANGE`, ... */
  readonly event: string;
  /** When QEMU says that it happened, in epoch milliseconds. */
  readonly timeMs: number;
  /** QEMU's data about it, parsed; the text itself should it not be JSON. */
  readonly details: unknown;
}

/** Which events of QEMU are wanted, and how many may wait. */
export interface QemuMonitorEventOptions extends EventQueueOptions {
  /** Only events of this name, or that `match` fits. @default all events */
  readonly event?: string | undefined;
  /** How `event` is compared. @default 'exact' */
  readonly match?: 'exact' | 'ignore-case' | 'regular-expression' | undefined;
  /** Only events of this domain; anything with its UUID. @default all domains */
  readonly domain?: { readonly uuid: string } | undefined;
}

/** Events of QEMU's monitor as they come. */
export type QemuMonitorEventStream = EventStream<QemuMonitorEvent, Domain>;

const matchFlags = {
  exact: 0,
  'ignore-case': constants.VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_NOCASE,
  'regular-expression': constants.VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX,
};

/** The family of QEMU's monitor events on a connection. */
export function qemuMonitorEventFamily(raw: RawCalls): EventFamily<Domain> {
  return { ...domainEventFamily(raw), name: 'qemuMonitorEvents' };
}

/** The source of some monitor events. */
export function qemuMonitorEventSource(
  raw: RawCalls,
  { event, match = 'exact' }: QemuMonitorEventOptions,
): EventSource<QemuMonitorEvent> {
  const flags = matchFlags[match];
  return {
    key: `qemu-monitor/${flags}/${event ?? ''}`,
    message: qemuEvents.qemuDomainMonitorEvent,
    register: async (channel) =>
      (await channel.call(qemuProcedures.qemuConnectDomainMonitorEventRegister, { event, flags })).callbackID,
    deregister: (channel, callbackID) =>
      channel.call(qemuProcedures.qemuConnectDomainMonitorEventDeregister, { callbackID }),
    read: (body: QemuDomainMonitorEventMsg) => ({
      type: 'qemu-monitor',
      domain: new Domain(raw, body.dom),
      event: body.event,
      timeMs: body.seconds * 1000 + body.micros / 1000,
      details: parsed(body.details),
    }),
  };
}

function parsed(details: string | undefined): unknown {
  if (details === undefined) return undefined;
  try {
    return JSON.parse(details) as unknown;
  } catch {
    return details;
  }
}
