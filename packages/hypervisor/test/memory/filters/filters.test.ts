import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { expect, it } from 'vitest';

it('a filter of a machine that is on stays, and a plan knows the filters', async () => {
  await using hypervisor = createMemoryHypervisor();
  const { vms, filters } = hypervisor;
  const networks = [{ network: 'default', filter: { name: 'web' } }];
  const plan = await vms.plan({ name: 'a', networks });
  expect(plan.problems.map(({ path, fix }) => [path, fix])).toEqual([
    ['networks[0].filter.name', 'use one of clean-traffic'],
  ]);
  await filters.define({ name: 'web' });
  await vms.create({ name: 'a', networks }, { start: true });
  await expect(filters.delete('web')).rejects.toMatchObject({ kind: 'conflict', details: { filter: 'web' } });
  await vms.stop('a', { force: true });
  await filters.delete('web');
  await expect(filters.get('web')).rejects.toMatchObject({ kind: 'not-found' });
});
