import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VmSpec } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { describeHypervisor, describeHypervisorSpeed, type HypervisorHarness } from '@novacron/hypervisor/testing';
import { describe, expect, it } from 'vitest';
import { libvirtCapabilities } from '../../src/libvirt/capabilities.ts';
import { labGuest, labPeerUri, labPool, labUri } from '../lab.ts';

const mebibyte = 1024 ** 2;

const spec = (name: string): VmSpec => ({
  name,
  memoryBytes: 128 * mebibyte,
  directBoot: { ...labGuest, commandLine: 'console=ttyS0 quiet' },
});

const virsh = (...command: readonly string[]): string =>
  execFileSync('virsh', ['-q', '-c', labUri, ...command], { encoding: 'utf8' });

/** Waits until the guest's agent answers: then it also hears a request to shut down. */
async function booted(vm: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      execFileSync('virsh', ['-q', '-c', labUri, 'qemu-agent-command', vm, '{"execute":"guest-ping"}'], {
        stdio: 'ignore',
      });
      return;
    } catch {
      await sleep(100); // not yet
    }
  }
  throw new Error(`The guest of ${vm} does not answer`);
}

const harness: HypervisorHarness = {
  open: () => connectLibvirt(labUri),
  openDestination: () => connectLibvirt(labPeerUri),
  spec,
  capabilities: libvirtCapabilities('qemu'),
  pool: labPool,
  snapshotSpec: (name) => ({ ...spec(name), disks: [{ create: { pool: labPool, sizeBytes: 16 * mebibyte } }] }),
  booted: (_hypervisor, vm) => booted(vm),
  testTimeoutMs: 120_000,
};
describeHypervisor('libvirt, QEMU', harness);
describeHypervisorSpeed('libvirt, QEMU', harness);

describe('libvirt, QEMU', () => {
  it('measures a real guest', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const name = `nova-stats-${process.pid}`;
    const vm = await hypervisor.vms.create(
      { ...spec(name), vcpus: 2, networks: [{ network: 'lab' }] },
      { start: true },
    );
    try {
      await booted(vm.id);
      await sleep(1500); // the balloon tells the guest's memory every second
      const { items, errors } = await hypervisor.vms.stats({ vms: [name] });
      const [stats] = items;
      expect(errors).toEqual([]);
      expect(stats?.cpu).toEqual({ vcpus: 2, timeSeconds: expect.any(Number) });
      expect(stats?.cpu?.timeSeconds).toBeGreaterThan(0.5);
      expect(stats?.memory?.limitBytes).toBe(128 * mebibyte);
      expect(stats?.memory?.usageBytes).toBeGreaterThan(5 * mebibyte);
      expect(stats?.memory?.usageBytes).toBeLessThan(100 * mebibyte);
      expect(stats?.networkInterfaces?.[0]?.transmitBytes).toBeGreaterThan(0);
      expect(vm).toMatchObject({ vcpus: 2, memoryBytes: 128 * mebibyte, native: { domainType: 'qemu' } });
    } finally {
      await hypervisor.vms.delete(vm.id, { force: true });
    }
  });

  it('keeps the definition of a machine whose start was given up', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const name = `nova-hasty-${process.pid}`;
    await expect(hypervisor.vms.create(spec(name), { start: true, timeoutMs: 150 })).rejects.toMatchObject({
      code: 'NOVA_CORE_TIMEOUT',
    });
    try {
      await expect.poll(async () => (await hypervisor.vms.get(name)).state, { timeout: 20_000 }).toBe('running');
      expect(virsh('dominfo', name)).toMatch(/Persistent: +yes/);
      expect((await hypervisor.vms.stop(name, { force: true })).state).toBe('stopped');
    } finally {
      await hypervisor.vms.delete(name, { force: true });
    }
  }, 60_000);

  it('leaves nothing behind when a machine can not be started', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const name = `nova-broken-${process.pid}`;
    const broken = { name, disks: [{ source: '/nowhere/missing.qcow2' }] };
    await expect(hypervisor.vms.create(broken, { start: true })).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('/nowhere/missing.qcow2'),
    });
    await expect(hypervisor.vms.get(name)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('shows a machine that another tool made, and does not lose its metadata', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const name = `nova-foreign-${process.pid}`;
    const xml = `<domain type='qemu'><name>${name}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os>
      <metadata><other:x xmlns:other='urn:other'><other:tag name='a'>b</other:tag></other:x></metadata></domain>`;
    execFileSync('bash', ['-c', `f=$(mktemp) && cat > $f && virsh -q -c '${labUri}' define $f && rm $f`], {
      input: xml,
    });
    try {
      expect(await hypervisor.vms.get(name)).toMatchObject({
        name,
        state: 'stopped',
        tags: {},
        memoryBytes: 16 * mebibyte,
      });
      expect((await hypervisor.vms.start(name)).state).toBe('running');
      expect((await hypervisor.vms.stop(name, { force: true })).state).toBe('stopped');
      expect(virsh('dumpxml', name)).toMatch(/<other:tag name=['"]a['"]>b<\/other:tag>/);
    } finally {
      await hypervisor.vms.delete(name, { force: true });
    }
  });

  it('gives one name to one of 20 that ask at once', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const name = `nova-same-${process.pid}`;
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => hypervisor.vms.create(spec(name))));
    try {
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused).toHaveLength(19);
      for (const reason of refused) expect(reason).toMatchObject({ kind: 'already-exists' });
    } finally {
      await hypervisor.vms.delete(name);
    }
  });
});
