import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { median, report, timed } from './report.ts';

const run = promisify(execFile);
const rounds = 3;
const memoryMebibytes = 160;
const pool = 'lab';
const userData = '#cloud-config\nusers: [{ name: ops }]\n';

/**
 * From nothing to a guest whose agent answers: a disk, the image for cloud-init, the definition, the start and the boot,
 * beside virt-install with the same guest and virsh asking its agent.
 */
export async function createToAgent(uri: string, guest: string): Promise<void> {
  const hypervisor = await connectLibvirt(uri);
  const folder = mkdtempSync(join(tmpdir(), 'hv-bench-'));
  const [kernel, initrd] = [join(guest, 'vmlinuz'), join(guest, 'initrd.gz')];
  const file = join(folder, 'user-data');
  writeFileSync(file, userData);
  const lab = join(guest, '../libvirt');
  const daemon = readFileSync(join(lab, 'pid'), 'utf8').trim();
  mkdirSync(join(lab, 'lib/boot'), { recursive: true }); // /var/lib/libvirt/boot of the daemon, which virt-install needs
  const ours: number[] = [];
  const peer: number[] = [];
  let reason: string | undefined;
  try {
    for (let round = 0; round < rounds; round++) {
      const name = `hv-bench-${process.pid}-${round}`;
      ours.push(
        await timed(async () => {
          await hypervisor.vms.create(
            {
              name,
              memoryBytes: memoryMebibytes * 1024 ** 2,
              machine: 'pc',
              directBoot: { kernel, initrd, commandLine: 'console=ttyS0 quiet' },
              disks: [{ create: { pool, sizeBytes: 1024 ** 3 } }],
              networks: [{ network: 'lab' }],
              cloudInit: { pool, userData },
            },
            { start: true },
          );
          await hypervisor.guests.waitForAgent(name, { timeoutMs: 120_000 });
        }),
      );
      await hypervisor.vms.delete(name, { force: true, volumes: 'created' });
      const took = await virtInstall(uri, `${name}-peer`, { kernel, initrd, file, daemon }).catch(
        (error: Error) => error,
      );
      if (typeof took === 'number') peer.push(took);
      else reason = took.message.split('\n').find((line) => line.startsWith('ERROR')) ?? took.message;
    }
    report({
      figure: 'create-to-agent-ready',
      ours: median(ours),
      peer: peer.length === 0 ? null : median(peer),
      peerName: 'virt-install, then virsh asking the agent',
      unit: 'ms',
      better: 'lower',
      data: `a small Linux, emulated, ${memoryMebibytes} MiB, a disk of 1 GiB, a cloud-init image; most of it is the boot`,
      runs: rounds,
      ...(reason === undefined ? {} : { reason }),
    });
  } finally {
    await hypervisor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface GuestFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** The user data of cloud-init. */
  readonly file: string;
  /** The daemon's process. */
  readonly daemon: string;
}

/** How long virt-install and the boot take, in milliseconds; nothing is left of the guest. */
async function virtInstall(uri: string, name: string, { kernel, initrd, file, daemon }: GuestFiles): Promise<number> {
  const virsh = (...words: string[]): Promise<unknown> => run('virsh', ['-q', '-c', uri, ...words]);
  const options: Readonly<Record<string, string>> = {
    connect: uri,
    name,
    memory: String(memoryMebibytes),
    vcpus: '1',
    machine: 'pc',
    'virt-type': 'qemu',
    osinfo: 'linux2022',
    graphics: 'none',
    boot: `kernel=${kernel},initrd=${initrd},kernel_args=console=ttyS0 quiet`,
    disk: `pool=${pool},size=1,bus=virtio`,
    network: 'network=lab,model=virtio',
    channel: 'unix,target.type=virtio,target.name=org.qemu.guest_agent.0',
    'cloud-init': `user-data=${file}`,
  };
  const words = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  try {
    return await timed(async () => {
      // It writes its image where the daemon reads it: among the daemon's own mounts.
      await run('nsenter', ['--target', daemon, '--mount', 'virt-install', '--import', '--noautoconsole', ...words]);
      for (let attempt = 0; attempt < 1200; attempt++) {
        const answered = await virsh('qemu-agent-command', name, '{"execute":"guest-ping"}').then(
          () => true,
          () => false,
        );
        if (answered) return;
        await sleep(100);
      }
      throw new Error('the agent did not answer within 120 s');
    });
  } finally {
    await virsh('destroy', name).catch(() => {});
    await virsh('undefine', name, '--remove-all-storage').catch(() => {});
    // virt-install makes a pool for its image, and leaves it.
    for (const command of ['pool-destroy', 'pool-undefine']) await virsh(command, 'boot').catch(() => {});
  }
}
