import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { connect } from 'node-libvirt';
import { median, report, timed } from './report.ts';

const rounds = 200;

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * What a change through the interface takes more than the bare call: finding the machine, its state before and after. Each
 * call of ours is held against a bare one made right before or after it, in turn, and the figure is the median of these
 * differences: whatever else the machine does then falls on both.
 */
export async function overhead(uri: string): Promise<void> {
  const name = `hv-bench-${process.pid}`;
  const hypervisor = await connectLibvirt(uri);
  const connection = await connect(uri);
  const { id } = await hypervisor.vms.create({ name, memoryBytes: 16 * 1024 ** 2 }, { start: true });
  try {
    const domain = await connection.lookupDomainByUUID(id);
    const bare = async (): Promise<readonly Cost[]> => [
      await cost(() => domain.suspend()),
      await cost(() => domain.resume()),
    ];
    const ours = async (): Promise<readonly Cost[]> => [
      await cost(() => hypervisor.vms.suspend(id)),
      await cost(() => hypervisor.vms.resume(id)),
    ];
    await bare();
    await ours(); // both are warm then
    const bareCosts: Cost[] = [];
    const differences: Cost[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = round % 2 === 0 ? await bare() : await ours();
      const second = round % 2 === 0 ? await ours() : await bare();
      const [plain, through] = round % 2 === 0 ? [first, second] : [second, first];
      for (const [index, call] of plain.entries()) {
        const { wallMs = 0, cpuMs = 0 } = through[index] ?? {};
        bareCosts.push(call);
        differences.push({ wallMs: wallMs - call.wallMs, cpuMs: cpuMs - call.cpuMs });
      }
    }
    const common = {
      peerName: 'the bare libvirt call itself',
      better: 'lower',
      data: 'suspend and resume of a QEMU guest; checked before and read after; median of paired differences',
      runs: differences.length,
    } as const;
    report({
      ...common,
      figure: 'overhead-per-operation',
      ours: median(differences.map(({ wallMs }) => wallMs)),
      peer: median(bareCosts.map(({ wallMs }) => wallMs)),
      unit: 'ms',
    });
    report({
      ...common,
      figure: 'overhead-per-operation-cpu',
      ours: median(differences.map(({ cpuMs }) => cpuMs)),
      peer: median(bareCosts.map(({ cpuMs }) => cpuMs)),
      unit: 'cpu-ms',
    });
  } finally {
    await hypervisor.vms.delete(id, { force: true });
    await Promise.all([hypervisor.close(), connection.close()]);
  }
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const wallMs = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}
