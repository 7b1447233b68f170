import { withDeadline } from '@novacron/core';
import type { VolumeEncryption, VolumeReference } from '../spec/definition/disk-spec.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { OperationOptions } from '../spec/operations/options.ts';
import type { Vm } from '../spec/vm.ts';
import { assertState } from '../assert-allowed.ts';
import { definable } from './definable.ts';
import { volumesOf } from './manifest.ts';
import { madeVolumes, takenBack } from './take-back.ts';
import { withinDeadline } from './within-deadline.ts';

/** How a machine is cloned. */
export interface CloneVmOptions extends OperationOptions {
  /** The clone's name. */
  readonly name: string;
  /**
   * `full`: its disks are copies. `linked`: they keep only what changes, on top of the original's, which must not be started
   * again while there are clones.
   *
   * @default 'full'
   */
  readonly disks?: 'full' | 'linked' | undefined;
  /** The pool of its disks. @default that of each original */
  readonly pool?: string | undefined;
  /** How the copies of encrypted disks are encrypted; needed when there are any. */
  readonly encryption?: VolumeEncryption | undefined;
  /** Start it too. @default false */
  readonly start?: boolean | undefined;
  /** Change it before it is started: its size, its tags, the image that its cloud-init reads. */
  readonly prepare?: ((vm: Vm) => Promise<void>) | undefined;
}

/**
 * Makes another machine like one that is off, with an identity of its own: another id, other MAC addresses, disks of its
 * own. What the guest keeps of its identity on its disk (machine-id, SSH keys) is for `prepare`, or for whoever made the
 * original ready to be cloned. All is taken back when a step fails.
 *
 * @param vm - The original.
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the original is on; NOVA_HYPERVISOR_ALREADY_EXISTS when the name
 * is taken; NOVA_HYPERVISOR_CONFLICT when a disk is encrypted and `encryption` is missing, or its clone is linked;
 * NOVA_HYPERVISOR_INVALID when a disk is in no pool; NOVA_HYPERVISOR_UNSUPPORTED when the driver can't.
 *
 * @example
 * ```ts
 * import { cloneVm } from '@novacron/hypervisor/library';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * await using hypervisor = createMemoryHypervisor();
 * await hypervisor.vms.create({ name: 'golden', disks: [{ create: { pool: 'default', sizeBytes: 1024 ** 3 } }] });
 * const clone = await cloneVm(hypervisor, 'golden', { name: 'web-1', disks: 'linked' });
 * clone.name // => 'web-1'
 * (await hypervisor.volumes.get({ pool: 'default', name: 'web-1-vda.qcow2' })).backingPath // => '/var/lib/images/golden-vda.qcow2'
 * ```
 */
export async function cloneVm(hypervisor: Hypervisor, vm: string, options: CloneVmOptions): Promise<Vm> {
  return withinDeadline(options, (signal) => clone(hypervisor, vm, { ...options, signal }));
}

async function clone(hypervisor: Hypervisor, vm: string, options: CloneVmOptions): Promise<Vm> {
  const { name, disks: kind = 'full', pool, encryption, signal, onStep } = options;
  const { vms } = hypervisor;
  const { define, definition: read } = definable(hypervisor);
  const volumes = volumesOf(hypervisor);
  const original = await vms.get(vm, { signal });
  assertState('clone', original.name, original.state, ['stopped', 'stopped-allocated', 'crashed']);
  const definition = await read(vm, { signal });
  const made: Record<string, VolumeReference> = {};
  let copy: Vm | undefined;
  try {
    for (const { device, readOnly, volume, format } of definition.disks) {
      if (readOnly || volume === undefined) continue;
      const linked = kind === 'linked';
      const reference = { pool: pool ?? volume.pool, name: `${name}-${device}.${linked ? 'qcow2' : format}` };
      const isEncrypted = (await volumes.get(volume, { signal })).encryption !== undefined;
      const secrecy = isEncrypted ? { encryption } : {};
      await volumes.create(
        {
          ...reference,
          ...secrecy,
          format: linked ? 'qcow2' : format,
          ...(linked ? { backing: volume } : { image: volume }),
        },
        { signal, onStep },
      );
      made[device] = reference;
    }
    const defined = await define(definition, { name, volumes: made, signal, onStep });
    copy = defined;
    await withDeadline({ signal }, () => options.prepare?.(defined));
    return options.start ? await vms.start(defined.id, { signal }) : await vms.get(defined.id, { signal });
  } catch (error) {
    const { id } = copy ?? {};
    const defined = id === undefined ? [] : [{ what: `VM ${name}`, remove: () => vms.delete(id, { force: true }) }];
    throw await takenBack(error, [...defined, ...madeVolumes(volumes, made)]);
  }
}
