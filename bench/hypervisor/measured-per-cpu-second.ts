import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import type { Hypervisor } from '@novacron/hypervisor';
import { report } from './report.ts';

const guests = 8;
const rounds = 30;

/** How many machines a second of this process's CPU measures: of libvirt, and 1,000 of the memory driver. */
export async function measuredPerCpuSecond(uri: string): Promise<void> {
  const hypervisor = await connectLibvirt(uri);
  const names = Array.from({ length: guests }, (_, index) => `hv-bench-${process.pid}-${index}`);
  const common = { unit: 'machines/cpu-s', better: 'higher', peer: null, peerName: null, runs: rounds } as const;
  try {
    for (const name of names) await hypervisor.vms.create({ name, memoryBytes: 16 * 1024 ** 2 }, { start: true });
    report({
      ...common,
      figure: 'machines-measured-per-cpu-second',
      ours: await perCpuSecond(hypervisor),
      data: `${guests} QEMU guests in one call; the daemon's own time is not counted`,
      reason: 'no peer gives a common model',
    });
  } finally {
    for (const name of names) await hypervisor.vms.delete(name, { force: true }).catch(() => {});
    await hypervisor.close();
  }
  const memory = createMemoryHypervisor({
    capacity: { cpus: 4096, memoryBytes: 2 ** 50 },
    latenciesMs: { create: [0, 0], start: [0, 0] },
  });
  for (let index = 0; index < 1000; index++) await memory.vms.create({ name: `vm-${index}` }, { start: true });
  report({
    ...common,
    figure: 'simulated-machines-measured-per-cpu-second',
    ours: await perCpuSecond(memory),
    data: '1000 machines of the memory driver in one call',
    reason: 'no peer simulates',
  });
  await memory.close();
}

async function perCpuSecond({ vms }: Hypervisor): Promise<number> {
  await vms.stats();
  const before = process.cpuUsage();
  let measured = 0;
  for (let round = 0; round < rounds; round++) measured += (await vms.stats()).items.length;
  const { user, system } = process.cpuUsage(before);
  return (measured / (user + system)) * 1e6;
}
