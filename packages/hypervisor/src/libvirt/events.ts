import type { CallOptions } from '@novacron/core';
import type { DomainEvent, GapEvent, LifecycleEvent } from 'node-libvirt';
import { checkedQueueLimit, EventQueue } from '../event-queue.ts';
import type { HypervisorEvent, VmEvent } from '../spec/events.ts';
import type { EventsOptions } from '../spec/hypervisor.ts';
import type { VmState } from '../spec/vm-state.ts';
import { isNotFound, type LibvirtHost } from './libvirt-host.ts';
import { mapError } from './map-error.ts';
import { mapState } from './map-vm.ts';

type Result = IteratorResult<HypervisorEvent, undefined>;
const end: Result = { done: true, value: undefined };

/** What libvirt tells of the machines, from the moment of the call. */
export function libvirtEvents(
  host: LibvirtHost,
  { signal, queueLimit }: EventsOptions = {},
): AsyncIterableIterator<HypervisorEvent> {
  const queueSize = checkedQueueLimit(queueLimit);
  const closed = host.closedError();
  if (closed !== undefined) {
    const none = new EventQueue(host.clock);
    none.end(closed);
    return none.read();
  }
  const stream = host.subscribe({ types: ['lifecycle', 'reboot'], signal, queueSize });

  async function read(): Promise<Result> {
    for (;;) {
      if (signal?.aborted) return end;
      try {
        const { done, value } = await stream.next();
        if (done) return end;
        const event = await mapEvent(value, host.clock.now(), { signal });
        if (event !== undefined && !signal?.aborted) return { done: false, value: event };
      } catch (error) {
        if (signal?.aborted || host.closedError() !== undefined) return end;
        throw mapError(error);
      }
    }
  }

  // One read after the other: looking a state up must not change the order.
  let last: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const result = last.then(read);
      last = result.catch(() => {});
      return result;
    },
    async return() {
      await stream.return();
      return end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

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

async function mapEvent(
  event: DomainEvent | GapEvent,
  timeMs: number,
  call: CallOptions,
): Promise<HypervisorEvent | undefined> {
  if (event.type === 'gap') return { type: 'lost', count: event.dropped, timeMs };
  const { name, uuid: vmId } = event.domain;
  if (event.type === 'reboot') return { type: 'rebooted', vmId, name, state: 'running', timeMs };
  if (event.type !== 'lifecycle') return undefined;
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
