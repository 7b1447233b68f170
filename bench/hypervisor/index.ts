/**
 * @novacron/hypervisor against virsh and python3-libvirt on the same daemon in the same run: a list with the state of 1,000
 * domains of the test driver, 50 QEMU guests started and stopped at once; a guest with cloud-init from nothing until its
 * agent answers, beside virt-install; what the driver adds to the bare libvirt calls;
 * machines measured per second of CPU; and a soak of 1,000 operations whose success rate is the figure. Figures are
 * medians.
 *
 * The daemon is the lab's: NOVACRON_LAB is its connection URI.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { testNode } from '../libvirt/test-node.ts';
import { createToAgent } from './create-to-agent.ts';
import { manyGuests } from './many-guests.ts';
import { measuredPerCpuSecond } from './measured-per-cpu-second.ts';
import { overhead } from './overhead.ts';
import { median, report, timed } from './report.ts';
import { soak } from './soak.ts';

const run = promisify(execFile);
const rounds = 5;

const lab = process.env['NOVACRON_LAB'];
if (lab === undefined) {
  const reason = 'NOVACRON_LAB is not set: npm run lab -- up';
  console.log(JSON.stringify({ figure: 'hypervisor', ours: null, peer: null, reason }));
} else {
  await list(lab);
  await overhead(lab);
  const guest = process.env['NOVACRON_LAB_GUEST'];
  if (guest !== undefined) await createToAgent(lab, guest);
  await manyGuests(lab);
  await measuredPerCpuSecond(lab);
  await soak(lab);
}

/** Name and state of 1,000 domains; ours reads tags, sizes and description of each too. */
async function list(uri: string): Promise<void> {
  const node = testNode(1000);
  const nodeUri = uri.replace('qemu+unix:///system', `test+unix://${node.path}`);
  const hypervisor = await connectLibvirt(nodeUri);
  try {
    const ours: number[] = [];
    const virsh: number[] = [];
    const python: number[] = [];
    const script =
      'import sys,time,libvirt\nc=libvirt.open(sys.argv[1])\nt=time.monotonic()\nfor d in c.listAllDomains():\n d.name(); d.state(); d.XMLDesc()\nprint((time.monotonic()-t)*1000)';
    for (let round = 0; round < rounds; round++) {
      ours.push(await timed(() => hypervisor.vms.list()));
      virsh.push(await timed(() => run('virsh', ['-q', '-c', nodeUri, 'list', '--all'])));
      const asked = await run('/usr/bin/python3', ['-c', script, nodeUri]).catch(() => ({ stdout: 'NaN' }));
      python.push(Number(asked.stdout));
    }
    const figure = {
      figure: 'list-1000-machines',
      unit: 'ms',
      better: 'lower',
      data: 'test driver, 1000 domains',
      runs: rounds,
    } as const;
    report({ ...figure, ours: median(ours), peer: median(virsh), peerName: 'virsh list --all (state only)' });
    report({ ...figure, ours: median(ours), peer: median(python), peerName: 'python3-libvirt (state and XML)' });
  } finally {
    await hypervisor.close();
    node.remove();
  }
}
