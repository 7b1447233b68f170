import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { connect } from 'node-libvirt';
import { median, report, timed } from './report.ts';

const calls = 200;

/** What a change through the interface takes more than the bare call: finding the machine, its state before and after. */
export async function overhead(uri: string): Promise<void> {
  const name = `hv-bench-${process.pid}`;
  const hypervisor = await connectLibvirt(uri);
  const connection = await connect(uri);
  const { id } = await hypervisor.vms.create({ name, memoryBytes: 16 * 1024 ** 2 }, { start: true });
  try {
    const domain = await connection.lookupDomainByUUID(id);
    const bare: number[] = [];
    const ours: number[] = [];
    for (let call = 0; call < calls; call++) {
      bare.push(await timed(() => domain.suspend()));
      bare.push(await timed(() => domain.resume()));
      ours.push(await timed(() => hypervisor.vms.suspend(id)));
      ours.push(await timed(() => hypervisor.vms.resume(id)));
    }
    report({
      figure: 'overhead-per-operation',
      ours: median(ours) - median(bare),
      peer: median(bare),
      peerName: 'the bare libvirt call itself',
      unit: 'ms',
      better: 'lower',
      data: 'suspend and resume of a QEMU guest; checked before and read after; to stay below 2',
      runs: calls * 2,
    });
  } finally {
    await hypervisor.vms.delete(id, { force: true });
    await Promise.all([hypervisor.close(), connection.close()]);
  }
}
