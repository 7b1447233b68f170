import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CompleteHypervisor, MigrationProgress, VmJob, VmSpec } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { labGuest, labPeerUri, labPool, labUri } from '../../lab.ts';

const mebibyte = 1024 ** 2;
const prefix = `hv-move-${process.pid}`;
const therePool = `${prefix}-there`;
const folder = join(dirname(dirname(labGuest.kernel)), therePool);

let here: CompleteHypervisor;
let there: CompleteHypervisor;
let serial = 0;

beforeAll(async () => {
  [here, there] = await Promise.all([connectLibvirt(labUri), connectLibvirt(labPeerUri)]);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  await there.pools.create({ name: therePool, path: folder, autostart: false });
});
afterEach(async () => {
  for (const host of [here, there]) {
    for (const vm of (await host.vms.list({ namePrefix: prefix })).items)
      await host.vms.delete(vm.id, { force: true, volumes: 'all' });
  }
  for (const [host, pool] of [
    [here, labPool],
    [there, therePool],
  ] as const) {
    for (const volume of await host.volumes.list(pool))
      if (volume.name.startsWith(prefix)) await host.volumes.delete(volume);
  }
});
afterAll(async () => {
  await there.pools.delete(therePool, { withVolumes: true });
  await Promise.all([here.close(), there.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const small = (extra: Partial<VmSpec> = {}): VmSpec => ({
  name: `${prefix}-${++serial}`,
  memoryBytes: 32 * mebibyte,
  ...extra,
});
const busy = (): VmSpec => ({
  name: `${prefix}-${++serial}`,
  memoryBytes: 128 * mebibyte,
  directBoot: { ...labGuest, commandLine: 'console=ttyS0 quiet busy' },
});
const write = (vm: string, pattern: string): string =>
  execFileSync(
    'virsh',
    [
      '-q',
      '-c',
      labUri,
      'qemu-monitor-command',
      '--hmp',
      vm,
      `qemu-io -d virtio-disk0/virtio-backend "write ${pattern}"`,
    ],
    { encoding: 'utf8' },
  );

async function bytesOf(host: CompleteHypervisor, pool: string, name: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of host.volumes.download({ pool, name })) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a migration between two libvirt hosts', () => {
  it('tells how far it is, and slows a busy guest down so that it arrives', async () => {
    const { id } = await here.vms.create(busy(), { start: true });
    await here.guests.waitForAgent(id, { timeoutMs: 50_000 });
    const seen: MigrationProgress[] = [];
    const jobs: Promise<VmJob | undefined>[] = [];
    const jobOf = async (): Promise<VmJob | undefined> => (await here.vms.details(id)).job;
    const result = await here.migrations.migrate(id, there, {
      autoConverge: true,
      compress: true,
      maxDowntimeMs: 500,
      bandwidthBytesPerSecond: 64 * mebibyte,
      onProgress(progress) {
        seen.push(progress);
        if (progress.phase === 'memory') jobs.push(jobOf().catch(() => undefined)); // it may be there already
      },
    });
    const told = (await Promise.all(jobs)).find((job) => job !== undefined);
    expect(told).toMatchObject({ operation: 'migration-out', totalBytes: expect.any(Number) });
    expect(result).toMatchObject({ mode: 'live', vm: { id, state: 'running' }, downtimeMs: expect.any(Number) });
    expect(result.transferredBytes).toBeGreaterThan(5 * mebibyte);
    expect(seen.find(({ phase }) => phase === 'memory')?.totalBytes).toBeGreaterThan(128 * mebibyte);
    await there.guests.waitForAgent(id, { timeoutMs: 30_000 });
  }, 120_000);

  it('is switched over after the first round, or says that a host lacks what that needs', async () => {
    const { id } = await here.vms.create(busy(), { start: true });
    await here.guests.waitForAgent(id, { timeoutMs: 50_000 });
    const options = { postCopy: true, bandwidthBytesPerSecond: 16 * mebibyte } as const;
    const [outcome] = await Promise.allSettled([here.migrations.migrate(id, there, options)]);
    if (outcome.status === 'fulfilled') {
      expect((await there.vms.get(id)).state).toBe('running');
      return;
    }
    expect(outcome.reason, String(outcome.reason)).toMatchObject({ kind: 'unsupported', details: { where: 'source' } });
    expect((await here.vms.get(id)).state).toBe('running');
    await expect(there.vms.get(id)).rejects.toMatchObject({ kind: 'not-found' });
    expect((await here.migrations.migrate(id, there, { maxDowntimeMs: 1000 })).vm.state).toBe('running');
  }, 120_000);

  it('is aborted on its way: the guest goes on where it was, and the volumes made for it are gone', async () => {
    const spec = { ...busy(), disks: [{ create: { pool: labPool, sizeBytes: 16 * mebibyte } }] };
    const { id } = await here.vms.create(spec, { start: true });
    await here.guests.waitForAgent(id, { timeoutMs: 50_000 });
    const stop = new AbortController();
    const migration = here.migrations.migrate(id, there, {
      bandwidthBytesPerSecond: mebibyte,
      storage: 'copy',
      pools: { [labPool]: therePool },
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(migration).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED', details: { where: 'source' } });
    expect((await here.vms.get(id)).state).toBe('running');
    await expect(there.vms.get(id)).rejects.toMatchObject({ kind: 'not-found' });
    expect((await there.volumes.list(therePool)).filter(({ name }) => name.startsWith(prefix))).toEqual([]);
    expect((await here.vms.suspend(id)).state).toBe('paused'); // no job holds it
  }, 120_000);

  it('goes from daemon to daemon, through their own connection too', async () => {
    const { id } = await here.vms.create(small(), { start: true });
    expect((await here.migrations.migrate(id, there, { transport: 'peer-to-peer' })).vm.state).toBe('running');
    const back = { transport: 'tunnelled', keepDefinition: true } as const;
    expect(await there.migrations.migrate(id, here, back)).toMatchObject({ definitionKept: true });
    expect((await there.vms.get(id)).state).toBe('stopped');
    expect((await here.vms.get(id)).state).toBe('running');
  });

  it('copies disks and media while the guest runs', async () => {
    const iso = { pool: labPool, name: `${prefix}-media.iso` };
    await here.volumes.create({ ...iso, format: 'raw', sizeBytes: mebibyte });
    await here.volumes.upload(iso, [Buffer.alloc(mebibyte, 7)]);
    const disks = [{ create: { pool: labPool, sizeBytes: 16 * mebibyte } }, { device: 'cdrom' as const, volume: iso }];
    const { id, name } = await here.vms.create(small({ disks }), { start: true });
    write(name, '-P 0xab 1M 2M');
    const check = await here.migrations.check(id, there, { storage: 'copy' });
    expect(check.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining(`the destination has a volume ${labPool}/`),
      expect.stringContaining(`the destination has a volume ${labPool}/`),
    ]);
    const options = { storage: 'copy', pools: { [labPool]: therePool } } as const;
    const { volumes } = await here.migrations.migrate(id, there, options);
    expect(volumes).toEqual([`${therePool}/${name}-vda.qcow2`, `${therePool}/${iso.name}`]);
    const details = await there.vms.details(id);
    expect(details.disks.map(({ source }) => source)).toEqual([
      expect.stringContaining(`${name}-vda.qcow2`),
      expect.stringContaining(iso.name),
    ]);
    expect((await bytesOf(there, therePool, iso.name)).equals(Buffer.alloc(mebibyte, 7))).toBe(true);
    await there.vms.stop(id, { force: true });
    await there.volumes.create({
      pool: therePool,
      name: `${prefix}.flat.raw`,
      format: 'raw',
      image: { pool: therePool, name: `${name}-vda.qcow2` },
    });
    const flat = await bytesOf(there, therePool, `${prefix}.flat.raw`);
    expect(flat.subarray(mebibyte, 3 * mebibyte).equals(Buffer.alloc(2 * mebibyte, 0xab))).toBe(true);
    expect((await there.vms.start(id)).state).toBe('running'); // its definition names the copies too
  }, 60_000);

  it('copies disks of a machine that is off', async () => {
    const disks = [{ create: { pool: labPool, sizeBytes: 16 * mebibyte } }];
    const { id, name } = await here.vms.create(small({ disks }), { start: true });
    write(name, '-P 0xcd 4M 1M');
    await here.vms.stop(id, { force: true });
    const options = { storage: 'copy', pools: { [labPool]: therePool } } as const;
    expect(await here.migrations.migrate(id, there, options)).toMatchObject({ mode: 'offline' });
    const volume = `${name}-vda.qcow2`;
    expect((await bytesOf(there, therePool, volume)).equals(await bytesOf(here, labPool, volume))).toBe(true);
    expect((await there.vms.start(id)).state).toBe('running');
  }, 60_000);

  it('names all that speaks against it', async () => {
    const network = `${prefix}-net`;
    await here.networks.create({ name: network, mode: 'isolated', autostart: false });
    try {
      const disks = [{ create: { pool: labPool, sizeBytes: 4 * mebibyte } }];
      const { id } = await here.vms.create(small({ networks: [{ network }], disks }), { start: true });
      await here.snapshots.create(id, { name: 's', memory: false });
      const { ok, problems } = await here.migrations.check(id, there);
      expect(ok).toBe(false);
      const blocking = problems.filter((problem) => problem.blocking).map(({ subject }) => subject);
      expect(blocking).toEqual(expect.arrayContaining(['state', 'network']));
      await expect(here.migrations.migrate(id, there)).rejects.toMatchObject({
        kind: 'invalid',
        details: { problems },
      });
      expect((await here.vms.get(id)).state).toBe('running');
      await here.vms.delete(id, { force: true, volumes: 'all' });
    } finally {
      await here.networks.delete(network);
    }
  }, 60_000);
});
