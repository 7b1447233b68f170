import { expect, it } from 'vitest';
import type { CompleteHypervisor } from '../spec/hypervisor.ts';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

const mebibyte = 1024 ** 2;

/** Definitions of machines, and images of their disks. Needs the harness's `pool`. */
export function backupTests({ hypervisor, freshName, specOf, pool = 'default' }: SuiteContext): void {
  const complete = (): CompleteHypervisor => hypervisor() as CompleteHypervisor;
  const withDisk = (): ReturnType<typeof specOf> => ({
    ...specOf(freshName()),
    tags: { role: 'db' },
    disks: [{ create: { pool, sizeBytes: 4 * mebibyte } }],
  });

  it('makes a machine after the definition of another, with an identity of its own', async () => {
    const { vms, volumes } = complete();
    const spec = withDisk();
    const { id } = await vms.create(spec);
    const definition = await vms.definition(id);
    expect(definition).toMatchObject({
      driver: hypervisor().driver,
      name: spec.name,
      disks: [{ device: 'vda', readOnly: false, format: 'qcow2', volume: { pool }, sizeBytes: 4 * mebibyte }],
    });
    const name = freshName();
    await expectError(vms.define(definition, { name }), 'invalid', {
      problems: [expect.objectContaining({ path: 'volumes.vda' })],
    });
    const vda = { pool, name: `${name}.qcow2` };
    await volumes.create({ ...vda, sizeBytes: 4 * mebibyte });
    const made = await vms.define(definition, { name, volumes: { vda } });
    expect(made).toMatchObject({ name, state: 'stopped', tags: { role: 'db' } });
    expect(made.id).not.toBe(id);
    expect((await vms.start(made.id)).state).toBe('running');
    await expectError(vms.define({ ...definition, driver: 'other' }, { name }), 'unsupported');
    expect(await vms.delete(made.id, { force: true, volumes: 'created' })).toMatchObject({
      volumes: [`${pool}/${vda.name}`],
    });
    await vms.delete(id, { volumes: 'created' });
  });

  it('makes images of disks in full and of what has changed, and forgets their checkpoints', async () => {
    const { vms, backups, volumes } = complete();
    const { id, name } = await vms.create(withDisk(), { start: true });
    const full = await backups.create(id, { name: `${name}-1`, pool });
    expect(full).toMatchObject({
      name: `${name}-1`,
      checkpoint: `${name}-1`,
      disks: [{ device: 'vda', volume: { pool, name: `${name}-1.vda.qcow2` }, sizeBytes: 4 * mebibyte }],
    });
    const changes = await backups.create(id, { name: `${name}-2`, pool, since: full });
    expect(changes.since).toBe(full.name);
    const image = await volumes.get({ pool, name: `${name}-2.vda.qcow2` });
    expect(image.backingPath).toContain(`${name}-1.vda.qcow2`);
    expect((await backups.checkpoints(id)).map((each) => [each.name, each.parent])).toEqual([
      [`${name}-1`, undefined],
      [`${name}-2`, `${name}-1`],
    ]);
    await backups.deleteCheckpoint(id, `${name}-1`);
    expect((await backups.checkpoints(id)).map((each) => [each.name, each.parent])).toEqual([[`${name}-2`, undefined]]);
    await expectError(backups.deleteCheckpoint(id, `${name}-1`), 'not-found');
    await expectError(backups.create(id, { name: `${name}-3`, pool, since: full }), 'not-found');
    await vms.delete(id, { force: true, volumes: 'created' });
    for (const { disks } of [changes, full]) for (const { volume } of disks) await volumes.delete(volume);
  });

  it('leaves no image of a backup that can not be made', async () => {
    const { vms, backups, volumes } = complete();
    const { id, name } = await vms.create(withDisk());
    const off = await backups.create(id, { name: `${name}-off`, pool });
    expect(off.checkpoint).toBeUndefined();
    await vms.start(id);
    await expectError(backups.create(id, { name: `${name}-1`, pool, since: off }), 'conflict');
    await expectError(backups.create(id, { name: `${name}-off`, pool }), 'already-exists');
    await expectError(backups.create(id, { name: `${name}-1`, pool, disks: ['vda', 'vdz'] }), 'not-found');
    await expectError(backups.create(id, { name: 'a/b', pool, disks: [] }), 'invalid', {
      problems: [expect.objectContaining({ path: 'name' }), expect.objectContaining({ path: 'disks' })],
    });
    const left = (await volumes.list(pool)).filter((each) => each.name.startsWith(`${name}-`));
    expect(left.map((each) => each.name)).toEqual([`${name}-off.vda.qcow2`, `${name}-vda.qcow2`]);
    await vms.delete(id, { force: true, volumes: 'created' });
    await volumes.delete({ pool, name: `${name}-off.vda.qcow2` });
  });
}
