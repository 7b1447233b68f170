import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompleteHypervisor, VmSpec } from '@novacron/hypervisor';
import {
  cloneVm,
  createBackupStore,
  createImageLibrary,
  directoryArchive,
  exportVm,
  importVm,
} from '@novacron/hypervisor/library';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const mebibyte = 1024 ** 2;

/** What the tests of the library need of a driver. */
export interface LibraryHarness {
  readonly open: () => Promise<CompleteHypervisor>;
  readonly pool: string;
  /** Writes into the first disk of a machine that is on, as its guest does. */
  readonly write: (hypervisor: CompleteHypervisor, vm: string, byte: number, offset: number) => Promise<void>;
  /** The bytes that a guest would see in a volume. */
  readonly seen: (hypervisor: CompleteHypervisor, name: string) => Promise<Buffer>;
}

/** What is built on the interface works the same on every driver. */
export function describeLibrary(title: string, { open, pool, write, seen }: LibraryHarness): void {
  describe(`${title}: images, clones, exports and backups`, { timeout: 60_000 }, () => {
    let hypervisor: CompleteHypervisor;
    let serial = 0;
    const prefix = `hv-lib-${process.pid}`;
    const fresh = (): string => `${prefix}-${++serial}`;
    const withDisk = (name: string): VmSpec => ({
      name,
      memoryBytes: 16 * mebibyte,
      tags: { role: 'db' },
      networks: [{ network: title === 'memory' ? 'default' : 'lab', macAddress: '52:54:00:aa:bb:01' }],
      disks: [{ create: { pool, sizeBytes: 8 * mebibyte } }],
    });
    const left = async (): Promise<readonly string[]> =>
      (await hypervisor.volumes.list(pool)).map(({ name }) => name).filter((name) => name.startsWith(prefix));

    beforeAll(async () => {
      hypervisor = await open();
    });
    afterEach(async () => {
      for (const vm of (await hypervisor.vms.list({ namePrefix: prefix })).items)
        await hypervisor.vms.delete(vm.id, { force: true, volumes: 'created' });
      for (const name of await left()) await hypervisor.volumes.delete({ pool, name });
    });
    afterAll(() => hypervisor.close());

    it('backs up while the guest writes, verifies, and restores both moments', async () => {
      const store = createBackupStore(hypervisor, { pool });
      const { name } = await hypervisor.vms.create(withDisk(fresh()), { start: true });
      await write(hypervisor, name, 0xaa, 0);
      const full = await store.create(name, { name: `${name}-monday`, incremental: true });
      expect(full.since).toBeUndefined(); // nothing to go on from
      await write(hypervisor, name, 0xbb, mebibyte);
      const changes = await store.create(name, { name: `${name}-tuesday`, incremental: true });
      expect(changes.since).toBe(full.name);
      await write(hypervisor, name, 0xcc, 0);
      expect((await store.list(name)).map((each) => each.name)).toEqual([changes.name, full.name]);
      expect(await store.verify(full)).toEqual([]);
      expect(await store.verify(changes)).toEqual([]);
      for (const [backup, second] of [
        [full, 0],
        [changes, 0xbb],
      ] as const) {
        const again = fresh();
        const restored = await store.restore(backup, { name: again });
        expect(restored).toMatchObject({ name: again, state: 'stopped', tags: { role: 'db' } });
        const bytes = await seen(hypervisor, `${again}-vda.qcow2`);
        expect([bytes[0], bytes[mebibyte]]).toEqual([0xaa, second]);
        expect((await hypervisor.vms.start(again)).state).toBe('running');
      }
    });

    it('finds out that a backup is damaged, or lacks what it stands on', async () => {
      const store = createBackupStore(hypervisor, { pool });
      const { name } = await hypervisor.vms.create(withDisk(fresh()), { start: true });
      const full = await store.create(name, { name: `${name}-a` });
      const changes = await store.create(name, { name: `${name}-b`, incremental: true });
      await expect(store.delete(full)).rejects.toMatchObject({ kind: 'conflict', details: { above: changes.name } });
      const image = { pool, name: `${name}-a.vda.qcow2` };
      await hypervisor.volumes.upload(image, [Buffer.alloc(4096, 1)]);
      expect(await store.verify(changes)).toEqual([expect.stringMatching(/-a\.vda\.qcow2 is not what was written/)]);
      await store.delete(changes);
      await store.delete(full);
      expect(await store.list(name)).toEqual([]);
      expect(await hypervisor.backups.checkpoints(name)).toEqual([]);
      await expect(store.delete(full)).rejects.toMatchObject({ kind: 'not-found' });
      expect(await left()).toEqual([`${name}-vda.qcow2`]);
    });

    it('keeps images by version and checksum, and machines are made of them', async () => {
      const library = createImageLibrary(hypervisor, { pool });
      const name = fresh();
      const source = [Buffer.alloc(mebibyte, 5), Buffer.alloc(mebibyte, 6)];
      const image = { name, sizeBytes: 2 * mebibyte, format: 'raw', os: 'debian12' } as const;
      await library.add({ ...image, version: '1.9', source });
      const wrong = library.add({ ...image, version: '2.0', source, sha256: '0'.repeat(64) });
      await expect(wrong).rejects.toMatchObject({ kind: 'invalid', details: { image: name } });
      const newest = await library.add({ ...image, version: '1.10', source });
      expect(await library.get(name)).toEqual(newest);
      await expect(library.get(name, '2.0')).rejects.toMatchObject({ kind: 'not-found' });
      await expect(library.add({ ...image, version: '1.9', source })).rejects.toMatchObject({ kind: 'already-exists' });
      expect(await library.verify(newest)).toBe(true);
      for (const kind of ['full', 'linked'] as const) {
        const vm = fresh();
        await hypervisor.vms.create({ name: vm, memoryBytes: 16 * mebibyte, disks: [library.disk(newest, { kind })] });
        const format = kind === 'full' ? 'raw' : 'qcow2';
        const volume = await hypervisor.volumes.get({ pool, name: `${vm}-vda.${format}` });
        expect(volume.backingPath?.includes('@1.10.raw') ?? false).toBe(kind === 'linked');
        expect(volume.sizeBytes).toBe(2 * mebibyte);
      }
      await hypervisor.volumes.upload(newest.volume, [Buffer.alloc(10, 1)]);
      expect(await library.verify(newest)).toBe(false);
      await library.delete(newest);
      expect((await library.list()).filter((each) => each.name === name).map(({ version }) => version)).toEqual([
        '1.9',
      ]);
      await expect(library.add({ ...image, name: 'a@b', version: '', source })).rejects.toMatchObject({
        details: {
          problems: [expect.objectContaining({ path: 'version' }), expect.objectContaining({ path: 'name' })],
        },
      });
    });

    it('makes an image of a machine that was made ready for it', async () => {
      const library = createImageLibrary(hypervisor, { pool });
      const { name, id } = await hypervisor.vms.create(withDisk(fresh()), { start: true });
      const prepared: string[] = [];
      const image = await library.addFromVm(name, {
        name: `${name}-golden`,
        version: '1',
        prepare: async ({ vms }, vm) => {
          prepared.push((await vms.get(vm)).state);
          await write(hypervisor, vm, 0x77, 0);
          await vms.stop(vm, { force: true });
        },
      });
      expect(prepared).toEqual(['running']);
      expect(image).toMatchObject({ format: 'qcow2', sizeBytes: 8 * mebibyte });
      expect((await seen(hypervisor, image.volume.name))[0]).toBe(0x77);
      expect((await hypervisor.vms.get(id)).state).toBe('stopped');
      const other = { name: `${name}-golden`, version: '2', device: 'vdz' };
      await expect(library.addFromVm(name, other)).rejects.toMatchObject({ kind: 'not-found' });
    });

    it('keeps an encrypted disk encrypted in a clone, and exports none', async () => {
      const create = { pool, sizeBytes: mebibyte, encryption: { passphrase: 'first' } };
      const original = await hypervisor.vms.create({ ...withDisk(fresh()), disks: [{ create }] });
      const folder = await mkdtemp(join(tmpdir(), 'hv-export-'));
      try {
        const refused = exportVm(hypervisor, original.id, directoryArchive(folder));
        await expect(refused).rejects.toMatchObject({ kind: 'unsupported', details: { devices: ['vda'] } });
      } finally {
        await rm(folder, { recursive: true });
      }
      await expect(cloneVm(hypervisor, original.id, { name: fresh() })).rejects.toMatchObject({ kind: 'conflict' });
      const encryption = { passphrase: 'second' };
      const linked = cloneVm(hypervisor, original.id, { name: fresh(), disks: 'linked', encryption });
      await expect(linked).rejects.toMatchObject({ kind: 'conflict' });
      const clone = await cloneVm(hypervisor, original.id, { name: fresh(), encryption });
      const of = async (name: string): Promise<string | undefined> =>
        (await hypervisor.volumes.get({ pool, name: `${name}-vda.qcow2` })).encryption?.secret;
      expect(await of(clone.name)).not.toBe(await of(original.name));
      expect((await hypervisor.vms.definition(clone.id)).text).toContain((await of(clone.name)) ?? 'a secret');
    });

    it('clones a machine that is off, in full and linked, or leaves nothing behind', async () => {
      const original = await hypervisor.vms.create(withDisk(fresh()), { start: true });
      await write(hypervisor, original.name, 0x55, 0);
      await expect(cloneVm(hypervisor, original.id, { name: fresh() })).rejects.toMatchObject({ kind: 'conflict' });
      await hypervisor.vms.stop(original.id, { force: true });
      const before = await left();
      const failing = cloneVm(hypervisor, original.id, {
        name: fresh(),
        prepare: () => Promise.reject(new Error('not ready')),
      });
      await expect(failing).rejects.toThrow('not ready');
      expect(await left()).toEqual(before);
      for (const disks of ['full', 'linked'] as const) {
        const clone = await cloneVm(hypervisor, original.id, { name: fresh(), disks, start: true });
        expect(clone).toMatchObject({ state: 'running', tags: { role: 'db' } });
        expect(clone.id).not.toBe(original.id);
        const [network] = (await hypervisor.vms.details(clone.id)).networkInterfaces;
        expect(network?.macAddress).not.toBe('52:54:00:aa:bb:01');
        await hypervisor.vms.stop(clone.id, { force: true });
        expect((await hypervisor.vms.delete(clone.id, { volumes: 'created' })).volumes).toEqual([
          `${pool}/${clone.name}-vda.qcow2`,
        ]);
      }
      expect((await seen(hypervisor, `${original.name}-vda.qcow2`))[0]).toBe(0x55);
    });

    it('exports into a folder and imports from it, but no damaged disk', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hv-export-'));
      try {
        const archive = directoryArchive(join(folder, 'web'));
        const { name, id } = await hypervisor.vms.create(withDisk(fresh()), { start: true });
        await write(hypervisor, name, 0x33, 0);
        await expect(exportVm(hypervisor, id, archive)).rejects.toMatchObject({ kind: 'conflict' });
        await hypervisor.vms.stop(id, { force: true });
        const { disks } = await exportVm(hypervisor, id, archive);
        expect(disks).toMatchObject([{ device: 'vda', file: 'vda.qcow2', sizeBytes: 8 * mebibyte }]);
        await expect(importVm(hypervisor, archive, { pool })).rejects.toMatchObject({ kind: 'already-exists' });
        const copy = fresh();
        await importVm(hypervisor, archive, { pool, name: copy });
        expect((await seen(hypervisor, `${copy}-vda.qcow2`))[0]).toBe(0x33);
        expect((await hypervisor.vms.start(copy)).state).toBe('running');
        const file = join(folder, 'web', 'vda.qcow2');
        const bytes = await readFile(file);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        await writeFile(file, bytes);
        const damaged = fresh();
        await expect(importVm(hypervisor, archive, { pool, name: damaged })).rejects.toMatchObject({
          kind: 'invalid',
          message: expect.stringContaining('SHA-256'),
        });
        expect((await left()).filter((each) => each.startsWith(damaged))).toEqual([]);
        await writeFile(join(folder, 'web', 'machine.json'), '{}');
        await expect(importVm(hypervisor, archive, { pool, name: damaged })).rejects.toMatchObject({ kind: 'invalid' });
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
}
