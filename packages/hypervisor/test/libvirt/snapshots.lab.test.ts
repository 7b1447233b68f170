import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { connect } from 'node-libvirt';
import { expect, it } from 'vitest';
import { LibvirtHost } from '../../src/libvirt/libvirt-host.ts';
import { libvirtSnapshots } from '../../src/libvirt/snapshots/snapshots.ts';
import { labPool, labUri } from '../lab.ts';

const mebibyte = 1024 ** 2;

it('makes external snapshots with memory also where libvirt is too old to go back to them, if it were asked to', async () => {
  await using hypervisor = await connectLibvirt(labUri);
  const connection = await connect(labUri);
  const name = `hv-memory-${process.pid}`;
  try {
    const [capabilitiesXml, version] = await Promise.all([connection.getCapabilities(), connection.getLibVersion()]);
    const canRevert = version.major > 9 || (version.major === 9 && version.minor >= 9);
    expect(hypervisor.capabilities.externalMemorySnapshots).toBe(canRevert);
    const host = new LibvirtHost(connection, labUri, { capabilitiesXml, version: { major: 9, minor: 9 } }, {});
    const snapshots = libvirtSnapshots(host);
    const disks = [{ create: { pool: labPool, sizeBytes: mebibyte } }];
    await hypervisor.vms.create({ name, memoryBytes: 16 * mebibyte, disks }, { start: true });
    const made = await snapshots.create(name, { name: 'first', storage: 'external' });
    expect(made).toMatchObject({ storage: 'external', memory: true });
    expect((await hypervisor.vms.get(name)).state).toBe('running');
    if (!canRevert) await expect(snapshots.revert(name, 'first')).rejects.toMatchObject({ kind: 'unsupported' });
    await snapshots.create(name, { name: 'second', storage: 'external' });
  } finally {
    const report = await hypervisor.vms.delete(name, { force: true, volumes: 'all' });
    expect(report.errors).toEqual([]);
    await connection.close();
  }
  await hypervisor.pools.refresh(labPool);
  const left = (await hypervisor.volumes.list(labPool)).filter((volume) => volume.name.startsWith(name));
  expect(left.map((volume) => volume.name)).toEqual([]);
});
