import { setTimeout as sleep } from 'node:timers/promises';
import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { procedures } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const spec = { name: 'a', disks: [{ create: { pool: 'default', sizeBytes: 4096 } }] };

let libvirtd: FakeLibvirtd;
let hypervisor: CompleteHypervisor;

beforeEach(async () => {
  libvirtd = await FakeLibvirtd.start();
  hypervisor = await connectLibvirt(libvirtd.daemon.uri(), { recoveryTimeoutMs: 2000 });
});
afterEach(async () => {
  await hypervisor.close();
  await libvirtd.daemon.stop();
});

const left = async (): Promise<unknown> => ({
  vms: (await hypervisor.vms.list()).items.map(({ name }) => name),
  volumes: (await hypervisor.volumes.list('default')).map(({ name }) => name),
});

describe('a creation whose connection was lost', () => {
  it('takes its definition back by its identifier, and then the volumes', async () => {
    libvirtd.interrupt('domainDefineXmlFlags', () => libvirtd.cut(), { once: true });
    const steps: string[] = [];
    const creating = hypervisor.vms.create(spec, { onStep: ({ step, subject }) => steps.push(`${step} ${subject}`) });
    await expect(creating).rejects.toMatchObject({ kind: 'unavailable', details: { outcomeUnknown: true } });
    expect(await left()).toEqual({ vms: [], volumes: [] });
    expect(steps).toEqual([
      'volume-created default/a-vda.qcow2',
      'rolled-back VM a',
      'rolled-back default/a-vda.qcow2',
    ]);
  });

  it('is a success when the machine runs after all', async () => {
    libvirtd.daemon.on(procedures.domainCreateWithFlags, () => {
      libvirtd.change(libvirtd.named('a'), 1, 1, 2, 0);
      libvirtd.cut();
      return new Failure({ code: 1 });
    });
    expect((await hypervisor.vms.create(spec, { start: true })).state).toBe('running');
    expect(await left()).toEqual({ vms: ['a'], volumes: ['a-vda.qcow2'] });
  });

  it('is taken back when the machine does not run', async () => {
    libvirtd.daemon.on(procedures.domainCreateWithFlags, () => {
      libvirtd.cut();
      return new Failure({ code: 1 });
    });
    await expect(hypervisor.vms.create(spec, { start: true })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await left()).toEqual({ vms: [], volumes: [] });
  });

  it('takes back a volume of which a caller that has given up does not know', async () => {
    libvirtd.interrupt('storageVolCreateXml', () => sleep(250));
    await expect(hypervisor.vms.create(spec, { timeoutMs: 100 })).rejects.toMatchObject({ kind: 'timeout' });
    await sleep(500);
    await expect.poll(left, { timeout: 5000 }).toEqual({ vms: [], volumes: [] });
  });
});

describe('what can not be taken back', () => {
  it('is named in the error, and a definition that stays keeps its volumes', async () => {
    libvirtd.interrupt('domainDefineXmlFlags', () => libvirtd.cut(), { once: true });
    libvirtd.daemon.on(procedures.domainUndefineFlags, () => new Failure({ code: 88, message: 'access denied' }));
    await expect(hypervisor.vms.create(spec)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('left behind: VM a, default/a-vda.qcow2') as string,
      details: { leftBehind: ['VM a', 'default/a-vda.qcow2'] },
    });
    expect(await left()).toEqual({ vms: ['a'], volumes: ['a-vda.qcow2'] });
  });

  it('is tried as long as recoveryTimeoutMs allows', async () => {
    libvirtd.daemon.on(procedures.domainDefineXmlFlags, () => new Failure({ code: 1, message: 'no' }));
    libvirtd.daemon.on(procedures.storageVolDelete, () => new Failure({ code: 55, domain: 18, message: 'in use' }));
    await using impatient = await connectLibvirt(libvirtd.daemon.uri(), { recoveryTimeoutMs: 100 });
    await expect(impatient.vms.create(spec)).rejects.toMatchObject({
      details: { leftBehind: ['default/a-vda.qcow2'] },
    });
  });
});

describe('a deletion whose connection was lost', () => {
  it.each(['domainUndefineFlags', 'storageVolDelete'] as const)('in %s is finished', async (procedure) => {
    await hypervisor.vms.create(spec);
    libvirtd.interrupt(procedure, () => libvirtd.cut(), { once: true });
    expect(await hypervisor.vms.delete('a', { volumes: 'created' })).toMatchObject({
      volumes: ['default/a-vda.qcow2'],
      errors: [],
    });
    expect(await left()).toEqual({ vms: [], volumes: [] });
  });
});

