import { assertState } from '../../assert-allowed.ts';
import { HypervisorError } from '../../error.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import type { VmDetails, VmDetailsOptions } from '../../spec/operations/vm-details.ts';
import type { VmState } from '../../spec/vm-state.ts';
import type { Vm } from '../../spec/vm.ts';
import { trailOf } from '../../trail.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems, checkTags, specProblems } from '../../validate/validate-spec.ts';
import { defineFrom, readDefinition } from './definitions.ts';
import { addressesOf, infoOf } from './guests.ts';
import { hostProblems } from './host-problems.ts';
import { count, type Machine } from '../machine.ts';
import { mapVm } from '../map-vm.ts';
import type { MemoryHost } from '../memory-host.ts';
import { machineSpec } from '../storage/new-volumes.ts';
import { findVolume, activePool } from '../storage/find-pool.ts';
import { allocationOf, pathOf } from '../storage/memory-pool.ts';

type Changes =
  | 'plan'
  | 'definition'
  | 'define'
  | 'details'
  | 'update'
  | 'rename'
  | 'setAutostart'
  | 'reset'
  | 'save'
  | 'discardSaved';

/** What is known and said of simulated machines, and the states that only some drivers have. */
export function memoryChanges(host: MemoryHost): Pick<CompleteVmOperations, Changes> {
  const change = (
    vm: string,
    action: string,
    options: OperationOptions | undefined,
    states: readonly VmState[] | undefined,
    task: (machine: Machine) => void,
  ): Promise<Vm> =>
    host.call(options, async (signal) => {
      const machine = host.find(vm);
      if (states !== undefined) assertState(action, machine.spec.name, machine.state, states);
      await host.disturb(action === 'save' ? 'save' : 'update', machine.spec.name, signal);
      task(machine);
      trailOf(action, options, host.clock)('done', machine.spec.name);
      return mapVm(machine);
    });

  return {
    plan: (spec, options) =>
      host.call(options, async () => {
        const ofSpec = specProblems(spec).map((problem) => ({ ...problem, step: 'spec' as const }));
        const checkHost = ofSpec.length === 0 && (options?.checkHost ?? true);
        const problems = checkHost ? hostProblems(host, spec) : ofSpec;
        const volumes =
          ofSpec.length > 0
            ? []
            : (spec.disks ?? []).flatMap((disk, index) => {
                const volume = disk.create && machineSpec(spec).disks?.[index]?.volume;
                return volume === undefined ? [] : [`create volume ${volume.name} in pool ${volume.pool}`];
              });
        const actions = ofSpec.length > 0 ? [] : [...volumes, `define VM ${spec.name}`];
        return { ok: problems.length === 0, problems, actions, diff: [] };
      }),
    definition: (vm, options) => host.call(options, async () => readDefinition(host, host.find(vm))),
    define: (definition, options) =>
      host.call(options, (signal) => defineFrom(host, definition, options ?? {}, signal)),
    details: (vm, options) => host.call(options, async () => details(host, host.find(vm), options ?? {})),
    update: (vm, changes, options) =>
      change(vm, 'update', options, undefined, (machine) => {
        const { tags, description, owner, category, notes } = changes;
        const checks = new Checks();
        checkTags(tags, checks);
        for (const [path, text] of Object.entries({ description, owner, category, notes }))
          checks.optionalText(text, path);
        assertNoProblems(checks.problems, 'The change');
        const { spec } = machine;
        machine.spec = {
          ...spec,
          tags: tags ?? spec.tags,
          description: description ?? spec.description,
          owner: owner ?? spec.owner,
          category: category ?? spec.category,
        };
        machine.notes = notes ?? machine.notes;
      }),
    rename: (vm, name, options) =>
      change(vm, 'rename', options, ['stopped', 'crashed'], (machine) => {
        const checks = new Checks();
        checks.name(name, 'name');
        assertNoProblems(checks.problems, 'The new name');
        if (host.machines.named(name) !== undefined) {
          throw new HypervisorError({
            kind: 'already-exists',
            message: `A VM named ${JSON.stringify(name)} exists`,
            details: { vm: name },
          });
        }
        host.machines.rename(machine, name);
      }),
    setAutostart: (vm, autostart, options) =>
      change(vm, 'autostart', options, undefined, (machine) => (machine.autostart = autostart)),
    reset: (vm, options) =>
      change(vm, 'reset', options, ['running', 'paused'], (machine) =>
        host.transition(machine, machine.state, 'reset', 'rebooted'),
      ),
    save: (vm, options) =>
      change(vm, 'save', options, ['running', 'paused'], (machine) =>
        host.transition(machine, 'suspended', 'saved', 'stopped'),
      ),
    discardSaved: (vm, options) =>
      change(vm, 'discard the saved memory', options, ['suspended'], (machine) =>
        host.transition(machine, 'stopped', 'saved memory discarded'),
      ),
  };
}

function details(host: MemoryHost, machine: Machine, { guest }: VmDetailsOptions): VmDetails {
  const { spec, state, reason, vcpus, memoryBytes, autostart, usage, startedMs } = machine;
  const nowMs = host.clock.now();
  count(machine, host.load, nowMs);
  const on = state === 'running' || state === 'paused';
  return {
    ...mapVm(machine),
    reason,
    autostart,
    savedMemory: state === 'suspended',
    persistent: true,
    maximumVcpus: Math.max(vcpus, spec.cpu?.maximum ?? 1),
    maximumMemoryBytes: Math.max(memoryBytes, spec.memory?.maximumBytes ?? 0),
    firmware: spec.firmware?.type ?? 'bios',
    disks: (spec.disks ?? []).map((disk) => {
      const { target: device, volume: reference } = disk;
      const volume = reference === undefined ? undefined : present(() => findVolume(host, reference));
      const source =
        disk.source ?? (reference && present(() => pathOf(activePool(host, reference.pool), reference.name)));
      return {
        device,
        type: disk.device ?? 'disk',
        bus: disk.bus ?? 'virtio',
        ...(source === undefined ? {} : { source }),
        format: disk.format ?? 'qcow2',
        readOnly: disk.readOnly ?? disk.device === 'cdrom',
        ...(volume === undefined ? {} : { sizeBytes: volume.sizeBytes, allocationBytes: allocationOf(volume) }),
      };
    }),
    networkInterfaces: (spec.networks ?? []).map(
      ({ macAddress = '', model = 'virtio', network, bridge, direct }, index) => {
        const plugged = network ?? bridge ?? direct;
        return {
          macAddress: macAddress.toLowerCase(),
          model,
          ...(plugged === undefined ? {} : { network: plugged }),
          ...(on ? { device: `vnet${index}` } : {}),
          addresses: [],
        };
      },
    ),
    ...(spec.guestAgent === false ? {} : { agentConnected: state === 'running' }),
    ...(guest && state === 'running' && spec.guestAgent !== false
      ? {
          guest: {
            ...infoOf(machine),
            networkInterfaces: addressesOf(machine),
            uptimeSeconds: (nowMs - (startedMs ?? nowMs)) / 1000,
          },
        }
      : {}),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(state === 'crashed' ? { lastError: reason } : {}),
    ...(machine.job === undefined ? {} : { job: machine.job }),
    ...(on ? { cpuTimeSeconds: usage.cpuSeconds } : {}),
    diskErrors: [],
  };
}

/** What a pool that is gone can't tell is absent. */
function present<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
