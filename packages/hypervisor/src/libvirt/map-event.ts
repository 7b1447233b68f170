import type { CallOptions } from '@novacron/core';
import type { DomainEvent, LifecycleEvent, NetworkEvent, StoragePoolEvent } from 'node-libvirt';
import type { HypervisorEvent, ResourceEvent, VmEvent, VmNotice } from '../spec/events.ts';
import type { VmState } from '../spec/vm-state.ts';
import { isNotFound } from './libvirt-host.ts';
import { mapState } from './map-vm.ts';

type Mapped = readonly [type: VmEvent['type'], state: VmState];

const lifecycle: Readonly<Record<string, Mapped>> = {
  'defined/added': ['created', 'stopped'],
  started: ['started', 'running'],
  suspended: ['suspended', 'paused'],
  resumed: ['resumed', 'running'],
  stopped: ['stopped', 'stopped'],
  'stopped/crashed': ['crashed', 'crashed'],
  'stopped/saved': ['stopped', 'suspended'],
  shutdown: ['changed', 'stopping'],
  pmsuspended: ['suspended', 'suspended'],
  crashed: ['crashed', 'crashed'],
};

/** What happened to a domain, in the common model; nothing when another event says it too. */
export async function mapDomainEvent(
  event: DomainEvent,
  timeMs: number,
  call: CallOptions,
): Promise<HypervisorEvent | undefined> {
  const { name, uuid: vmId } = event.domain;
  if (event.type === 'reboot') return { type: 'rebooted', vmId, name, state: 'running', timeMs };
  if (event.type !== 'lifecycle') {
    const notice = mapNotice(event);
    return notice && { ...notice, vmId, name, timeMs };
  }
  const mapped = lifecycle[`${event.event}/${event.detail}`] ?? lifecycle[event.event] ?? (await lookUp(event, call));
  if (mapped === undefined) return undefined;
  const [type, state] = mapped;
  return { type, vmId, name, state, timeMs, reason: event.detail };
}

/** A definition can change or go while the guest runs on: only the daemon knows the state then. */
async function lookUp({ event, detail, domain }: LifecycleEvent, call: CallOptions): Promise<Mapped | undefined> {
  if (event !== 'defined' && event !== 'undefined') return ['changed', 'unknown'];
  if (event === 'undefined' && detail === 'renamed') return undefined; // the new name's event follows
  try {
    return ['changed', mapState(await domain.getState(call))];
  } catch (error) {
    if (isNotFound(error)) return ['deleted', 'deleted'];
    throw error;
  }
}

function mapNotice(event: DomainEvent): Pick<VmNotice, 'type' | 'subject' | 'reason'> | undefined {
  switch (event.type) {
    case 'device-added':
    case 'device-removed':
    case 'device-removal-failed':
      return { type: event.type, subject: event.device };
    case 'io-error-reason': {
      const reason = event.reason === undefined || event.reason === '' ? event.action : event.reason;
      return { type: 'io-error', subject: event.device, reason };
    }
    case 'watchdog':
      return { type: 'watchdog', reason: event.action };
    case 'block-job-2':
      return { type: 'block-job', subject: event.disk, reason: `${event.job} ${event.status}` };
    case 'agent-lifecycle':
      if (event.state === 'unknown') return undefined;
      return { type: event.state === 'connected' ? 'agent-connected' : 'agent-disconnected', reason: event.reason };
    default:
      return undefined;
  }
}

const changes: Readonly<Partial<Record<string, ResourceEvent['change']>>> = {
  defined: 'defined',
  started: 'started',
  stopped: 'stopped',
  undefined: 'deleted',
};

/** What happened to a network. */
export function mapNetworkEvent(event: NetworkEvent, timeMs: number): ResourceEvent | undefined {
  const change = event.type === 'lifecycle' ? changes[event.event] : undefined;
  return change && { type: 'network', name: event.network.name, change, timeMs };
}

/** What happened to a pool; that its folder is made or deleted is not told. */
export function mapPoolEvent(event: StoragePoolEvent, timeMs: number): ResourceEvent | undefined {
  const change = event.type === 'lifecycle' ? changes[event.event] : undefined;
  return change && { type: 'pool', name: event.pool.name, change, timeMs };
}
