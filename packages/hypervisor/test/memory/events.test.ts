import type { HypervisorEvent } from '@novacron/hypervisor';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { describe, expect, it } from 'vitest';

const none = [0, 0] as const;

/** What an event says, in one line. */
function lineOf(event: HypervisorEvent): string {
  if (event.type === 'lost') return 'lost';
  if ('change' in event) return `${event.type} ${event.name} ${event.change}`;
  if ('state' in event) return event.type;
  return [event.type, event.subject, event.reason].filter((each) => each !== undefined).join(' ');
}

describe('events of the simulated host', () => {
  it('are of all kinds, for those who ask for them', async () => {
    const hypervisor = createMemoryHypervisor({ latenciesMs: { create: none, start: none, stop: none, delete: none } });
    const { vms, networks, pools, snapshots } = hypervisor;
    const all = hypervisor.events({ kinds: ['state', 'device', 'problem', 'job', 'agent', 'network', 'pool'] });
    const usual = hypervisor.events();
    await vms.create({ name: 'a', disks: [{ create: { pool: 'default', sizeBytes: 9 } }] }, { start: true });
    const device = await vms.attachDisk('a', { create: { pool: 'default', sizeBytes: 9 } });
    await vms.detachDisk('a', device);
    const macAddress = await vms.attachNetwork('a', { network: 'default', macAddress: '52:54:00:00:00:0A' });
    await vms.detachNetwork('a', macAddress);
    await snapshots.create('a', { name: 's', memory: false });
    await snapshots.merge('a', 'vda');
    hypervisor.notify('a', { type: 'io-error', subject: 'vda', reason: 'enospc' });
    expect(() => hypervisor.notify('nobody', { type: 'watchdog' })).toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
    await vms.stop('a', { force: true });
    await vms.detachDisk('a', 'vda'); // nobody is told while it is off
    await networks.create({ name: 'n', mode: 'isolated' });
    await networks.start('n');
    await networks.delete('n');
    await pools.create({ name: 'p', path: '/p' });
    await pools.stop('p');
    await pools.delete('p');
    await vms.create({ name: 'silent', guestAgent: false }, { start: true });
    hypervisor.crash('silent');
    await hypervisor.close();
    const seen: string[] = [];
    for await (const event of all) seen.push(lineOf(event));
    expect(seen).toEqual([
      'created',
      'started',
      'agent-connected',
      'device-added vdb',
      'device-removed vdb',
      'device-added 52:54:00:00:00:0a',
      'device-removed 52:54:00:00:00:0a',
      'block-job vda active-commit completed',
      'io-error vda enospc',
      'stopped',
      'agent-disconnected',
      'network n defined',
      'network n started',
      'network n stopped',
      'network n deleted',
      'pool p defined',
      'pool p started',
      'pool p stopped',
      'pool p deleted',
      'created',
      'started',
      'crashed',
    ]);
    const plain: string[] = [];
    for await (const event of usual) plain.push(event.type);
    expect(plain).toEqual(['created', 'started', 'stopped', 'created', 'started', 'crashed']);
  });

  it('of a kind that there is not are refused', () => {
    const hypervisor = createMemoryHypervisor();
    for (const kinds of [[], ['weather'], 7])
      expect(() => hypervisor.events({ kinds: kinds as never })).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});
