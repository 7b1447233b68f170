import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { report, timed } from './report.ts';

const run = promisify(execFile);
const guests = 50;

/** Starts and stops 50 guests at once, beside as many virsh processes at once. */
export async function manyGuests(uri: string): Promise<void> {
  const hypervisor = await connectLibvirt(uri);
  const names = Array.from({ length: guests }, (_, index) => `hv-bench-${process.pid}-${index}`);
  try {
    await Promise.all(names.map((name) => hypervisor.vms.create({ name, memoryBytes: 16 * 1024 ** 2 })));
    const each = (work: (name: string) => Promise<unknown>): Promise<number> =>
      timed(() => Promise.all(names.map((name) => work(name))));
    const virsh = (command: string): Promise<number> => each((name) => run('virsh', ['-q', '-c', uri, command, name]));
    const figure = { unit: 'ms', better: 'lower', data: '50 QEMU guests of 16 MiB, emulated', runs: 1 } as const;
    const started = await each((name) => hypervisor.vms.start(name));
    const stopped = await each((name) => hypervisor.vms.stop(name, { force: true }));
    const [peerStarted, peerStopped] = [await virsh('start'), await virsh('destroy')];
    const peerName = 'virsh, 50 processes at once';
    report({ ...figure, figure: 'start-50-machines', ours: started, peer: peerStarted, peerName });
    report({ ...figure, figure: 'stop-50-machines', ours: stopped, peer: peerStopped, peerName });
  } finally {
    for (const name of names) await hypervisor.vms.delete(name, { force: true }).catch(() => {});
    await hypervisor.close();
  }
}
