import { expect, it } from 'vitest';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** Snapshots of machines that are off and of machines that run. */
export function snapshotTests({ hypervisor, freshName, specOf, snapshotSpecOf }: SuiteContext): void {
  const snapshots = (): NonNullable<ReturnType<typeof hypervisor>['snapshots']> => {
    const found = hypervisor().snapshots;
    if (found === undefined) throw new Error('capabilities.snapshots is true, but there are no snapshots');
    return found;
  };
  const spec = (): ReturnType<typeof specOf> => (snapshotSpecOf ?? specOf)(freshName());

  it('makes a chain of snapshots, goes back, and deletes', async () => {
    const { id, name } = await hypervisor().vms.create(spec());
    const first = await snapshots().create(id, { name: 'first', description: 'before & after' });
    expect(first).toMatchObject({
      name: 'first',
      description: 'before & after',
      memory: false,
      storage: 'internal',
      current: true,
    });
    await snapshots().create(name, { name: 'second' });
    const chain = await snapshots().list(id);
    expect(chain.map((each) => [each.name, each.parent, each.current])).toEqual([
      ['first', undefined, false],
      ['second', 'first', true],
    ]);
    await expectError(snapshots().create(id, { name: 'first' }), 'already-exists');
    await snapshots().revert(id, 'first');
    expect((await snapshots().list(id)).find(({ current }) => current)?.name).toBe('first');
    await snapshots().delete(id, 'first', { withChildren: true });
    expect(await snapshots().list(id)).toEqual([]);
    await expectError(snapshots().revert(id, 'first'), 'not-found');
    await expectError(snapshots().delete(id, 'first'), 'not-found');
    await hypervisor().vms.delete(id, { force: true, volumes: 'created' });
  });

  it('shows the images of a disk, and merges those of an external snapshot while it runs', async () => {
    const { capabilities } = hypervisor();
    if (!capabilities.backups) return;
    const { id, name } = await hypervisor().vms.create(spec());
    const disks = (await hypervisor().vms.details?.(id))?.disks ?? [];
    const device = disks.find(({ type }) => type === 'disk')?.device;
    if (device !== undefined) {
      await hypervisor().vms.start(id);
      const before = await snapshots().chain(id, device);
      expect(before).toHaveLength(1);
      await snapshots().create(id, { name: 'upper', memory: false });
      const chain = await snapshots().chain(id, device);
      expect(chain).toHaveLength(2);
      expect(chain[1]).toEqual(before[0]);
      expect(chain[0]?.path).toContain('.upper');
      expect(await snapshots().merge(name, device)).toEqual(before);
      expect(await snapshots().merge(name, device)).toEqual(before);
      expect(await snapshots().list(id)).toEqual([]);
      await hypervisor().vms.stop(id, { force: true });
      await expectError(snapshots().merge(id, device), 'conflict');
    }
    await expectError(snapshots().chain(id, 'vdz'), 'not-found');
    await hypervisor().vms.delete(id, { force: true, volumes: 'created' });
  });

  it('keeps a machine that has snapshots when that is asked for, and tells how many went with it', async () => {
    const { id } = await hypervisor().vms.create(spec());
    await snapshots().create(id, { name: 'kept' });
    await expectError(hypervisor().vms.delete(id, { snapshots: 'refuse' }), 'conflict', { snapshots: 1 });
    expect(await snapshots().list(id)).toHaveLength(1);
    const report = await hypervisor().vms.delete(id, { volumes: 'created' });
    expect(report).toMatchObject({ snapshots: 1, checkpoints: 0, firmwareVariables: 'none', reservations: [] });
  });

  it('keeps memory in a file beside the disks, or says that it can not', async () => {
    const spec = (snapshotSpecOf ?? specOf)(freshName());
    const { id } = await hypervisor().vms.create(spec, { start: true });
    const wanted = { name: 'beside', storage: 'external' } as const;
    if (!hypervisor().capabilities.externalMemorySnapshots)
      return expectError(snapshots().create(id, wanted), 'unsupported');
    expect(await snapshots().create(id, wanted)).toMatchObject({ storage: 'external', memory: true });
    await hypervisor().vms.stop(id, { force: true });
    await snapshots().revert(id, 'beside');
    expect((await hypervisor().vms.get(id)).state).toBe('running');
    await hypervisor().vms.delete(id, { force: true, volumes: 'all' });
  });

  it('keeps the memory of a machine that runs', async () => {
    const { id } = await hypervisor().vms.create(spec(), { start: true });
    expect(await snapshots().create(id, { name: 'warm' })).toMatchObject({ memory: true });
    await hypervisor().vms.stop(id, { force: true });
    await snapshots().revert(id, 'warm');
    expect((await hypervisor().vms.get(id)).state).toBe('running');
    expect(await hypervisor().vms.delete(id, { force: true, volumes: 'created' })).toMatchObject({
      stopped: 'forced',
      snapshots: 1,
    });
  });
}
