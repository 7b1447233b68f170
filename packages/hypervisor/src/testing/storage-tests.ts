import { expect, it } from 'vitest';
import type { VmDeletion } from '../spec/operations/vms.ts';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

const mebibyte = 1024 ** 2;

/** Pools and volumes, and machines made with volumes. Needs the harness's `pool`. */
export function storageTests({ hypervisor, freshName, specOf, pool: poolName }: SuiteContext): void {
  const volumes = (): NonNullable<ReturnType<typeof hypervisor>['volumes']> => {
    const found = hypervisor().volumes;
    if (found === undefined) throw new Error('capabilities.volumes is true, but there are no volumes');
    return found;
  };
  const pool = (): string => {
    if (poolName === undefined) throw new Error('the harness names no pool');
    return poolName;
  };

  it('finds the pool and what is left in it', async () => {
    const found = await hypervisor().pools?.get(pool());
    expect(found).toMatchObject({ name: pool(), active: true, availableBytes: expect.any(Number) });
    expect((await hypervisor().pools?.list())?.map(({ name }) => name)).toContain(pool());
    await expectError(Promise.resolve(hypervisor().pools?.get(freshName())), 'not-found');
  });

  it('makes a blank volume, lists it, and deletes it', async () => {
    const reference = { pool: pool(), name: `${freshName()}.raw` };
    const made = await volumes().create({ ...reference, sizeBytes: mebibyte, format: 'raw' });
    expect(made).toMatchObject({ ...reference, sizeBytes: mebibyte, format: 'raw' });
    expect((await volumes().list(pool())).map(({ name }) => name)).toContain(reference.name);
    await expectError(volumes().create({ ...reference, sizeBytes: mebibyte }), 'already-exists');
    await volumes().delete(reference);
    await expectError(volumes().get(reference), 'not-found');
    await expectError(volumes().delete(reference), 'not-found');
  });

  it('refuses a wrong volume with all its problems', async () => {
    await expectError(volumes().create({ pool: pool(), name: 'a/b', sizeBytes: -1 }), 'invalid', {
      problems: [expect.objectContaining({ path: 'name' }), expect.objectContaining({ path: 'sizeBytes' })],
    });
    await expectError(volumes().create({ pool: freshName(), name: 'a', sizeBytes: 1 }), 'not-found');
  });

  it('gives back the bytes that were written, after a full copy too, or says that it can not', async () => {
    const reference = { pool: pool(), name: `${freshName()}.raw` };
    const copy = { pool: pool(), name: `${freshName()}.raw` };
    await volumes().create({ ...reference, sizeBytes: mebibyte, format: 'raw' });
    try {
      const bytes = Uint8Array.from({ length: mebibyte }, (_, index) => (index * 7) % 251);
      if (!hypervisor().capabilities.volumeTransfer) {
        return await expectError(volumes().upload(reference, [bytes]), 'unsupported');
      }
      const moved: number[] = [];
      await volumes().upload(reference, [bytes.subarray(0, 1000), bytes.subarray(1000)], {
        onProgress: ({ movedBytes }) => moved.push(movedBytes),
      });
      expect(moved.at(-1)).toBe(mebibyte);
      await volumes().create({ ...copy, format: 'raw', image: reference });
      for (const each of [reference, copy]) {
        const pieces: Uint8Array[] = [];
        for await (const piece of volumes().download(each)) pieces.push(piece);
        expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      }
      await volumes().delete(copy);
    } finally {
      await volumes().delete(reference);
    }
  });

  it('converts a volume from raw to qcow2 and back without changing a byte', async () => {
    if (!hypervisor().capabilities.volumeTransfer) return;
    const name = freshName();
    const raw = { pool: pool(), name: `${name}.raw` };
    const qcow2 = { pool: pool(), name: `${name}.qcow2` };
    const back = { pool: pool(), name: `${name}-back.raw` };
    const bytes = new Uint8Array(mebibyte);
    for (let at = 0; at < bytes.length; at += 4099) bytes[at] = (at % 255) + 1; // with holes between
    await volumes().create({ ...raw, sizeBytes: mebibyte, format: 'raw' });
    await volumes().upload(raw, [bytes]);
    const made = [raw];
    try {
      const converted = await volumes().create({ ...qcow2, format: 'qcow2', image: raw });
      made.push(qcow2);
      expect(converted).toMatchObject({ format: 'qcow2', sizeBytes: mebibyte });
      expect(converted.backingPath).toBeUndefined();
      await volumes().delete(raw); // the copy stands on its own
      made.shift();
      const restored = await volumes().create({ ...back, format: 'raw', image: qcow2 });
      made.push(back);
      expect(restored).toMatchObject({ format: 'raw', sizeBytes: mebibyte });
      const pieces: Uint8Array[] = [];
      for await (const piece of volumes().download(back)) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    } finally {
      for (const each of made) await volumes().delete(each);
    }
  });

  it('shares blocks with a copy where the file system can, and says so where it can not', async () => {
    const raw = { pool: pool(), name: `${freshName()}.raw` };
    const copy = { pool: pool(), name: `${freshName()}.raw` };
    await volumes().create({ ...raw, sizeBytes: mebibyte, format: 'raw' });
    try {
      const asked = { ...copy, image: raw, reflink: true };
      await expectError(volumes().create(asked), 'invalid'); // qcow2 shares by backing
      await expectError(volumes().create({ ...copy, sizeBytes: 1, format: 'raw', reflink: true }), 'invalid');
      const [outcome] = await Promise.allSettled([volumes().create({ ...asked, format: 'raw' })]);
      if (outcome.status === 'fulfilled') {
        expect(outcome.value).toMatchObject({ format: 'raw', sizeBytes: mebibyte });
        await volumes().delete(copy);
      } else {
        expect(outcome.reason).toMatchObject({ kind: 'unsupported' });
        await expectError(volumes().get(copy), 'not-found');
      }
    } finally {
      await volumes().delete(raw);
    }
  });

  it('wipes what stood in a volume', async () => {
    if (!hypervisor().capabilities.volumeTransfer) return;
    const reference = { pool: pool(), name: `${freshName()}.raw` };
    await volumes().create({ ...reference, sizeBytes: mebibyte, format: 'raw' });
    try {
      await volumes().upload(reference, [new Uint8Array(mebibyte).fill(7)]);
      await volumes().wipe(reference);
      const pieces: Uint8Array[] = [];
      for await (const piece of volumes().download(reference)) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(new Uint8Array(mebibyte))).toBe(true);
    } finally {
      await volumes().delete(reference);
    }
    await expectError(volumes().wipe(reference), 'not-found');
  });

  it('looks into a pool anew', async () => {
    expect(await hypervisor().pools?.refresh(pool())).toMatchObject({ name: pool(), active: true });
    await expectError(Promise.resolve(hypervisor().pools?.refresh(freshName())), 'not-found');
  });

  it('makes a volume larger, and smaller only when that is allowed', async () => {
    if (!hypervisor().capabilities.volumeTransfer) return;
    const reference = { pool: pool(), name: `${freshName()}.raw` };
    await volumes().create({ ...reference, sizeBytes: mebibyte, format: 'raw' });
    try {
      expect((await volumes().resize(reference, 2 * mebibyte)).sizeBytes).toBe(2 * mebibyte);
      await expectError(volumes().resize(reference, mebibyte), 'invalid');
      for (const size of [Number.NaN, -5, 0, 1.5, undefined as never])
        await expectError(volumes().resize(reference, size, { shrink: true }), 'invalid', {
          problems: [expect.objectContaining({ path: 'sizeBytes' })],
        });
      expect((await volumes().resize(reference, mebibyte, { shrink: true })).sizeBytes).toBe(mebibyte);
    } finally {
      await volumes().delete(reference);
    }
  });

  it('makes a machine with its volumes, tells what was done, and takes them away with it', async () => {
    const spec = specOf(freshName());
    const base = { pool: pool(), name: `${spec.name}-base.qcow2` };
    await volumes().create({ ...base, sizeBytes: mebibyte });
    try {
      const disks = [
        { create: { pool: pool(), sizeBytes: 2 * mebibyte } },
        { create: { pool: pool(), backing: base } },
        { create: { pool: pool(), image: base }, format: 'qcow2' as const },
      ];
      const steps: string[] = [];
      const vm = await hypervisor().vms.create({ ...spec, disks }, { onStep: ({ step }) => steps.push(step) });
      expect(steps).toEqual(['volume-created', 'volume-created', 'volume-created', 'defined']);
      const own = (await volumes().list(pool())).filter(({ name }) => name.startsWith(`${spec.name}-v`));
      expect(own.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
        [`${spec.name}-vda.qcow2`, 2 * mebibyte],
        [`${spec.name}-vdb.qcow2`, mebibyte],
        [`${spec.name}-vdc.qcow2`, mebibyte],
      ]);
      expect(own[1]?.backingPath).toContain(base.name);
      const report: VmDeletion | undefined = (await hypervisor().vms.delete(vm.id, { volumes: 'created' })) as
        | VmDeletion
        | undefined;
      expect(report).toMatchObject({ vmId: vm.id, stopped: 'was-off', errors: [] });
      expect(report?.volumes.toSorted()).toEqual(own.map(({ name }) => `${pool()}/${name}`));
      await expect(volumes().get(base)).resolves.toMatchObject(base);
    } finally {
      await volumes().delete(base);
    }
  });

  it('leaves nothing behind of a machine that can not be made', async () => {
    const spec = specOf(freshName());
    const taken = { pool: pool(), name: `${spec.name}-taken.qcow2` };
    await volumes().create({ ...taken, sizeBytes: mebibyte });
    try {
      const disks = [
        { create: { pool: pool(), sizeBytes: mebibyte } },
        { create: { pool: pool(), name: taken.name, sizeBytes: mebibyte } },
      ];
      await expectError(hypervisor().vms.create({ ...spec, disks }), 'already-exists');
      await expectError(hypervisor().vms.get(spec.name), 'not-found');
      const left = (await volumes().list(pool())).filter(({ name }) => name.startsWith(spec.name));
      expect(left.map(({ name }) => name)).toEqual([taken.name]);
    } finally {
      await volumes().delete(taken);
    }
  });
}
