import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { expect, it } from 'vitest';
import { labUri } from '../../lab.ts';

it('keeps a filter that applies to a machine that runs, and changes it there at once', async () => {
  await using hypervisor = await connectLibvirt(labUri);
  const { filters, vms } = hypervisor;
  const name = `hv-filter-${process.pid}`;
  const drop = { action: 'drop', direction: 'in', protocol: 'tcp', destinationPorts: [23, 23] } as const;
  await filters.define({ name, includes: [{ name: 'no-mac-spoofing' }], rules: [drop] });
  try {
    const networks = [{ network: 'lab', filter: { name } }];
    const plan = await vms.plan({ name, memoryBytes: 16 * 1024 ** 2, networks });
    expect(plan.problems).toEqual([]);
    await vms.create({ name, memoryBytes: 16 * 1024 ** 2, networks }, { start: true });
    await expect(filters.delete(name)).rejects.toMatchObject({
      kind: 'conflict',
      details: { filter: name, user: 'a machine that is on' },
    });
    const anew = await filters.define({ name, rules: [{ ...drop, action: 'reject' }] });
    expect(anew.rules).toEqual([{ ...drop, action: 'reject', priority: 500 }]);
    const own = await filters.get('clean-traffic');
    expect(own.includes.map((filter) => filter.name)).toContain('no-mac-spoofing');
  } finally {
    await vms.delete(name, { force: true });
    await filters.delete(name);
  }
});
