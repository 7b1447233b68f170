import { withDeadline, type CallOptions } from '@novacron/core';
import { conflictError, HypervisorError } from '../error.ts';
import { queryVms } from '../query-vms.ts';
import type { VmOperations } from '../spec/hypervisor.ts';
import type { VmEvent } from '../spec/events.ts';
import type { VmSpec } from '../spec/vm-spec.ts';
import { statesAllowing, type VmAction, type VmState } from '../spec/vm-state.ts';
import { validateSpec } from '../validate-spec.ts';
import { noUsage, type Machine } from './machine.ts';
import { mapVm } from './map-vm.ts';
import type { MemoryHost } from './memory-host.ts';

type Lifecycle = Omit<VmOperations, 'stats'>;

/** Making, changing and finding machines. An operation that was begun goes on when its caller stops waiting. */
export function memoryLifecycle(host: MemoryHost): Lifecycle {
  const call = <T>(options: CallOptions | undefined, task: () => Promise<T>): Promise<T> =>
    withDeadline(
      options,
      async () => {
        host.assertOpen();
        return task();
      },
      host.clock,
    );

  /** Checks the state, passes through the state in between and arrives. */
  async function change(
    vm: string,
    action: VmAction,
    via: VmState,
    to: VmState,
    event: VmEvent['type'],
  ): Promise<Machine> {
    const machine = assertAllows(host.find(vm), action);
    if (host.failure(action, machine.spec.name) === 'hang') return host.hang();
    const from = machine.state;
    host.transition(machine, via, action);
    await host.latency(action);
    if (machine.state !== via) return machine; // it crashed or was cut off on the way
    if (to === 'running' && from !== 'paused' && action !== 'reboot') machine.usage = noUsage();
    host.transition(machine, to, action, event);
    return machine;
  }

  async function forceStop(machine: Machine, reason: string): Promise<void> {
    host.transition(machine, 'stopped', reason, 'stopped');
    machine.usage = noUsage();
  }

  return {
    create: (spec, options) =>
      call(options, async () => {
        validateSpec(spec);
        const token = options?.clientToken;
        const known =
          token === undefined
            ? undefined
            : [...host.machines.values()].find((machine) => machine.clientToken === token);
        if (known !== undefined) {
          if (options?.start && known.state === 'stopped')
            await change(known.id, 'start', 'starting', 'running', 'started');
          return mapVm(known);
        }
        if (host.failure('create', spec.name) === 'hang') return host.hang();
        const machine = place(host, spec, token);
        await host.latency('create');
        host.transition(machine, 'stopped', 'created', 'created');
        if (options?.start) await change(machine.id, 'start', 'starting', 'running', 'started');
        return mapVm(machine);
      }),
    get: (vm, options) =>
      call(options, async () => {
        if (host.failure('get', vm) === 'hang') return host.hang();
        await host.latency('read');
        return mapVm(host.find(vm));
      }),
    list: (query, options) =>
      call(options, async () => {
        if (host.failure('list') === 'hang') return host.hang();
        await host.latency('read');
        return { items: queryVms(Array.from(host.machines.values(), mapVm), query), errors: [] };
      }),
    start: (vm, options) =>
      call(options, async () => mapVm(await change(vm, 'start', 'starting', 'running', 'started'))),
    stop: (vm, options) =>
      call(options, async () => {
        const machine = assertAllows(host.find(vm), 'stop');
        const hangs = host.failure('stop', machine.spec.name) === 'hang';
        if (options?.force || machine.state === 'crashed') {
          await forceStop(machine, 'destroyed');
          return mapVm(machine);
        }
        host.transition(machine, 'stopping', 'stop');
        if (!hangs) await host.latency('stop');
        else {
          const graceMs = options?.graceMs ?? 60_000;
          await host.sleep(graceMs);
          if (options?.afterGrace === 'fail') {
            host.transition(machine, 'running', 'guest ignored the request to shut down');
            throw new HypervisorError({
              kind: 'timeout',
              message: `VM ${JSON.stringify(machine.spec.name)} did not shut down within ${graceMs} ms; stop it with force`,
              details: { vm: machine.spec.name, graceMs },
            });
          }
        }
        if (machine.state === 'stopping') await forceStop(machine, hangs ? 'destroyed' : 'shutdown');
        return mapVm(machine);
      }),
    reboot: (vm, options) =>
      call(options, async () =>
        mapVm(await change(vm, 'reboot', options?.force ? 'starting' : 'stopping', 'running', 'rebooted')),
      ),
    suspend: (vm, options) =>
      call(options, async () => mapVm(await change(vm, 'suspend', 'running', 'paused', 'suspended'))),
    resume: (vm, options) =>
      call(options, async () => mapVm(await change(vm, 'resume', 'paused', 'running', 'resumed'))),
    delete: (vm, options) =>
      call(options, async () => {
        const machine = host.find(vm);
        if (machine.state === 'deleting' || !options?.force) assertAllows(machine, 'delete');
        if (host.failure('delete', machine.spec.name) === 'hang') await host.hang();
        host.transition(machine, 'deleting', 'delete');
        await host.latency('delete');
        host.machines.delete(machine.id);
        host.transition(machine, 'deleted', 'deleted', 'deleted');
      }),
  };
}

function assertAllows(machine: Machine, action: VmAction): Machine {
  if (!statesAllowing(action).includes(machine.state)) throw conflictError(action, machine.spec.name, machine.state);
  return machine;
}

/** Takes the name and the room for a machine. */
function place(host: MemoryHost, spec: VmSpec, clientToken: string | undefined): Machine {
  if (host.named(spec.name) !== undefined) {
    throw new HypervisorError({
      kind: 'already-exists',
      message: `A VM named ${JSON.stringify(spec.name)} exists`,
      details: { vm: spec.name },
    });
  }
  const { vcpus = 1, memoryBytes = 1024 ** 3 } = spec;
  let usedBytes = 0;
  for (const other of host.machines.values()) usedBytes += other.memoryBytes;
  if (usedBytes + memoryBytes > host.capacity.memoryBytes || vcpus > host.capacity.cpus) {
    throw new HypervisorError({
      kind: 'capacity',
      message: `VM ${JSON.stringify(spec.name)} needs ${vcpus} CPUs and ${memoryBytes} bytes of memory; ${host.name} has ${host.capacity.cpus} CPUs and ${host.capacity.memoryBytes - usedBytes} bytes free`,
      details: { vm: spec.name, freeBytes: host.capacity.memoryBytes - usedBytes },
    });
  }
  const nowMs = host.clock.now();
  const machine: Machine = {
    id: host.newId(),
    spec: structuredClone(spec),
    vcpus,
    memoryBytes,
    createdMs: nowMs,
    clientToken,
    state: 'provisioning',
    reason: 'create',
    usage: noUsage(),
    countedMs: nowMs,
  };
  host.machines.set(machine.id, machine);
  return machine;
}
