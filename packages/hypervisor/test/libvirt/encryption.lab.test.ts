import { execFileSync } from 'node:child_process';
import type { CompleteHypervisor } from '@novacron/hypervisor';
import { cloneVm } from '@novacron/hypervisor/library';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labGuest, labPool, labUri } from '../lab.ts';

const mebibyte = 1024 ** 2;
const name = `hv-luks-${process.pid}`;
const encryption = { passphrase: 'first ü <&>' };
const virsh = (...command: readonly string[]): string =>
  execFileSync('virsh', ['-q', '-c', labUri, ...command], { encoding: 'utf8' });

describe('encrypted volumes of a real libvirt', () => {
  let hypervisor: CompleteHypervisor;
  const bytesOf = async (volume: string): Promise<Buffer> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of hypervisor.volumes.download({ pool: labPool, name: volume })) pieces.push(piece);
    return Buffer.concat(pieces);
  };

  beforeAll(async () => {
    hypervisor = await connectLibvirt(labUri);
  });
  afterAll(() => hypervisor.close());

  it('hold none of the bytes that they are copies of, and give them to a copy of another passphrase', async () => {
    const { volumes } = hypervisor;
    const marker = Buffer.from('nothing of this may be read. '.repeat(40));
    const made: string[] = [];
    const make = async (suffix: string, more: object): Promise<void> => {
      await volumes.create({ pool: labPool, name: `${name}${suffix}`, ...more });
      made.push(`${name}${suffix}`);
    };
    try {
      await make('.plain', { sizeBytes: mebibyte, format: 'raw' });
      await volumes.upload({ pool: labPool, name: `${name}.plain` }, [marker]);
      await make('.raw', { format: 'raw', image: { pool: labPool, name: `${name}.plain` }, encryption });
      await make('.qcow2', {
        image: { pool: labPool, name: `${name}.raw` },
        encryption: { passphrase: 'second' },
      });
      const [raw, qcow2] = await Promise.all([bytesOf(`${name}.raw`), bytesOf(`${name}.qcow2`)]);
      expect(raw.subarray(0, 6).toString('latin1')).toBe('LUKS\u00ba\u00be');
      expect(qcow2.subarray(0, 4).toString('latin1')).toBe('QFI\u00fb');
      for (const bytes of [raw, qcow2]) {
        expect(bytes.includes('nothing of this')).toBe(false);
        expect(bytes.includes('second')).toBe(false);
      }
      expect(virsh('secret-list')).toContain(`${name}.qcow2`);
    } finally {
      for (const each of made) await volumes.delete({ pool: labPool, name: each });
    }
    expect(virsh('secret-list')).not.toContain(name);
  });

  it('are disks that a guest writes to, that are cloned, and that leave nothing behind', async () => {
    const { vms, guests, volumes } = hypervisor;
    await vms.create(
      {
        name,
        memoryBytes: 128 * mebibyte,
        directBoot: { ...labGuest, commandLine: 'console=ttyS0 quiet' },
        disks: [{ create: { pool: labPool, sizeBytes: 8 * mebibyte, encryption } }],
      },
      { start: true },
    );
    const shell = async (vm: string, line: string): Promise<string> =>
      (await guests.execute(vm, { path: '/bin/sh', arguments: ['-c', line] })).stdout;
    const clone = `${name}-clone`;
    try {
      await guests.waitForAgent(name, { timeoutMs: 50_000 });
      await shell(name, 'echo -n "what the guest wrote" | dd of=/dev/vda conv=notrunc; sync');
      await vms.attachDisk(name, { create: { pool: labPool, sizeBytes: mebibyte, encryption } });
      await expect.poll(() => shell(name, 'cat /sys/block/vdb/size'), { timeout: 10_000 }).toBe('2048\n');
      await vms.stop(name, { force: true });
      expect((await bytesOf(`${name}-vda.qcow2`)).includes('what the guest')).toBe(false);
      await expect(cloneVm(hypervisor, name, { name: clone })).rejects.toMatchObject({ kind: 'conflict' });
      await cloneVm(hypervisor, name, { name: clone, encryption: { passphrase: 'its own' }, start: true });
      await guests.waitForAgent(clone, { timeoutMs: 50_000 });
      expect(await shell(clone, 'head -c 20 /dev/vda')).toBe('what the guest wrote');
      expect(virsh('dumpxml', '--security-info', clone)).not.toContain('its own');
    } finally {
      for (const each of [name, clone])
        await vms.delete(each, { force: true, volumes: 'all' }).catch((error: { kind: string }) => {
          if (error.kind !== 'not-found') throw error;
        });
    }
    expect((await volumes.list(labPool)).filter((volume) => volume.name.startsWith(name))).toEqual([]);
    expect(virsh('secret-list')).not.toContain(name);
  }, 300_000);
});
