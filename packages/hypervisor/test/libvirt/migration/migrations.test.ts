import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { procedures } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from '../fake-libvirtd.ts';

const mebibyte = 1024 ** 2;
const disks = [{ create: { pool: 'default', sizeBytes: mebibyte } }];

describe('migration between libvirt hosts', () => {
  let daemons: FakeLibvirtd[];
  let here: CompleteHypervisor;
  let there: CompleteHypervisor;

  beforeEach(async () => {
    daemons = [await FakeLibvirtd.start(), await FakeLibvirtd.start()];
    const [first, second] = daemons.map(({ daemon }) => daemon.uri());
    [here, there] = await Promise.all([connectLibvirt(first ?? ''), connectLibvirt(second ?? '')]);
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    for (const { daemon } of daemons) await daemon.stop();
  });

  it('makes the volumes at the destination, and the machine says so there', async () => {
    await here.vms.create({ name: 'a', disks }, { start: true });
    const shared = await here.migrations.check('a', there);
    expect(shared.problems).toEqual([
      expect.objectContaining({ subject: 'storage', message: expect.stringContaining('default/a-vda.qcow2') }),
    ]);
    const steps: string[] = [];
    const { volumes } = await here.migrations.migrate('a', there, {
      storage: 'copy',
      onStep: ({ step }) => steps.push(step),
    });
    expect(volumes).toEqual(['default/a-vda.qcow2']);
    expect(steps).toEqual(['checked', 'volume-created', 'moved']);
    expect((await there.vms.definition('a')).disks).toMatchObject([{ volume: { name: 'a-vda.qcow2' } }]);
    const gone = await there.vms.delete('a', { force: true, volumes: 'created' });
    expect(gone.volumes).toEqual(['default/a-vda.qcow2']);
  });

  it('brings the bytes of disks of a machine that is off', async () => {
    const upload = [Buffer.alloc(mebibyte, 7)];
    const own = [{ format: 'raw' as const, create: { pool: 'default', sizeBytes: mebibyte, upload } }];
    await here.vms.create({ name: 'off', disks: own });
    expect(await here.migrations.migrate('off', there, { storage: 'copy' })).toMatchObject({ mode: 'offline' });
    const pieces: Uint8Array[] = [];
    for await (const piece of there.volumes.download({ pool: 'default', name: 'off-vda.raw' })) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(Buffer.alloc(mebibyte, 7))).toBe(true);
  });

  it('takes the volumes back when it fails, and says where the machine is', async () => {
    await here.vms.create({ name: 'stuck', disks }, { start: true });
    const steps: string[] = [];
    const migration = here.migrations.migrate('stuck', there, {
      storage: 'copy',
      onStep: ({ step }) => steps.push(step),
    });
    await expect(migration).rejects.toMatchObject({ kind: 'internal', details: { where: 'source' } });
    expect(steps).toEqual(['checked', 'volume-created', 'rolled-back']);
    expect(await there.volumes.list('default')).toEqual([]);
    expect((await here.vms.get('stuck')).state).toBe('running');
  });

  it('says that a host can do no post-copy', async () => {
    await here.vms.create({ name: 'a' }, { start: true });
    for (const { daemon } of daemons)
      daemon.on(procedures.domainMigratePrepare3Params, () => {
        const message = "unable to execute QEMU command 'migrate-set-capabilities': Postcopy is not supported";
        return new Failure({ code: 1, domain: 10, message });
      });
    await expect(here.migrations.migrate('a', there, { postCopy: true })).rejects.toMatchObject({
      kind: 'unsupported',
      details: { where: 'source', option: 'postCopy' },
    });
    await expect(here.migrations.migrate('a', there)).rejects.toMatchObject({ kind: 'internal' });
    expect((await here.vms.get('a')).state).toBe('running');
  });

  it('names pools that are missing, and volumes that are there already', async () => {
    await here.vms.create({ name: 'a', disks });
    await there.volumes.create({ pool: 'default', name: 'a-vda.qcow2', sizeBytes: mebibyte });
    const messages = async (pools?: Record<string, string>): Promise<readonly string[]> =>
      (await here.migrations.check('a', there, { storage: 'copy', pools })).problems.map(({ message }) => message);
    expect(await messages()).toEqual(['disk vda: the destination has a volume default/a-vda.qcow2']);
    expect(await messages({ default: 'nowhere' })).toEqual(['there is no pool "nowhere" at the destination']);
    const unlike = { storage: 'copy', transport: 'tunnelled', mode: 'live' } as const;
    await expect(here.migrations.check('a', there, unlike)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('lets the daemons do it between themselves, or says that they can not', async () => {
    await here.vms.create({ name: 'a' }, { start: true });
    const nowhere = { transport: 'peer-to-peer', destinationUri: 'qemu+unix:///system?socket=/nowhere' } as const;
    await expect(here.migrations.migrate('a', there, nowhere)).rejects.toMatchObject({ details: { where: 'source' } });
    expect((await here.migrations.migrate('a', there, { transport: 'peer-to-peer' })).vm.state).toBe('running');
  });
});

describe('images of a disk', () => {
  it('are told and merged', async () => {
    const libvirtd = await FakeLibvirtd.start();
    const hypervisor = await connectLibvirt(libvirtd.daemon.uri());
    try {
      await hypervisor.vms.create({ name: 'a', disks: [{ source: '/images/top.qcow2' }] }, { start: true });
      const domain = libvirtd.named('a');
      const below =
        "<backingStore type='file'><format type='raw'/><source file='/images/base.raw'/><backingStore/></backingStore>";
      domain.xml = domain.xml.replace('</disk>', `${below}</disk>`);
      const base = { path: '/images/base.raw', format: 'raw' };
      expect(await hypervisor.snapshots.chain('a', 'vda')).toEqual([
        { path: '/images/top.qcow2', format: 'qcow2' },
        base,
      ]);
      const seen: number[] = [];
      const after = await hypervisor.snapshots.merge('a', 'vda', {
        onProgress: ({ processedBytes, totalBytes }) => seen.push(processedBytes / totalBytes),
      });
      expect(after.map(({ path }) => path)).toEqual([base.path]);
      expect(seen).toEqual([1]);
      await expect(hypervisor.snapshots.chain('a', 'vdz')).rejects.toMatchObject({ kind: 'not-found' });
    } finally {
      await hypervisor.close();
      await libvirtd.daemon.stop();
    }
  });
});
