import { HypervisorError } from '@novacron/hypervisor';
import { cloneVm, createBackupStore, createImageLibrary } from '@novacron/hypervisor/library';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { aroundCalls, policy, type Middleware } from '@novacron/hypervisor/middleware';
import { describe, expect, it } from 'vitest';

const keepsVolumes = policy(({ group, operation }) => group !== 'volumes' || operation !== 'delete');
const image = { name: 'debian', version: '12', os: 'debian12', sizeBytes: 1024, source: [new Uint8Array(64)] };

describe('what the library can not take back', () => {
  it('is named in the error, after its reason', async () => {
    await using memory = createMemoryHypervisor();
    const library = createImageLibrary(keepsVolumes(memory), { pool: 'default' });
    await expect(library.add({ ...image, sha256: '0'.repeat(64) })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/SHA-256.*left behind: default\/debian@12\.qcow2/),
      details: { leftBehind: ['default/debian@12.qcow2'] },
    });
    expect(await memory.volumes.list('default')).toMatchObject([{ name: 'debian@12.qcow2' }]);
  });

  it('is the machine too', async () => {
    await using memory = createMemoryHypervisor();
    await memory.vms.create({ name: 'golden', disks: [{ create: { pool: 'default', sizeBytes: 1024 } }] });
    const cautious = policy(({ operation }) => operation !== 'delete')(memory);
    const prepare = async (): Promise<void> => {
      throw new Error('no licence');
    };
    await expect(cloneVm(cautious, 'golden', { name: 'web', prepare })).rejects.toMatchObject({
      kind: 'internal',
      message: 'no licence; left behind: VM web, default/web-vda.qcow2',
      details: { leftBehind: ['VM web', 'default/web-vda.qcow2'] },
    });
    expect((await memory.vms.list()).items.map(({ name }) => name)).toEqual(['golden', 'web']);
  });

  it('is nothing where it is gone already', async () => {
    await using memory = createMemoryHypervisor();
    const library = createImageLibrary(memory, { pool: 'default' });
    const refused = library.add({ ...image, sha256: '0'.repeat(64) });
    await expect(refused).rejects.toMatchObject({
      kind: 'invalid',
      details: expect.not.objectContaining({ leftBehind: expect.anything() }),
    });
    expect(await memory.volumes.list('default')).toEqual([]);
  });

  it('is told with a time-out too, and waited for', async () => {
    await using memory = createMemoryHypervisor();
    await memory.vms.create({ name: 'golden', disks: [{ create: { pool: 'default', sizeBytes: 1024 } }] });
    const prepare = (): Promise<void> => new Promise(() => {});
    await expect(cloneVm(memory, 'golden', { name: 'web', prepare, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'NOVA_CORE_TIMEOUT',
    });
    expect((await memory.volumes.list('default')).map(({ name }) => name)).toEqual(['golden-vda.qcow2']);
    await expect(
      cloneVm(keepsVolumes(memory), 'golden', { name: 'web', prepare, timeoutMs: 50 }),
    ).rejects.toMatchObject({ kind: 'timeout', details: { leftBehind: ['default/web-vda.qcow2'] } });
  });

  it('keeps nothing of an image in a second format', async () => {
    await using memory = createMemoryHypervisor();
    const library = createImageLibrary(memory, { pool: 'default' });
    await library.add(image);
    await expect(library.add({ ...image, format: 'raw' })).rejects.toMatchObject({ kind: 'already-exists' });
    expect(await memory.volumes.list('default')).toHaveLength(2);
  });
});

describe('a library whose pool does not answer', () => {
  const away = (names: RegExp): Middleware =>
    aroundCalls(({ group, operation, subject }, next) => {
      if (group === 'volumes' && operation === 'download' && names.test(String(subject)))
        throw new HypervisorError({ kind: 'unavailable', message: 'The pool is away' });
      return next();
    });

  it('deletes no backup on which an unread one may stand, and calls none damaged', async () => {
    await using memory = createMemoryHypervisor({ latenciesMs: { start: [0, 0] } });
    await memory.vms.create({ name: 'db', disks: [{ create: { pool: 'default', sizeBytes: 1024 } }] }, { start: true });
    const store = createBackupStore(memory, { pool: 'default' });
    const monday = await store.create('db', { name: 'mon' });
    await store.create('db', { name: 'tue', incremental: true });
    const blind = createBackupStore(away(/tue/)(memory), { pool: 'default' });
    await expect(blind.delete(monday)).rejects.toMatchObject({ kind: 'unavailable' });
    const halfBlind = createBackupStore(away(/mon.*qcow2/)(memory), { pool: 'default' });
    await expect(halfBlind.verify(monday)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(store.delete(monday)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await store.list('db')).toHaveLength(2);
  });

  it('goes on with deletes that were done by half', async () => {
    await using memory = createMemoryHypervisor({ latenciesMs: { start: [0, 0] } });
    await memory.vms.create({ name: 'db', disks: [{ create: { pool: 'default', sizeBytes: 1024 } }] }, { start: true });
    const store = createBackupStore(memory, { pool: 'default' });
    const backup = await store.create('db');
    for (const { volume } of backup.disks) await memory.volumes.delete(volume);
    expect(await store.verify(backup)).toHaveLength(1);
    await store.delete(backup);
    expect(await store.list()).toEqual([]);
    const library = createImageLibrary(memory, { pool: 'default' });
    const added = await library.add(image);
    await memory.volumes.delete(added.volume);
    await library.delete(added);
    expect(await library.list()).toEqual([]);
  });
});
