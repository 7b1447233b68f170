import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import type { AuditRecord } from '@novacron/hypervisor/middleware';
import { describe, expect, it } from 'vitest';
import { SelfService } from './self-service.ts';

const latenciesMs = { create: [0, 0], start: [0, 0], stop: [0, 0], delete: [0, 0] } as const;

describe('examples/vm-pool', () => {
  it('spreads the machines of one owner, holds the quota, and gives nobody what is another’s', async () => {
    const records: AuditRecord[] = [];
    const hosts = { a: createMemoryHypervisor({ latenciesMs }), b: createMemoryHypervisor({ seed: 2, latenciesMs }) };
    const service = new SelfService(hosts, 2, (record) => void records.push(record));
    const made = [await service.request('alice', 'web', 'small'), await service.request('alice', 'db', 'large')];
    expect(made.map(({ host, state }) => `${host} ${state}`)).toEqual(['a running', 'b running']);
    await expect(service.request('alice', 'more', 'small')).rejects.toThrow('all that is allowed');
    await service.request('bob', 'web', 'small');
    await expect(service.release('bob', 'db')).rejects.toMatchObject({ kind: 'not-found' });
    await service.release('alice', 'db');
    expect((await service.list('alice')).map(({ name }) => name)).toEqual(['alice-web']);
    expect((await service.pool.enterMaintenance('a')).failed).toEqual([]);
    expect((await service.pool.find('alice-web')).host).toBe('b');
    expect(records.filter(({ outcome }) => outcome === 'done').map(({ operation }) => operation)).toContain('migrate');
    await service.pool.close();
  });
});
