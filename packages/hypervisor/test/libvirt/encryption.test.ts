import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { procedures } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const encryption = { passphrase: 'pa<ss>' };
const volume = { pool: 'default', name: 'v.qcow2' };
const spec = { ...volume, sizeBytes: 4096, encryption };
const vm = { name: 'a', disks: [{ create: { pool: 'default', sizeBytes: 4096, encryption } }] };

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

const secretsFor = (): readonly string[] => [...libvirtd.secrets.keys()];

describe('the secret of an encrypted volume', () => {
  it('is private, kept by the path of the volume, and named by the disk that is made with it', async () => {
    await hypervisor.vms.create(vm);
    const [[path, secret] = []] = [...libvirtd.secrets];
    expect([path, secret?.value]).toEqual(['/images/a-vda.qcow2', 'pa<ss>']);
    expect(secret?.xml).toMatch(/private=.yes./);
    expect(secret?.xml).not.toContain('pa&lt;ss');
    const { text } = await hypervisor.vms.definition('a');
    expect(text).toMatch(new RegExp(`<encryption format=.luks.>\\s*<secret [^>]*uuid=.${secret?.reference.uuid}`));
    await hypervisor.vms.delete('a', { volumes: 'created' });
    expect(secretsFor()).toEqual([]);
  });

  it('is drawn into plans, in which it is not made', async () => {
    const { xml, actions } = await hypervisor.vms.plan(vm);
    expect(xml).toMatch(/<encryption format=.luks.>/);
    expect(actions[0]).toBe('create volume a-vda.qcow2 in pool default (4096 bytes), encrypted');
    expect(secretsFor()).toEqual([]);
  });

  it('goes when its volume can not be made', async () => {
    libvirtd.daemon.on(procedures.storageVolCreateXml, () => new Failure({ code: 1, message: 'no' }));
    await expect(hypervisor.volumes.create(spec)).rejects.toMatchObject({ message: expect.stringContaining('no') });
    expect(secretsFor()).toEqual([]);
    libvirtd.daemon.on(procedures.secretSetValue, () => new Failure({ code: 1, message: 'no' }));
    await expect(hypervisor.volumes.create(spec)).rejects.toThrow();
    expect(secretsFor()).toEqual([]);
  });

  it.each(['secretDefineXml', 'secretSetValue', 'storageVolCreateXml', 'domainDefineXmlFlags'] as const)(
    'goes when the connection is lost in %s',
    async (procedure) => {
      libvirtd.interrupt(procedure, () => libvirtd.cut(), { once: true });
      await expect(hypervisor.vms.create(vm)).rejects.toMatchObject({ kind: 'unavailable' });
      expect(secretsFor()).toEqual([]);
      expect(await hypervisor.volumes.list('default')).toEqual([]);
    },
  );

  it('goes with a volume whose deletion was lost, and stays with one that is still there', async () => {
    await hypervisor.volumes.create(spec);
    libvirtd.daemon.on(procedures.storageVolDelete, () => new Failure({ code: 55, domain: 18, message: 'in use' }));
    await expect(hypervisor.volumes.delete(volume)).rejects.toMatchObject({ kind: 'conflict' });
    expect(secretsFor()).toEqual(['/images/v.qcow2']);
    libvirtd.daemon.on(procedures.storageVolDelete, () => {
      libvirtd.cut();
      return new Failure({ code: 1 });
    });
    await expect(hypervisor.volumes.delete(volume)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(secretsFor()).toEqual(['/images/v.qcow2']);
  });

  it('goes with its pool', async () => {
    await hypervisor.pools.create({ name: 'p', path: '/p' });
    await hypervisor.volumes.create({ ...spec, pool: 'p' });
    await hypervisor.pools.delete('p', { withVolumes: true });
    expect(secretsFor()).toEqual([]);
  });

  it('is never that of somebody else', async () => {
    libvirtd.daemon.on(procedures.secretGetXmlDesc, () => ({
      xml: "<secret><description>mine</description><usage type='volume'><volume>/images/v.qcow2</volume></usage></secret>",
    }));
    await hypervisor.volumes.create(spec);
    await hypervisor.volumes.delete(volume);
    expect(secretsFor()).toEqual(['/images/v.qcow2']);
    await expect(hypervisor.volumes.create(spec)).rejects.toMatchObject({
      kind: 'already-exists',
      message: expect.stringMatching(/^There is a secret [0-9a-f-]{36} for a volume \/images\/v\.qcow2$/),
    });
    expect(secretsFor()).toEqual(['/images/v.qcow2']);
  });

  it('is not looked for by who may not: volumes are deleted all the same', async () => {
    await hypervisor.volumes.create({ ...spec, encryption: undefined });
    libvirtd.daemon.on(procedures.secretLookupByUsage, () => new Failure({ code: 88, message: 'access denied' }));
    await hypervisor.volumes.delete(volume);
    expect(await hypervisor.volumes.list('default')).toEqual([]);
  });
});

describe('an encrypted disk', () => {
  it('is attached with its secret, which goes when the disk does not come', async () => {
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    const [disk] = vm.disks;
    if (disk === undefined) throw new Error('no disk');
    expect(await hypervisor.vms.attachDisk('a', disk)).toBe('vda');
    expect(secretsFor()).toEqual(['/images/a-vda.qcow2']);
    libvirtd.daemon.on(procedures.domainAttachDeviceFlags, () => new Failure({ code: 1, message: 'no' }));
    await expect(hypervisor.vms.attachDisk('a', disk)).rejects.toThrow();
    expect(secretsFor()).toEqual(['/images/a-vda.qcow2']);
  });

  it('is not made in a pool without files', async () => {
    await hypervisor.pools.create({ name: 'lvm', type: 'logical', path: '/dev/lvm', sourceName: 'lvm' });
    await expect(hypervisor.volumes.create({ ...spec, pool: 'lvm' })).rejects.toMatchObject({ kind: 'unsupported' });
  });
});
