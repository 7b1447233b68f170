import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { describe, expect, it } from 'vitest';

const quick = { create: [0, 0], start: [0, 0], stop: [0, 0], delete: [0, 0] } as const;
const mebibyte = 1024 ** 2;

describe('the simulated host', () => {
  it('is full when its pool is full, and gives the room back', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick, poolBytes: 10 * mebibyte });
    const big = { pool: 'default', name: 'a', sizeBytes: 8 * mebibyte, allocate: true };
    await hypervisor.volumes.create(big);
    await expect(hypervisor.volumes.create({ ...big, name: 'b' })).rejects.toMatchObject({ kind: 'capacity' });
    const disks = [{ create: { pool: 'default', sizeBytes: mebibyte, upload: [new Uint8Array(mebibyte)] } }];
    await hypervisor.vms.create({ name: 'fits', disks });
    const tooMuch = [{ create: { pool: 'default', sizeBytes: 9 * mebibyte, upload: [new Uint8Array(2 * mebibyte)] } }];
    await expect(hypervisor.vms.create({ name: 'too-much', disks: tooMuch })).rejects.toMatchObject({
      kind: 'capacity',
    });
    expect((await hypervisor.volumes.list('default')).map(({ name }) => name)).toEqual(['a', 'fits-vda.qcow2']);
    await hypervisor.volumes.delete(big);
    expect((await hypervisor.pools.get('default')).availableBytes).toBe(9 * mebibyte);
  });

  it('fails as it is told in every part', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    const { id } = await hypervisor.vms.create({ name: 'a' }, { start: true });
    for (const [operation, call] of [
      ['volume', () => hypervisor.volumes.create({ pool: 'default', name: 'v', sizeBytes: 1 })],
      ['network', () => hypervisor.networks.stop('default')],
      ['snapshot', () => hypervisor.snapshots.create(id, { name: 's' })],
      ['guest', () => hypervisor.guests.execute(id, { path: '/bin/true' })],
      ['save', () => hypervisor.vms.save(id)],
      ['devices', () => hypervisor.vms.resize(id, { vcpus: 1 })],
      ['update', () => hypervisor.vms.update(id, { notes: 'x' })],
    ] as const) {
      hypervisor.inject({ operation, with: 'unavailable' });
      await expect(call(), operation).rejects.toMatchObject({ kind: 'unavailable', details: { injected: true } });
      await expect(call(), operation).resolves.toBeDefined();
      if (operation === 'save') await hypervisor.vms.start(id);
    }
  });

  it('hangs until the caller gives up', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    hypervisor.inject({ operation: 'network', with: 'hang' });
    await expect(hypervisor.networks.start('default', { timeoutMs: 5 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('runs programs as it is told, and keeps files', async () => {
    await using hypervisor = createMemoryHypervisor({
      latenciesMs: quick,
      guestPrograms: (vm, { path }) => (path === '/bin/false' ? { exitCode: 1, stderr: `${vm} says no` } : {}),
    });
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    const { guests } = hypervisor;
    expect(await guests.execute('a', { path: '/bin/false' })).toMatchObject({ exitCode: 1, stderr: 'a says no' });
    await guests.writeFile('a', '/etc/motd', 'hello');
    expect(new TextDecoder().decode(await guests.readFile('a', '/etc/motd'))).toBe('hello');
    await expect(guests.readFile('a', '/nowhere')).rejects.toMatchObject({ details: { path: '/nowhere' } });
    await guests.setTime('a', 5);
    expect(await guests.getTime('a')).toBeLessThan(10_000);
    expect([await guests.freeze('a'), await guests.thaw('a')]).toEqual([1, 1]);
    await guests.trim('a');
    await guests.setPassword('a', 'root', 'x');
    const silent = await hypervisor.vms.create({ name: 'silent', guestAgent: false }, { start: true });
    await expect(guests.info(silent.id)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(guests.waitForAgent(silent.id, { timeoutMs: 20 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('gives machines that run the addresses that are kept for them', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    const macAddress = '52:54:00:00:00:01';
    await hypervisor.networks.addReservation('default', { macAddress, address: '192.168.122.9' });
    await expect(
      hypervisor.networks.addReservation('default', { macAddress, address: '192.168.122.10' }),
    ).rejects.toMatchObject({ kind: 'already-exists' });
    await hypervisor.vms.create({ name: 'a', networks: [{ network: 'default', macAddress }] }, { start: true });
    expect(await hypervisor.networks.leases('default')).toEqual([
      { macAddress, address: '192.168.122.9', hostname: 'a', expiresMs: expect.any(Number) },
    ]);
    expect(await hypervisor.guests.addresses('a')).toEqual([expect.objectContaining({ name: 'eth0', macAddress })]);
    const taken = await hypervisor.vms.plan({ name: 'b', networks: [{ network: 'default', macAddress }] });
    expect(taken.problems).toEqual([expect.objectContaining({ path: 'networks[0].macAddress', step: 'host' })]);
  });

  it('changes disks and media while it runs', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    const { vms, volumes } = hypervisor;
    const iso = { pool: 'default', name: 'a.iso' };
    await volumes.create({ ...iso, sizeBytes: 10, format: 'raw' });
    await vms.create({ name: 'a', disks: [{ device: 'cdrom', source: '/b.iso' }] }, { start: true });
    const device = await vms.attachDisk('a', { create: { pool: 'default', sizeBytes: 100 } });
    expect(device).toBe('vda');
    await vms.resizeDisk('a', device, 200);
    await expect(vms.resizeDisk('a', device, 100)).rejects.toMatchObject({ kind: 'invalid' });
    await vms.changeMedia('a', 'sda', iso);
    await expect(vms.changeMedia('a', device, iso)).rejects.toMatchObject({ kind: 'not-found' });
    expect((await vms.details('a')).disks).toEqual([
      expect.objectContaining({ device: 'sda', type: 'cdrom', source: '/var/lib/images/a.iso', sizeBytes: 10 }),
      expect.objectContaining({ device: 'vda', sizeBytes: 200 }),
    ]);
    await vms.detachDisk('a', device);
    await expect(vms.detachDisk('a', device)).rejects.toMatchObject({ kind: 'not-found' });
    await vms.changeMedia('a', 'sda', undefined);
    expect((await vms.details('a')).disks).toEqual([expect.not.objectContaining({ source: expect.anything() })]);
    expect(await volumes.list('default')).toHaveLength(2);
  });

  it('goes back to what stood on the disks and in the guest when a snapshot was made', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    const { vms, volumes, snapshots, guests } = hypervisor;
    const iso = { pool: 'default', name: 'a.iso' };
    await volumes.create({ ...iso, sizeBytes: 10, format: 'raw' });
    const disks = [
      { create: { pool: 'default', sizeBytes: 8 } },
      { create: { pool: 'default', sizeBytes: 8 } },
      { device: 'cdrom', volume: iso },
    ] as const;
    await vms.create({ name: 'a', disks }, { start: true });
    const vda = { pool: 'default', name: 'a-vda.qcow2' };
    const bytesOf = async (volume: typeof vda): Promise<Buffer> => {
      const pieces: Uint8Array[] = [];
      for await (const piece of volumes.download(volume)) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    await volumes.upload(vda, [Buffer.from('before')]);
    await guests.writeFile('a', '/etc/motd', 'before');
    await snapshots.create('a', { name: 's' });
    await volumes.upload(vda, [Buffer.from('AFTER')]);
    await volumes.upload(iso, [Buffer.from('AFTER')]);
    await volumes.resize(vda, 16);
    await guests.writeFile('a', '/etc/motd', 'after');
    await guests.writeFile('a', '/etc/new', 'after');
    await vms.detachDisk('a', 'vdb');
    await volumes.delete({ pool: 'default', name: 'a-vdb.qcow2' });
    for (let times = 0; times < 2; times++) {
      await snapshots.revert('a', 's');
      expect((await bytesOf(vda)).toString()).toBe('before\0\0');
      expect(Buffer.from(await guests.readFile('a', '/etc/motd')).toString()).toBe('before');
      await expect(guests.readFile('a', '/etc/new')).rejects.toMatchObject({ kind: 'internal' });
      expect((await vms.details('a')).disks.map(({ device }) => device)).toEqual(['vda', 'vdb', 'sdc']);
      await volumes.wipe(vda);
    }
    expect((await bytesOf(iso)).toString()).toContain('AFTER'); // media is not the machine's
  });

  it('has a console that gives back what is typed, and a screen', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    await hypervisor.vms.create({ name: 'a' });
    await expect(hypervisor.vms.openConsole('a')).rejects.toMatchObject({ kind: 'conflict' });
    await hypervisor.vms.start('a');
    await using console = await hypervisor.vms.openConsole('a');
    const writer = console.writable.getWriter();
    void writer.write(Uint8Array.of(1, 2));
    const reader = console.readable.getReader();
    expect((await reader.read()).value).toEqual(Uint8Array.of(1, 2));
    reader.releaseLock();
    writer.releaseLock();
    expect((await hypervisor.vms.screenshot('a')).mimeType).toBe('image/x-portable-pixmap');
  });

  it('gives its console to one at a time, who hears the end of the machine', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    const { vms } = hypervisor;
    await vms.create({ name: 'a' }, { start: true });
    const ended = async ({ readable }: { readable: ReadableStream<Uint8Array> }): Promise<boolean> => {
      for await (const _ of readable) return false;
      return true;
    };
    const first = await vms.openConsole('a');
    await expect(vms.openConsole('a')).rejects.toMatchObject({ kind: 'conflict', details: { vm: 'a' } });
    const second = await vms.openConsole('a', { force: true });
    expect(await ended(first)).toBe(true);
    await first.close(); // that of the second one stays
    await expect(vms.openConsole('a')).rejects.toMatchObject({ kind: 'conflict' });
    await second.close();
    const third = await vms.openConsole('a');
    await vms.stop('a', { force: true });
    expect(await ended(third)).toBe(true);
    await vms.start('a');
    await using fourth = await vms.openConsole('a');
    expect(fourth.readable.locked).toBe(false);
  });

  it('reads no files, wipes, and deletes a pool with all that is in it', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    await hypervisor.pools.create({ name: 'p', path: '/p' });
    await expect(hypervisor.pools.create({ name: 'p', path: '/p' })).rejects.toMatchObject({ kind: 'already-exists' });
    const volume = { pool: 'p', name: 'v' };
    await hypervisor.volumes.create({ ...volume, sizeBytes: 3 });
    await expect(hypervisor.volumes.upload(volume, '/etc/passwd')).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(hypervisor.volumes.upload(volume, [new Uint8Array(4)])).rejects.toMatchObject({ kind: 'capacity' });
    await hypervisor.volumes.upload(volume, [Uint8Array.of(1, 2)]);
    await hypervisor.volumes.wipe(volume);
    const pieces: Uint8Array[] = [];
    for await (const piece of hypervisor.volumes.download(volume)) pieces.push(piece);
    expect(pieces).toEqual([new Uint8Array(3)]);
    await hypervisor.pools.stop('p');
    await expect(hypervisor.volumes.get(volume)).rejects.toMatchObject({ kind: 'conflict' });
    await hypervisor.pools.start('p');
    await hypervisor.pools.refresh('p');
    await hypervisor.pools.delete('p');
    await expect(hypervisor.pools.get('p')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('deletes a machine with all that belongs to it and says how', async () => {
    await using hypervisor = createMemoryHypervisor({ latenciesMs: quick });
    const own = { pool: 'default', name: 'own' };
    await hypervisor.volumes.create({ ...own, sizeBytes: 1 });
    const disks = [{ volume: own }, { create: { pool: 'default', sizeBytes: 1 } }];
    const cloudInit = { pool: 'default', user: 'ops' };
    await hypervisor.vms.create({ name: 'a', disks, cloudInit }, { start: true });
    await hypervisor.snapshots.create('a', { name: 's' });
    const steps: string[] = [];
    const report = await hypervisor.vms.delete('a', {
      stop: {},
      volumes: 'all',
      onStep: ({ step }) => steps.push(step),
    });
    expect(report).toMatchObject({ stopped: 'gracefully', savedMemory: false, snapshots: 1 });
    expect(report.volumes).toEqual(['default/a-vdb.qcow2', 'default/a-cloud-init.iso', 'default/own']);
    expect(steps.slice(0, 2)).toEqual(['stopped', 'undefined']);
    for (const firmwareVariables of ['keep', undefined] as const) {
      await hypervisor.vms.create({ name: 'uefi', firmware: { type: 'uefi' } });
      const wanted = firmwareVariables === 'keep' ? 'kept' : 'deleted';
      expect(await hypervisor.vms.delete('uefi', { firmwareVariables })).toMatchObject({ firmwareVariables: wanted });
    }
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    await hypervisor.vms.create({ name: 'deaf' }, { start: true });
    expect(await hypervisor.vms.delete('deaf', { stop: { graceMs: 1 } })).toMatchObject({ stopped: 'forced' });
  });
});
