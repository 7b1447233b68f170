import { NovaError } from '@novacron/core';
import { expect, it } from 'vitest';
import type { CompleteHypervisor } from '../spec/hypervisor.ts';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

const mebibyte = 1024 ** 2;

/** Volumes that are encrypted, and machines with them. Needs the harness's `pool`. */
export function encryptionTests({ hypervisor, freshName, specOf, pool = 'default' }: SuiteContext): void {
  const complete = (): CompleteHypervisor => hypervisor() as CompleteHypervisor;
  const passphrase = 'correct horse <&> "staple"';
  const encryption = { passphrase };

  it('makes an encrypted volume that gives its passphrase to nobody, and its secret goes with it', async () => {
    const { volumes } = complete();
    const reference = { pool, name: `${freshName()}.qcow2` };
    const made = await volumes.create({ ...reference, sizeBytes: mebibyte, encryption });
    try {
      expect(made.encryption?.secret).toMatch(/^[0-9a-f-]{36}$/);
      expect(await volumes.get(reference)).toEqual(made);
      const again = volumes.create({ ...reference, sizeBytes: mebibyte, encryption });
      await expectError(again, 'already-exists');
      const failure: unknown = await again.catch((error: unknown) => error);
      expect(NovaError.isInstance(failure) && JSON.stringify(failure)).not.toContain('horse');
      expect(await volumes.get(reference)).toEqual(made);
      const above = volumes.create({ pool, name: `${freshName()}.qcow2`, backing: reference, encryption });
      await expectError(above, 'conflict');
      const bare = { pool, name: `${freshName()}.qcow2`, image: reference };
      await expectError(volumes.create(bare), 'conflict');
      await expectError(volumes.get(bare), 'not-found');
    } finally {
      await volumes.delete(reference);
    }
    // Its name is free again, and so is the place of its secret.
    const next = await volumes.create({ ...reference, sizeBytes: mebibyte, format: 'raw', encryption });
    await volumes.delete(reference);
    expect(next.encryption?.secret).not.toBe(made.encryption?.secret);
  });

  it('makes a machine with an encrypted disk, which is never written in the clear', async () => {
    const { vms, volumes, snapshots, backups } = complete();
    const name = freshName();
    const disks = [{ create: { pool, sizeBytes: mebibyte, encryption } }];
    const plan = await vms.plan({ ...specOf(name), disks });
    expect(plan.problems).toEqual([]);
    const { id } = await vms.create({ ...specOf(name), disks });
    const told: unknown[] = [plan, await vms.get(id), await vms.details(id), await volumes.list(pool)];
    if (hypervisor().capabilities.definitions) told.push(await vms.definition(id));
    expect(JSON.stringify(told)).not.toContain('horse');
    expect((await vms.start(id)).state).toBe('running');
    if (hypervisor().capabilities.snapshots)
      await expectError(snapshots.create(id, { name: 'outside', memory: false }), 'unsupported', { devices: ['vda'] });
    if (hypervisor().capabilities.backups)
      await expectError(backups.create(id, { name: freshName(), pool }), 'unsupported', { devices: ['vda'] });
    const report = await vms.delete(id, { force: true, volumes: 'created' });
    expect(report).toMatchObject({ volumes: [`${pool}/${name}-vda.qcow2`], errors: [] });
    expect((await volumes.list(pool)).filter((volume) => volume.name.startsWith(name))).toEqual([]);
  });

  it('refuses a passphrase that is none, and bytes that would take the place of what is encrypted', async () => {
    const { vms, volumes } = complete();
    const reference = { pool, name: `${freshName()}.raw`, sizeBytes: mebibyte };
    for (const wrong of ['', 'x'.repeat(513), undefined as unknown as string]) {
      const problem = { path: 'encryption.passphrase', message: 'must be text of 1 to 512 bytes of UTF-8' };
      await expectError(volumes.create({ ...reference, encryption: { passphrase: wrong } }), 'invalid', {
        problems: [problem],
      });
    }
    const disks = [{ create: { pool, sizeBytes: mebibyte, upload: [new Uint8Array(1)], encryption } }];
    await expectError(vms.create({ ...specOf(freshName()), disks }), 'invalid', {
      problems: [expect.objectContaining({ path: 'disks[0].create.upload' })],
    });
  });
}
