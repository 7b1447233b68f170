import { expect, it } from 'vitest';
import type { CompleteHypervisor } from '../spec/hypervisor.ts';
import type { OperationOptions, OperationStep } from '../spec/operations/options.ts';
import type { SuiteContext } from './creation-tests.ts';

const mebibyte = 1024 ** 2;

/** A change, which takes options. */
type Change = (options: OperationOptions) => Promise<unknown>;

/** Every change tells what was done. Needs `capabilities.steps`. */
export function stepTests({ hypervisor, freshName, specOf, snapshotSpecOf, pool = 'default' }: SuiteContext): void {
  const complete = (): CompleteHypervisor => hypervisor() as CompleteHypervisor;

  /** Makes changes one after the other; each must tell something. */
  const expectSteps = async (changes: Readonly<Record<string, Change>>): Promise<void> => {
    for (const [name, change] of Object.entries(changes)) {
      const steps: OperationStep[] = [];
      await change({ onStep: (step) => void steps.push(step) });
      const text = expect.stringMatching(/./) as string;
      const step = { operation: text, step: text, subject: text, timeMs: expect.any(Number) as number };
      expect(steps.length, name).toBeGreaterThan(0);
      expect(steps, name).toEqual(steps.map(() => step));
    }
  };

  it('tells of each change in the life of a machine', async () => {
    const { vms, capabilities } = complete();
    const { id } = await vms.create(specOf(freshName()));
    await expectSteps({
      start: (options) => vms.start(id, options),
      ...(capabilities.suspend && {
        suspend: (options) => vms.suspend(id, options),
        resume: (options) => vms.resume(id, options),
      }),
      ...(capabilities.reset && { reset: (options) => vms.reset(id, options) }),
      reboot: (options) => vms.reboot(id, { ...options, force: true }),
      ...(capabilities.metadata && { update: (options) => vms.update(id, { owner: 'ops' }, options) }),
      ...(capabilities.autostart && { setAutostart: (options) => vms.setAutostart(id, false, options) }),
      ...(capabilities.save && {
        save: (options) => vms.save(id, options),
        discardSaved: (options) => vms.discardSaved(id, options),
      }),
      startAgain: (options) => vms.start(id, options),
      stop: (options) => vms.stop(id, { ...options, force: true }),
      ...(capabilities.rename && { rename: (options) => vms.rename(id, freshName(), options) }),
      ...(capabilities.resize && { resize: (options) => vms.resize(id, { vcpus: 2 }, options) }),
      delete: (options) => vms.delete(id, options),
    });
  });

  it('tells of each change of volumes, disks and snapshots', async () => {
    const { vms, volumes, pools, snapshots, capabilities } = complete();
    if (!capabilities.volumes) return;
    const volume = { pool, name: `${freshName()}.qcow2` };
    const { id } = await vms.create(specOf(freshName()));
    const spec = { ...volume, sizeBytes: mebibyte };
    await expectSteps({
      create: (options) => volumes.create(spec, options),
      refresh: (options) => pools.refresh(pool, options),
      ...(capabilities.volumeTransfer && { resize: (options) => volumes.resize(volume, 2 * mebibyte, options) }),
      ...(capabilities.devices && {
        attachDisk: (options) => vms.attachDisk(id, { volume }, options),
        resizeDisk: (options) => vms.resizeDisk(id, 'vda', 3 * mebibyte, options),
        detachDisk: (options) => vms.detachDisk(id, 'vda', options),
      }),
      delete: (options) => volumes.delete(volume, options),
    });
    if (!capabilities.snapshots) return;
    const vm = await vms.create((snapshotSpecOf ?? specOf)(freshName()));
    await expectSteps({
      snapshot: (options) => snapshots.create(vm.id, { name: 's' }, options),
      revert: (options) => snapshots.revert(vm.id, 's', options),
      deleteSnapshot: (options) => snapshots.delete(vm.id, 's', options),
    });
    await vms.delete(vm.id, { volumes: 'created' });
  });

  it('tells of each change of networks', async () => {
    const { networks, capabilities } = complete();
    if (!capabilities.networks) return;
    const name = freshName();
    const bridge = `nv${process.pid % 100_000}${name.split('-').at(-1)}`;
    await expectSteps({
      create: (options) =>
        networks.create(
          { name, bridge, mode: 'isolated', address: '198.51.100.1/24', dhcpRange: ['198.51.100.10', '198.51.100.99'] },
          options,
        ),
      addReservation: (options) =>
        networks.addReservation(name, { macAddress: '52:54:00:aa:00:03', address: '198.51.100.7' }, options),
      removeReservation: (options) => networks.removeReservation(name, '52:54:00:aa:00:03', options),
      stop: (options) => networks.stop(name, options),
      start: (options) => networks.start(name, options),
      delete: (options) => networks.delete(name, options),
    });
  });
}
