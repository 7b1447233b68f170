import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { describe, expect, it } from 'vitest';
import { backUpAll } from './nightly-backup.ts';

describe('examples/nightly-backup', () => {
  it('goes on from night to night, begins anew each week, and keeps only so many chains', async () => {
    const hypervisor = createMemoryHypervisor({ latenciesMs: { create: [0, 0], start: [0, 0] } });
    await hypervisor.pools.create({ name: 'backup', path: '/backup' });
    const disks = [{ create: { pool: 'default', sizeBytes: 1024 } }];
    await hypervisor.vms.create({ name: 'db', tags: { backup: 'yes' }, disks }, { start: true });
    await hypervisor.vms.create({ name: 'scratch', disks }, { start: true });
    const options = { pool: 'backup', keep: 2, changesPerFull: 2, tag: 'backup' };
    const kinds: string[] = [];
    let deleted = 0;
    for (let night = 0; night < 8; night++) {
      const results = await backUpAll(hypervisor, options);
      expect(results.map(({ vm, problems }) => [vm, problems])).toEqual([['db', []]]);
      kinds.push(results[0]?.backup?.since === undefined ? 'full' : 'changes');
      deleted += results[0]?.deleted.length ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 2)); // names are times
    }
    expect(kinds).toEqual(['full', 'changes', 'changes', 'full', 'changes', 'changes', 'full', 'changes']);
    expect(deleted).toBe(3);
    await hypervisor.close();
  });

  it('tells of a machine that can not be backed up, and goes on with the next', async () => {
    const hypervisor = createMemoryHypervisor({ latenciesMs: { create: [0, 0], start: [0, 0] } });
    for (const name of ['a', 'b']) await hypervisor.vms.create({ name }, { start: true });
    hypervisor.inject({ operation: 'backup', vm: 'a', with: 'capacity' });
    const results = await backUpAll(hypervisor, { pool: 'default', keep: 1, changesPerFull: 6 });
    expect(results.map(({ vm, problems }) => [vm, problems.length])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    await hypervisor.close();
  });
});
