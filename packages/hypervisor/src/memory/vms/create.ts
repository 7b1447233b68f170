import { HypervisorError } from '../../error.ts';
import type { CreateVmOptions } from '../../spec/operations/vms.ts';
import type { Vm } from '../../spec/vm.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import { statesAllowing } from '../../spec/vm-state.ts';
import { trailOf } from '../../trail.ts';
import { assertNoProblems, validateSpec } from '../../validate/validate-spec.ts';
import { change, start, undisturbed } from './change.ts';
import { remove } from './delete.ts';
import { hostProblems } from './host-problems.ts';
import { noUsage, type Machine, type MachineSpec } from '../machine.ts';
import { mapVm } from '../map-vm.ts';
import type { MemoryHost } from '../memory-host.ts';
import { copyOf, machineSpec, makeVolumes, takeBack } from '../storage/new-volumes.ts';

type CreateCall = CreateVmOptions & { readonly signal: AbortSignal };

/** Makes a machine, or finds the one that was made under the same token. */
export async function create(host: MemoryHost, spec: VmSpec | MachineSpec, options: CreateCall): Promise<Vm> {
  validateSpec(spec, options);
  const { clientToken } = options;
  if (clientToken === undefined) return mapVm(await createNew(host, spec, options));
  const before = host.creating.get(clientToken) ?? Promise.resolve();
  const own = before.then(async () => mapVm(await createOnce(host, spec, options, clientToken)));
  const settled = own.catch(() => {}); // the next one with this token tries for itself
  host.creating.set(clientToken, settled);
  try {
    return await own;
  } finally {
    if (host.creating.get(clientToken) === settled) host.creating.delete(clientToken);
  }
}

async function createOnce(host: MemoryHost, spec: VmSpec, options: CreateCall, clientToken: string): Promise<Machine> {
  host.assertOpen();
  const known = host.machines.madeUnder(clientToken);
  if (known === undefined) return createNew(host, spec, options);
  if (!options.start || !statesAllowing('start').includes(known.state)) return known;
  return change(host, known.id, start, options.signal);
}

async function createNew(host: MemoryHost, spec: VmSpec, options: CreateCall): Promise<Machine> {
  if (host.failure('create', spec.name) === 'hang') return host.hang(options);
  if (options.checkHost)
    assertNoProblems(hostProblems(host, spec), `VM ${JSON.stringify(spec.name)} does not fit the host: it`);
  const trail = trailOf('create', options, host.clock);
  const own = copyOf(spec);
  const machine = place(host, machineSpec(own), options.clientToken);
  try {
    await undisturbed(machine, 'create', async () => {
      for (const { pool, name } of await makeVolumes(host, machine, own.disks))
        trail('volume-created', `${pool}/${name}`);
      await host.latency('create');
    });
  } catch (error) {
    for (const each of takeBack(host, machine)) trail('rolled-back', each);
    if (host.machines.get(machine.id) === machine && machine.state === 'provisioning') host.machines.delete(machine.id);
    throw error;
  }
  host.transition(machine, 'stopped', 'created', 'created');
  trail('defined', spec.name);
  if (!options.start) return machine;
  try {
    const started = await change(host, machine.id, start, options.signal);
    trail('started', spec.name);
    return started;
  } catch (error) {
    const outcomeUnknown = options.signal.aborted || host.closed;
    if (!outcomeUnknown && statesAllowing('delete').includes(machine.state)) {
      remove(host, machine);
      for (const each of takeBack(host, machine)) trail('rolled-back', each);
    }
    throw error;
  }
}

/** Takes the name and the room for a machine. */
function place(host: MemoryHost, spec: MachineSpec, clientToken: string | undefined): Machine {
  if (host.machines.named(spec.name) !== undefined) {
    throw new HypervisorError({
      kind: 'already-exists',
      message: `A VM named ${JSON.stringify(spec.name)} exists`,
      details: { vm: spec.name },
    });
  }
  const { vcpus = 1, memoryBytes = 1024 ** 3 } = spec;
  const usedBytes = host.machines.memoryBytes;
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
    spec,
    vcpus,
    memoryBytes,
    createdMs: nowMs,
    clientToken,
    state: 'provisioning',
    reason: 'create',
    notes: '',
    autostart: false,
    volumes: [],
    snapshots: new Map(),
    currentSnapshot: undefined,
    checkpoints: new Map(),
    files: new Map(),
    changes: 0,
    usage: noUsage(),
    countedMs: nowMs,
  };
  host.machines.add(machine);
  return machine;
}
