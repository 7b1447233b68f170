import { withDeadline, type CallOptions } from '@novacron/core';
import { HypervisorError } from '../error.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';
import type { CreateVmOptions } from '../spec/operations/vms.ts';
import type { Vm } from '../spec/vm.ts';
import type { VmState } from '../spec/vm-state.ts';
import { assertNoProblems, validateSpec } from '../validate/validate-spec.ts';
import { assertResource, assertVm } from './assert-there.ts';
import { aroundCalls, type HypervisorCall, type Middleware } from './around-calls.ts';

/** The state after a change, as far as one can know it beforehand. */
const stateAfter: Readonly<Record<string, VmState | undefined>> = {
  start: 'running',
  stop: 'stopped',
  reboot: 'running',
  suspend: 'paused',
  resume: 'running',
  reset: 'running',
  save: 'suspended',
  discardSaved: 'stopped',
};
const unchanged: ReadonlySet<string> = new Set(['update', 'rename', 'setAutostart']);
/** The groups whose operations are about a machine. */
const ofMachines: ReadonlySet<string> = new Set(['vms', 'guests', 'snapshots', 'backups']);
/** What gives nothing back. */
const silent: ReadonlySet<string> = new Set([
  'vms.resizeDisk',
  'vms.detachDisk',
  'vms.detachNetwork',
  'vms.changeMedia',
  'guests.writeFile',
  'guests.trim',
  'guests.setPassword',
  'guests.setTime',
  'snapshots.revert',
  'snapshots.delete',
  'volumes.wipe',
  'volumes.delete',
  'pools.delete',
  'networks.delete',
  'filters.delete',
  'backups.deleteCheckpoint',
]);

/**
 * Changes nothing. A machine that shall be made is planned, and refused with what speaks against it; what is changed must
 * be there, in a state that allows it; the answer is what it would be as far as one can know. Where one can't (a new volume,
 * a program's output) the call fails with NOVA_HYPERVISOR_UNSUPPORTED rather than make something up. Reads are real.
 *
 * @param onChange - Told of each change that is not made.
 */
export function dryRun(onChange: (call: HypervisorCall) => void = () => {}): Middleware {
  return (hypervisor) =>
    aroundCalls(async (call, next) => {
      if (!call.changes) return next();
      onChange(call);
      const { signal, timeoutMs } = (call.arguments[call.optionsAt] ?? {}) as CallOptions;
      return withDeadline({ signal, timeoutMs }, (stop) => pretend(hypervisor, call, { signal: stop }));
    })(hypervisor);
}

async function pretend(hypervisor: Hypervisor, call: HypervisorCall, options: CallOptions): Promise<unknown> {
  const { group, operation, arguments: given } = call;
  const isSilent = silent.has(`${group}.${operation}`);
  if (group === 'vms' && operation === 'create')
    return planned(hypervisor.vms, given[0] as VmSpec, { ...(given[1] as CreateVmOptions | undefined), ...options });
  if (!isSilent && (group !== 'vms' || operation === 'define')) throw unknowable(call);
  if (!ofMachines.has(group)) return assertResource(hypervisor, call, options);
  const vm = await assertVm(hypervisor, call, options);
  if (isSilent) return undefined;
  const state = stateAfter[operation];
  if (state !== undefined) return { ...vm, state };
  if (unchanged.has(operation)) return vm;
  if (operation !== 'delete') throw unknowable(call);
  const stopped = vm.state === 'running' ? 'forced' : 'was-off';
  const { id: vmId, name } = vm;
  const books = { savedMemory: false, snapshots: 0, checkpoints: 0, firmwareVariables: 'none' };
  return { vmId, name, stopped, ...books, reservations: [], volumes: [], errors: [] };
}

async function planned(vms: Hypervisor['vms'], spec: VmSpec, options: CreateVmOptions = {}): Promise<Vm> {
  validateSpec(spec, options);
  const plan = await vms.plan?.(spec, { signal: options.signal, start: options.start });
  assertNoProblems(plan?.problems ?? [], `VM ${JSON.stringify(spec.name)}`);
  const { name, vcpus = 1, memoryBytes = 1024 ** 3, tags = {}, description, owner, category } = spec;
  return {
    id: `dry-run-${name}`,
    name,
    state: options.start ? 'running' : 'stopped',
    vcpus,
    memoryBytes,
    tags,
    description,
    owner,
    category,
    native: { state: 'dry-run', actions: plan?.actions ?? [] },
  };
}

function unknowable({ group, operation, subject }: HypervisorCall): HypervisorError {
  return new HypervisorError({
    kind: 'unsupported',
    message: `A dry run can't know what ${group}.${operation} of ${JSON.stringify(subject ?? null)} would give`,
    details: { group, operation, subject },
  });
}
