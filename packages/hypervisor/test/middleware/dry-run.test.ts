import { createMemoryHypervisor, type MemoryHypervisor } from '@novacron/hypervisor/memory';
import { dryRun } from '@novacron/hypervisor/middleware';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const none = [0, 0] as const;

describe('a dry run', () => {
  let memory: MemoryHypervisor;
  beforeEach(() => {
    memory = createMemoryHypervisor({ latenciesMs: { create: none, start: none } });
  });
  afterEach(() => memory.close());

  it('says no to what is not there, and to what a state does not allow', async () => {
    const hypervisor = dryRun()(memory);
    const { vms, snapshots, guests, backups, volumes, pools, networks, filters } = hypervisor;
    await memory.vms.create({ name: 'a', disks: [{ create: { pool: 'default', sizeBytes: 9 } }] }, { start: true });
    await memory.vms.create({ name: 'off' });
    await memory.snapshots.create('a', { name: 's' });
    const missing = [
      networks.delete('nobody'),
      pools.delete('nobody'),
      filters.delete('nobody'),
      volumes.wipe({ pool: 'default', name: 'nobody' }),
      volumes.delete({ pool: 'nobody', name: 'a' }),
      guests.trim('nobody'),
      snapshots.revert('nobody', 's'),
      snapshots.delete('a', 'nothing'),
      backups.deleteCheckpoint('a', 'nothing'),
      vms.resizeDisk('a', 'vdz', 10),
      vms.detachDisk('nobody', 'vda'),
      vms.detachNetwork('a', '52:54:00:00:00:01'),
    ];
    for (const result of await Promise.allSettled(missing))
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'not-found' } });
    const impossible = [vms.start('a'), vms.resume('a'), vms.delete('a'), vms.stop('off'), guests.setTime('off')];
    for (const result of await Promise.allSettled(impossible))
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'conflict' } });
    await volumes.wipe({ pool: 'default', name: 'a-vda.qcow2' });
    await vms.detachDisk('a', 'vda');
    await snapshots.revert('a', 's');
    await guests.setTime('a');
    await networks.delete('default');
    expect(await vms.delete('a', { stop: {} })).toMatchObject({ name: 'a' });
    expect((await memory.vms.details('a')).disks).toHaveLength(1);
  });

  it('heeds the signal and the deadline of a call', async () => {
    const hypervisor = dryRun()(memory);
    await memory.vms.create({ name: 'a' });
    memory.inject({ operation: 'get', with: 'hang', times: 2 });
    await expect(hypervisor.vms.start('a', { timeoutMs: 5 })).rejects.toMatchObject({ kind: 'timeout' });
    await expect(hypervisor.vms.update('a', {}, { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      kind: 'aborted',
    });
  });
});
