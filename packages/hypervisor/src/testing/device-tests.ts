import { expect, it } from 'vitest';
import type { CompleteHypervisor } from '../spec/hypervisor.ts';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

const mebibyte = 1024 ** 2;

/** Disks that come, grow and go. Needs the harness's `pool`. */
export function deviceTests({ hypervisor, freshName, specOf, pool = 'default' }: SuiteContext): void {
  const complete = (): CompleteHypervisor => hypervisor() as CompleteHypervisor;
  const newDisk = { create: { pool, sizeBytes: mebibyte } };

  it('keeps the device and the volume of each disk, whatever becomes of the name and of other disks', async () => {
    const { vms, volumes, capabilities } = complete();
    const { id, name } = await vms.create({ ...specOf(freshName()), disks: [newDisk, newDisk] });
    const [vda, vdb] = ['vda', 'vdb'].map((device) => ({ pool, name: `${name}-${device}.qcow2` })) as [
      { pool: string; name: string },
      { pool: string; name: string },
    ];
    if (capabilities.rename) await vms.rename(id, freshName());
    await vms.resizeDisk(id, 'vdb', 2 * mebibyte);
    expect((await volumes.get(vdb)).sizeBytes).toBe(2 * mebibyte);
    for (const size of [Number.NaN, -5, mebibyte, undefined as never])
      await expectError(vms.resizeDisk(id, 'vdb', size), 'invalid');
    await vms.detachDisk(id, 'vda');
    const { disks } = await vms.details(id);
    expect(disks).toEqual([expect.objectContaining({ device: 'vdb', source: expect.stringContaining(vdb.name) })]);
    await vms.resizeDisk(id, 'vdb', 3 * mebibyte);
    expect((await volumes.get(vdb)).sizeBytes).toBe(3 * mebibyte);
    expect((await volumes.get(vda)).sizeBytes).toBe(mebibyte);
    expect(await vms.attachDisk(id, { volume: vda })).toBe('vda');
    await vms.delete(id, { volumes: 'all' });
    for (const volume of [vda, vdb]) await expectError(volumes.get(volume), 'not-found');
  });

  it('puts media into a drive and takes them out, and gives a new disk the first device that is free', async () => {
    const { vms, volumes } = complete();
    const iso = { pool, name: `${freshName()}.iso` };
    await volumes.create({ ...iso, sizeBytes: mebibyte, format: 'raw' });
    try {
      const { id } = await vms.create({ ...specOf(freshName()), disks: [{ device: 'cdrom' }] });
      const inDrive = async (): Promise<unknown> => (await vms.details(id)).disks[0]?.source;
      const device = (await vms.details(id)).disks[0]?.device ?? '';
      expect(device).toBe('sda');
      expect(await inDrive()).toBeUndefined();
      await vms.changeMedia(id, device, iso);
      expect(await inDrive()).toContain(iso.name);
      await vms.changeMedia(id, device, undefined);
      expect(await inDrive()).toBeUndefined();
      await expectError(vms.changeMedia(id, device, { pool, name: 'none' }), 'not-found');
      expect(await vms.attachDisk(id, newDisk)).toBe('vda');
      await expectError(vms.changeMedia(id, 'vda', iso), 'not-found');
      await expectError(vms.detachDisk(id, 'vdz'), 'not-found');
      await expectError(vms.attachDisk(id, { volume: { pool, name: 'none' } }), 'not-found');
      await expectError(vms.attachDisk(id, {}), 'invalid');
      await vms.delete(id, { volumes: 'all' });
    } finally {
      await volumes.delete(iso);
    }
  });
}
