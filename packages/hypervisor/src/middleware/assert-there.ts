import type { CallOptions } from '@novacron/core';
import { assertAllowed, assertState } from '../assert-allowed.ts';
import { notFound } from '../error.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { DeleteVmOptions } from '../spec/operations/vms.ts';
import { actionsAllowedIn, type VmAction } from '../spec/vm-state.ts';
import type { Vm } from '../spec/vm.ts';
import type { HypervisorCall } from './around-calls.ts';

const actions: ReadonlySet<string> = new Set(actionsAllowedIn('unknown'));

/**
 * Makes sure that the machine that a call is about is there, with the part of it that the call names, in a state that allows
 * the call.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when it is not there; NOVA_HYPERVISOR_CONFLICT when its state does not
 * allow it.
 */
export async function assertVm(hypervisor: Hypervisor, call: HypervisorCall, options: CallOptions): Promise<Vm> {
  const { group, operation, subject = '', arguments: given, optionsAt } = call;
  const vm = await hypervisor.vms.get(subject, options);
  if (group === 'guests') assertState('reach the agent', vm.name, vm.state, ['running']);
  if (group === 'vms' && actions.has(operation)) {
    const { force, stop } = (given[optionsAt] ?? {}) as DeleteVmOptions;
    assertAllowed(operation as VmAction, vm.name, vm.state, { force: force || stop !== undefined });
  }
  if (optionsAt > 1 && typeof given[1] === 'string')
    await assertPart(hypervisor, `${group}.${operation}`, { vm: vm.id, part: given[1] }, options);
  return vm;
}

/** The same of the part of a machine that some operations name. */
async function assertPart(
  { vms, snapshots, backups }: Hypervisor,
  operation: string,
  { vm, part }: { readonly vm: string; readonly part: string },
  options: CallOptions,
): Promise<void> {
  const among = (parts: readonly string[] | undefined, what: Parameters<typeof notFound>[0]): void => {
    if (parts !== undefined && !parts.includes(part)) throw notFound(what, part);
  };
  switch (operation) {
    case 'vms.resizeDisk':
    case 'vms.detachDisk':
    case 'vms.changeMedia':
      among(
        (await vms.details?.(vm, options))?.disks.map(({ device }) => device),
        'Device',
      );
      break;
    case 'vms.detachNetwork':
      among(
        (await vms.details?.(vm, options))?.networkInterfaces.map(({ macAddress }) => macAddress),
        'Device',
      );
      break;
    case 'snapshots.revert':
    case 'snapshots.delete':
      among(
        (await snapshots?.list(vm, options))?.map(({ name }) => name),
        'Snapshot',
      );
      break;
    case 'backups.deleteCheckpoint':
      among(
        (await backups?.checkpoints(vm, options))?.map(({ name }) => name),
        'Checkpoint',
      );
      break;
    default:
  }
}

/**
 * Makes sure that the volume, pool, network or filter that a call is about is there.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when it is not.
 */
export async function assertResource(
  { volumes, pools, networks, filters }: Hypervisor,
  { group, subject = '', arguments: given }: HypervisorCall,
  options: CallOptions,
): Promise<void> {
  if (group === 'volumes') await volumes?.get(given[0] as VolumeReference, options);
  if (group === 'pools') await pools?.get(subject, options);
  if (group === 'networks') await networks?.get(subject, options);
  if (group === 'filters') await filters?.get(subject, options);
}