describe('a snapshot whose connection was lost', () => {
  it('lets a guest go on that was stopped for it', async () => {
    await hypervisor.vms.create(spec, { start: true });
    libvirtd.daemon.on(procedures.domainSnapshotCreateXml, () => {
      libvirtd.change(libvirtd.named('a'), 3, 9, 3, 0);
      libvirtd.cut();
      return new Failure({ code: 1 });
    });
    await expect(hypervisor.snapshots.create('a', { name: 's' })).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await hypervisor.vms.get('a')).state).toBe('running');
    expect(await hypervisor.snapshots.list('a')).toEqual([]);
  });

  it('is a success when it was made', async () => {
    await hypervisor.vms.create(spec, { start: true });
    libvirtd.interrupt('domainSnapshotCreateXml', () => libvirtd.cut());
    expect(await hypervisor.snapshots.create('a', { name: 's' })).toMatchObject({ name: 's', current: true });
  });
});

describe('a volume, a pool and a network whose connection was lost', () => {
  it('are not there afterwards', async () => {
    for (const name of ['storageVolCreateXml', 'storagePoolCreate', 'networkCreate'] as const)
      libvirtd.interrupt(name, () => libvirtd.cut());
    const { volumes, pools, networks } = hypervisor;
    const failure = { kind: 'unavailable' };
    await expect(volumes.create({ pool: 'default', name: 'v', sizeBytes: 1 })).rejects.toMatchObject(failure);
    await expect(pools.create({ name: 'p', path: '/p' })).rejects.toMatchObject(failure);
    await expect(networks.create({ name: 'n' })).rejects.toMatchObject(failure);
    expect(await volumes.list('default')).toEqual([]);
    expect((await pools.list()).map(({ name }) => name)).toEqual(['default']);
    expect((await networks.list()).map(({ name }) => name)).toEqual(['default']);
  });

  it('that were there before are left alone', async () => {
    const volume = { pool: 'default', name: 'v', sizeBytes: 1 };
    await hypervisor.volumes.create(volume);
    libvirtd.daemon.on(procedures.storageVolCreateXml, () => {
      libvirtd.cut();
      return new Failure({ code: 90 });
    });
    await expect(hypervisor.volumes.create(volume)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await hypervisor.volumes.list('default')).toHaveLength(1);
  });
});

describe('a disk that is attached', () => {
  const volume = { pool: 'default', name: 'data.qcow2' };

  it('must be there, also for a machine that is off', async () => {
    await hypervisor.vms.create(spec);
    await expect(hypervisor.vms.attachDisk('a', { volume })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('stays when only the answer was lost, and is taken back when it did not come', async () => {
    await hypervisor.vms.create(spec, { start: true });
    libvirtd.interrupt('domainAttachDeviceFlags', () => libvirtd.cut(), { once: true });
    const create = { pool: 'default', sizeBytes: 4096 };
    expect(await hypervisor.vms.attachDisk('a', { create })).toBe('vdb');
    libvirtd.daemon.on(procedures.domainAttachDeviceFlags, () => {
      libvirtd.cut();
      return new Failure({ code: 1 });
    });
    await expect(hypervisor.vms.attachDisk('a', { create })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await left()).toEqual({ vms: ['a'], volumes: ['a-vda.qcow2', 'a-vdb.qcow2'] });
  });
});

describe('a change of a network that fails on its way', () => {
  it('is taken back step by step', async () => {
    const seen: string[] = [];
    libvirtd.daemon.on(procedures.networkUpdate, ({ args: { command, xml } }) => {
      const word = command === 2 ? 'delete' : 'add';
      seen.push(`${word} ${xml.match(/name=.(\w+)/)?.[1] ?? ''}`);
      return seen.length === 2 ? new Failure({ code: 55, domain: 19, message: 'no' }) : undefined;
    });
    const dnsTexts = ['first', 'second', 'third'].map((name) => ({ name, value: 'x' }));
    await expect(hypervisor.networks.update('default', { add: { dnsTexts } })).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect(seen).toEqual(['add first', 'add second', 'delete first']);
  });
});
