import type { DomainEvent, DomainEventStream, GapEvent } from 'node-libvirt';
import type { HypervisorEvent, VmEvent } from '../spec/events.ts';
import type { EventsOptions } from '../spec/hypervisor.ts';
import type { VmState } from '../spec/vm-state.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { mapError } from './map-error.ts';

/** What libvirt tells of the machines, from the moment of the call. */
export function libvirtEvents(host: LibvirtHost, options: EventsOptions = {}): AsyncIterable<HypervisorEvent> {
  const stream = host.subscribe({
    types: ['lifecycle', 'reboot'],
    signal: options.signal,
    queueSize: options.queueLimit ?? 1000,
  });
  return readEvents(stream, host, options.signal);
}

async function* readEvents(
  stream: DomainEventStream,
  host: LibvirtHost,
  signal: AbortSignal | undefined,
): AsyncGenerator<HypervisorEvent, void> {
  try {
    for await (const event of stream) {
      const mapped = mapEvent(event, host.clock.now());
      if (mapped !== undefined) yield mapped;
    }
  } catch (error) {
    if (!signal?.aborted) throw mapError(error);
  }
}

type Mapped = readonly [type: VmEvent['type'], state: VmState];

const lifecycle: Readonly<Record<string, Mapped>> = {
  defined: ['changed', 'stopped'],
  'defined/added': ['created', 'stopped'],
  undefined: ['deleted', 'deleted'],
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

function mapEvent(event: DomainEvent | GapEvent, timeMs: number): HypervisorEvent | undefined {
  if (event.type === 'gap') return { type: 'lost', count: event.dropped, timeMs };
  const { name, uuid: vmId } = event.domain;
  if (event.type === 'reboot') return { type: 'rebooted', vmId, name, state: 'running', timeMs };
  if (event.type !== 'lifecycle') return undefined;
  const [type, state] = lifecycle[`${event.event}/${event.detail}`] ?? lifecycle[event.event] ?? ['changed', 'unknown'];
  return { type, vmId, name, state, timeMs, reason: event.detail };
}
