import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt, libvirtXml } from '@novacron/hypervisor/libvirt';
import { constants, procedures } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const mebibyte = 1024 ** 2;

describe('on libvirt', () => {
  let libvirtd: FakeLibvirtd;
  let hypervisor: CompleteHypervisor;

  beforeEach(async () => {
    libvirtd = await FakeLibvirtd.start();
    hypervisor = await connectLibvirt(libvirtd.daemon.uri());
  });
  afterEach(async () => {
    await hypervisor.close();
    await libvirtd.daemon.stop();
  });

  it('a pool lives from its definition to its end, by name and by id', async () => {
    const { pools, volumes } = hypervisor;
    const made = await pools.create({ name: 'p', path: '/p' });
    expect(made).toMatchObject({
      name: 'p',
      type: 'dir',
      path: '/p',
      active: true,
      autostart: true,
      availableBytes: 6e8,
    });
    expect(await pools.get(made.id)).toEqual(made);
    expect((await pools.list()).map(({ name }) => name)).toEqual(['default', 'p']);
    expect((await pools.stop('p')).active).toBe(false);
    expect(await pools.stop('p')).not.toHaveProperty('availableBytes');
    await pools.start('p');
    await pools.refresh('p');
    await volumes.create({ pool: 'p', name: 'v', sizeBytes: 1 });
    await pools.delete('p', { withVolumes: true });
    await expect(pools.get('p')).rejects.toMatchObject({ kind: 'not-found', details: { pool: 'p' } });
    await expect(pools.get(made.id)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('a pool or a network that can not be started is not left behind', async () => {
    await expect(hypervisor.pools.create({ name: 'p', path: '/nowhere' })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(hypervisor.pools.get('p')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(hypervisor.networks.create({ name: 'broken' })).rejects.toMatchObject({ message: /no bridge/ });
    await expect(hypervisor.networks.get('broken')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('a folder that was made for a pool goes when the pool can not be made, and one that was there stays', async () => {
    const seen: string[] = [];
    for (const name of ['storagePoolBuild', 'storagePoolDelete'] as const)
      libvirtd.daemon.on(procedures[name], () => void seen.push(name));
    await expect(hypervisor.pools.create({ name: 'p', path: '/nowhere' })).rejects.toMatchObject({ kind: 'not-found' });
    expect(seen.splice(0)).toEqual(['storagePoolBuild', 'storagePoolDelete']);
    libvirtd.daemon.on(procedures.storagePoolSetAutostart, () => new Failure({ code: 1, message: 'no' }));
    await expect(hypervisor.pools.create({ name: 'p', path: '/p' })).rejects.toMatchObject({ kind: 'internal' });
    expect(seen).toEqual([]);
    expect((await hypervisor.pools.list()).map(({ name }) => name)).toEqual(['default']);
  });

  it('a network tells what it gave away, and old netmasks in the new way', async () => {
    const { id, address, mode } = await hypervisor.networks.get('default');
    expect([address, mode]).toEqual(['192.168.122.1/24', 'nat']);
    expect(await hypervisor.networks.leases(id)).toEqual([
      { macAddress: '52:54:00:00:00:01', address: '192.168.122.9', hostname: 'a', expiresMs: 1_800_000_000_000 },
    ]);
  });

  it('a machine that fails to be made takes its volumes with it', async () => {
    libvirtd.daemon.on(
      procedures.domainDefineXmlFlags,
      () => new Failure({ code: 67, domain: 10, message: 'no such CPU' }),
    );
    const steps: string[] = [];
    const disks = [{ create: { pool: 'default', sizeBytes: mebibyte, upload: [new Uint8Array(10)] } }];
    const spec = { name: 'a', disks, cloudInit: { pool: 'default', user: 'ops' } };
    const creating = hypervisor.vms.create(spec, { onStep: ({ step, subject }) => steps.push(`${step} ${subject}`) });
    await expect(creating).rejects.toMatchObject({ kind: 'unsupported' });
    expect(await hypervisor.volumes.list('default')).toEqual([]);
    expect(steps).toEqual([
      'volume-created default/a-vda.qcow2',
      'volume-created default/a-cloud-init.iso',
      'rolled-back default/a-cloud-init.iso',
      'rolled-back default/a-vda.qcow2',
    ]);
  });

  it('a listener that throws breaks nothing', async () => {
    const onStep = (): never => {
      throw new Error('mine');
    };
    expect((await hypervisor.vms.create({ name: 'a' }, { onStep })).state).toBe('stopped');
  });

  it('a machine is deleted with all of its disks, and what could not be deleted is told', async () => {
    const shared = { pool: 'default', name: 'shared' };
    for (const name of ['shared', 'own', 'stuck'])
      await hypervisor.volumes.create({ pool: 'default', name, sizeBytes: 1 });
    const disks = [
      { volume: { pool: 'default', name: 'own' } },
      { volume: shared, readOnly: true },
      { source: '/images/stuck' },
      { source: '/elsewhere/a.qcow2' },
    ];
    await hypervisor.vms.create({ name: 'a', disks }, { start: true });
    const report = await hypervisor.vms.delete('a', { stop: { graceMs: 1000 }, volumes: 'all' });
    expect(report).toMatchObject({ stopped: 'gracefully', volumes: ['default/own', 'default/stuck'], errors: [] });
    libvirtd.daemon.on(
      procedures.storageVolDelete,
      () => new Failure({ code: 38, domain: 18, int1: 13, message: 'no' }),
    );
    await hypervisor.vms.create({ name: 'b', disks: [{ volume: shared }] });
    const failed = await hypervisor.vms.delete('b', { volumes: 'all' });
    expect([failed.volumes, failed.errors.length]).toEqual([[], 1]);
    await expect(hypervisor.vms.get('b')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('a guest that does not answer is waited for, and one that is off is not', async () => {
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    libvirtd.guestsObey = false;
    const waiting = hypervisor.guests.waitForAgent('a');
    await expect(hypervisor.guests.waitForAgent('a', { timeoutMs: 30 })).rejects.toMatchObject({ kind: 'timeout' });
    expect((await hypervisor.guests.addresses('a'))[0]).toMatchObject({ name: 'vnet0', addresses: ['10.0.0.2/24'] });
    libvirtd.guestsObey = true;
    await waiting;
    const { guests } = hypervisor;
    expect((await guests.addresses('a'))[0]).toMatchObject({ name: 'eth0', macAddress: '52:54:00:00:00:01' });
    expect(await guests.info('a')).toMatchObject({ hostname: 'guest', osName: 'Debian', kernelRelease: '6.1' });
    expect([await guests.freeze('a'), await guests.thaw('a')]).toEqual([2, 2]);
    await guests.trim('a');
    await guests.setPassword('a', 'root', 'secret');
    await guests.setTime('a');
    await hypervisor.vms.stop('a', { force: true });
    await expect(guests.waitForAgent('a')).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('a console and a screen are shown while a machine is on', async () => {
    await hypervisor.vms.create({ name: 'a' });
    await expect(hypervisor.vms.screenshot('a')).rejects.toMatchObject({ kind: 'conflict' });
    await hypervisor.vms.start('a');
    await using console = await hypervisor.vms.openConsole('a');
    const reader = console.readable.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('login: ');
    reader.releaseLock();
    const { mimeType, data } = await hypervisor.vms.screenshot('a');
    expect([mimeType, new TextDecoder().decode(data)]).toEqual(['image/x-portable-pixmap', 'P6']);
  });

  it('disks and media come and go', async () => {
    const { vms, volumes } = hypervisor;
    await vms.create({ name: 'a', disks: [{ device: 'cdrom', source: '/a.iso' }] });
    const device = await vms.attachDisk('a', { create: { pool: 'default', sizeBytes: 100 } });
    expect(device).toBe('vda');
    await vms.resizeDisk('a', device, 200);
    expect((await volumes.get({ pool: 'default', name: 'a-vda.qcow2' })).sizeBytes).toBe(200);
    await expect(vms.resizeDisk('a', device, 100)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(vms.resizeDisk('a', 'vdz', 100)).rejects.toMatchObject({ kind: 'not-found' });
    await vms.changeMedia('a', 'sda', undefined);
    expect((await vms.details('a')).disks.find(({ type }) => type === 'cdrom')).not.toHaveProperty('source');
    await vms.changeMedia('a', 'sda', { pool: 'default', name: 'a-vda.qcow2' });
    expect((await vms.details('a')).disks[0]?.source).toBe('/images/a-vda.qcow2');
    await vms.start('a');
    await vms.resizeDisk('a', device, 300);
    expect((await vms.details('a')).diskErrors).toEqual(['vda: no-space']);
    await vms.detachDisk('a', device);
    await expect(vms.detachDisk('a', device)).rejects.toMatchObject({ kind: 'not-found', details: { device } });
    await expect(vms.attachDisk('a', { bus: 'ide' as never })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(
      vms.attachDisk('a', { create: { pool: 'default', name: 'a-vda.qcow2', sizeBytes: 1 } }),
    ).rejects.toMatchObject({
      kind: 'already-exists',
    });
  });

  it('an external snapshot of a machine that runs goes on beside its volumes, and one with memory is refused', async () => {
    const disks = [{ create: { pool: 'default', sizeBytes: 1 } }, { device: 'cdrom' as const, source: '/a.iso' }];
    await hypervisor.vms.create({ name: 'a', disks }, { start: true });
    expect(await hypervisor.snapshots.create('a', { name: 's', memory: false })).toMatchObject({ storage: 'external' });
    expect(libvirtd.named('a').snapshots.get('s')).toContain("file='/images/a-vda.qcow2.s'");
    await expect(hypervisor.snapshots.create('a', { name: 't', storage: 'external' })).rejects.toMatchObject({
      kind: 'unsupported',
    });
  });

  it('an external snapshot keeps memory beside the first disk where libvirt can go back to it', async () => {
    libvirtd.libvirtVersion = 9_009_000;
    await using newer = await connectLibvirt(libvirtd.daemon.uri());
    expect(newer.capabilities.externalMemorySnapshots).toBe(true);
    expect(hypervisor.capabilities.externalMemorySnapshots).toBe(false);
    const disks = [{ create: { pool: 'default', sizeBytes: 1 } }];
    await newer.vms.create({ name: 'a', disks }, { start: true });
    const made = await newer.snapshots.create('a', { name: 's', storage: 'external' });
    expect(made).toMatchObject({ storage: 'external', memory: true });
    const xml = libvirtd.named('a').snapshots.get('s');
    expect(xml).toContain("<memory snapshot='external' file='/images/a-vda.qcow2.s.memory'/>");
    await newer.volumes.create({ pool: 'default', name: 'a-vda.qcow2.s.memory', sizeBytes: 1 }); // as libvirt leaves it
    await newer.snapshots.delete('a', 's');
    expect((await newer.volumes.list('default')).map(({ name }) => name)).toEqual(['a-vda.qcow2']);
    await newer.vms.create({ name: 'b' }, { start: true });
    await expect(newer.snapshots.create('b', { name: 's', storage: 'external' })).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'VM "b" has no disk beside whose file the memory could be kept',
    });
  });

  it('a cut of power does not wait for a guest that is being asked', async () => {
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    libvirtd.guestsObey = false;
    const asking = hypervisor.vms.stop('a', { graceMs: 60_000 });
    await expect.poll(() => libvirtd.daemon.peers.flatMap(({ calls }) => calls)).toContain('domainShutdownFlags');
    expect((await hypervisor.vms.stop('a', { force: true })).state).toBe('stopped');
    expect((await asking).state).toBe('stopped');
  });

  it('a plan shows the XML, what patches change in it, and what the schema has against them', async () => {
    const patch = { action: 'set-text', select: '/domain/vcpu', text: '3' } as const;
    const plan = await hypervisor.vms.plan({ name: 'a', xmlPatches: [patch] });
    expect(plan).toMatchObject({ ok: true, actions: ['define VM a'] });
    expect(plan.diff.filter((line) => !line.startsWith(' '))).toEqual(['-  <vcpu>1</vcpu>', '+  <vcpu>3</vcpu>']);
    const lost = await hypervisor.vms.plan({ name: 'a', xmlPatches: [{ ...patch, select: '/domain/none' }] });
    expect(lost.problems).toEqual([expect.objectContaining({ step: 'xml', path: 'xmlPatches[0]' })]);
    const unknown = { action: 'append', select: '/domain', xml: '<vcpuu/>' } as const;
    await expect(hypervisor.vms.create({ name: 'a', xmlPatches: [unknown] })).rejects.toMatchObject({
      kind: 'invalid',
    });
    const many = await hypervisor.vms.plan({ name: 'a', vcpus: 20, cpu: { pinning: [{ vcpu: 0, hostCpus: [99] }] } });
    expect(many.problems.map(({ path }) => path)).toEqual(['cpu.pinning', 'vcpus']);
  });

  it('a merge that is given up while it begins leaves no job behind, and none of somebody else is ended', async () => {
    const disks = [{ create: { pool: 'default', sizeBytes: 1024 } }];
    await hypervisor.vms.create({ name: 'a', disks }, { start: true });
    const below = "<backingStore type='file'><format type='qcow2'/><source file='/images/below.qcow2'/></backingStore>";
    const domain = libvirtd.named('a');
    domain.xml = domain.xml.replace('</disk>', `${below}</disk>`);
    const stop = new AbortController();
    libvirtd.interrupt('domainBlockCommit', () => (stop.abort(), new Promise((resolve) => setTimeout(resolve, 50))), {
      once: true,
    });
    const merging = hypervisor.snapshots.merge('a', 'vda', { signal: stop.signal });
    await expect(merging).rejects.toMatchObject({ kind: 'aborted' });
    const calls = (): readonly string[] => libvirtd.daemon.peers.flatMap((peer) => peer.calls);
    await expect.poll(calls).toContain('domainBlockJobAbort');
    const before = calls().filter((each) => each === 'domainBlockJobAbort').length;
    domain.xml = domain.xml.replace('</disk>', `${below}</disk>`); // the fake always ends a job by switching over
    libvirtd.daemon.on(procedures.domainBlockCommit, () => new Failure({ code: 55, message: 'a job is active' }));
    await expect(hypervisor.snapshots.merge('a', 'vda')).rejects.toMatchObject({ kind: 'conflict' });
    expect(calls().filter((each) => each === 'domainBlockJobAbort')).toHaveLength(before);
  });

  it('a machine that shall be started needs memory that is free, one that is only made does not', async () => {
    const kibibytes = { total: 8n << 20n, free: 1n << 20n, cached: 1n << 20n };
    const params = Object.entries(kibibytes).map(([field, value]) => ({ field, value }));
    libvirtd.daemon.on(procedures.nodeGetMemoryStats, () => ({ params, nparams: params.length }));
    const gibibyte = 1024 ** 3;
    const plan = async (memoryBytes: number, start: boolean): Promise<readonly string[]> =>
      (await hypervisor.vms.plan({ name: 'a', memoryBytes }, { start })).problems.map(({ message }) => message);
    expect(await plan(2 * gibibyte, true)).toEqual([]);
    expect(await plan(3 * gibibyte, true)).toEqual([expect.stringContaining('more than the host has free')]);
    expect(await plan(3 * gibibyte, false)).toEqual([]);
    const large = { name: 'a', memoryBytes: 3 * gibibyte };
    await expect(hypervisor.vms.create(large, { start: true, checkHost: true })).rejects.toMatchObject({
      details: { problems: [{ path: 'memoryBytes', step: 'host' }] },
    });
    expect((await hypervisor.vms.create(large, { checkHost: true })).state).toBe('stopped');
    libvirtd.daemon.on(procedures.nodeGetMemoryStats, () => new Failure({ code: 3, message: 'not supported' }));
    expect((await hypervisor.vms.plan({ ...large, name: 'b' }, { start: true })).problems).toEqual([]);
  });

  it('the variables of the firmware go with a machine, or stay', async () => {
    const flags: (number | undefined)[] = [];
    for (const firmwareVariables of ['keep', undefined] as const) {
      await hypervisor.vms.create({ name: 'a', firmware: { type: 'uefi' } });
      const domain = libvirtd.named('a');
      domain.xml = domain.xml.replace('</os>', '<nvram>/nvram/a.fd</nvram></os>'); // as libvirt does it
      libvirtd.daemon.on(procedures.domainUndefineFlags, ({ args }) => {
        flags.push(args.flags);
        libvirtd.domains.delete(args.dom.uuid);
        return undefined;
      });
      const wanted = firmwareVariables === 'keep' ? 'kept' : 'deleted';
      expect(await hypervisor.vms.delete('a', { firmwareVariables })).toMatchObject({ firmwareVariables: wanted });
    }
    const { VIR_DOMAIN_UNDEFINE_NVRAM: removed, VIR_DOMAIN_UNDEFINE_KEEP_NVRAM: kept } = constants;
    expect(flags.map((each = 0) => each & (removed | kept))).toEqual([kept, removed]);
  });

  it('details tell what the guest says when it is asked and answers, and why a machine failed', async () => {
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    const { guest } = await hypervisor.vms.details('a', { guest: true });
    expect(guest).toEqual({
      hostname: 'guest',
      osName: 'Debian',
      kernelRelease: '6.1',
      networkInterfaces: [expect.objectContaining({ name: 'eth0' })],
      uptimeSeconds: 61.5,
    });
    const failure = new Failure({ code: 86, message: 'Guest agent is not responding' });
    libvirtd.daemon.on(procedures.domainGetGuestInfo, () => failure);
    expect(await hypervisor.vms.details('a', { guest: true })).not.toHaveProperty('guest');
    libvirtd.daemon.on(procedures.domainGetDiskErrors, () => ({ errors: [], nerrors: 0 }));
    expect(await hypervisor.vms.details('a')).not.toHaveProperty('lastError');
    const domain = libvirtd.named('a');
    Object.assign(domain, { state: 3, reason: 5 }); // paused, I/O error
    expect((await hypervisor.vms.details('a')).lastError).toBe('ioerror');
    libvirtd.daemon.on(procedures.domainGetDiskErrors, () => ({ errors: [{ disk: 'vda', error: 2 }], nerrors: 1 }));
    expect((await hypervisor.vms.details('a')).lastError).toBe('vda: no-space');
  });

  it('a plan shows no password of a screen, neither in the XML nor in what patches change near it', async () => {
    const graphics = { type: 'vnc', password: 'hunter2' } as const;
    const attributes = { passwd: 'swordfi5', keymap: 'de' };
    const patch = { action: 'set-attributes', select: '/domain/devices/graphics', attributes } as const;
    for (const xmlPatches of [[], [patch]]) {
      const plan = await hypervisor.vms.plan({ name: 'a', graphics, xmlPatches });
      expect(plan).toMatchObject({ ok: true, xml: expect.stringMatching(/passwd=.\[redacted\]/) });
      expect(plan.diff.join('\n').includes('keymap')).toBe(xmlPatches.length > 0);
      expect(JSON.stringify(plan)).not.toMatch(/hunter2|swordfi5/);
    }
    await hypervisor.vms.create({ name: 'a', graphics });
    expect(libvirtd.named('a').xml).toContain('hunter2');
    expect(libvirtXml({ name: 'a', graphics })).toContain('hunter2'); // it is meant to be defined
  });

  it('addresses, volumes and pools that a plan counts on must be there', async () => {
    const macAddress = '52:54:00:00:00:01';
    await hypervisor.vms.create({ name: 'b', networks: [{ network: 'default', macAddress }] });
    await hypervisor.networks.stop('default');
    const plan = await hypervisor.vms.plan({
      name: 'a',
      networks: [
        { network: 'default', macAddress, filter: { name: 'clean-traffic' } },
        { bridge: 'br0', filter: { name: 'unheard-of' } },
      ],
      disks: [
        { volume: { pool: 'default', name: 'none' } },
        { create: { pool: 'default', sizeBytes: 7e8 } },
        { create: { pool: 'default', image: { pool: 'default', name: 'none' } } },
      ],
    });
    expect(plan.problems.map(({ path }) => path).toSorted()).toEqual([
      'disks[0].volume',
      'disks[1].create.pool',
      'disks[2].create.image',
      'networks[0].macAddress',
      'networks[0].network',
      'networks[1].filter.name',
    ]);
    expect(plan.problems.map(({ fix }) => fix)).toContain('use one of clean-traffic');
  });
});
