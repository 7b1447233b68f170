/**
 * A self-service pool of machines: people ask for machines within their quota, an operator empties a host for maintenance.
 * Without hosts it shows that on three simulated ones.
 *
 *     npm start -w examples/vm-pool
 *     npm start -w examples/vm-pool -- --host a=qemu:///system --host b=qemu+ssh://root@b/system
 */
import { parseArgs } from 'node:util';
import type { Hypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { SelfService } from './self-service.ts';

const { values } = parseArgs({ options: { host: { type: 'string', multiple: true, default: [] } } });

async function openHosts(): Promise<Record<string, Hypervisor>> {
  const latenciesMs = { create: [1, 5], start: [5, 20], stop: [5, 20], delete: [1, 5] } as const;
  if (values.host.length === 0) {
    return Object.fromEntries(
      ['a', 'b', 'c'].map((name, index) => [name, createMemoryHypervisor({ name, seed: index + 1, latenciesMs })]),
    );
  }
  const hosts: Record<string, Hypervisor> = {};
  for (const each of values.host) {
    const at = each.indexOf('=');
    hosts[each.slice(0, at)] = await connectLibvirt(each.slice(at + 1), { timeoutMs: 30_000 });
  }
  return hosts;
}

const service = new SelfService(await openHosts(), 3, ({ outcome, operation, subject, durationMs = 0 }) => {
  if (outcome !== 'begun')
    console.log(`  audit: ${operation} ${subject ?? ''} ${outcome} in ${Math.round(durationMs)} ms`);
});
try {
  for (const name of ['web', 'db', 'cache']) {
    const vm = await service.request('alice', name, 'small');
    console.log(`${vm.name} is ${vm.state} on ${vm.host}`);
  }
  await service.request('alice', 'fourth', 'small').catch((error: Error) => console.log(`Refused: ${error.message}`));

  const [first] = await service.list('alice');
  if (first !== undefined) {
    const { moved, failed } = await service.pool.enterMaintenance(first.host);
    console.log(`${first.host} is empty: ${moved.map(({ vm, host }) => `${vm} to ${host}`).join(', ') || 'it was'}`);
    for (const { vm, error } of failed) console.log(`${vm} stays: ${error.message}`);
    service.pool.exitMaintenance(first.host);
  }
  for (const { name } of await service.list('alice')) await service.release('alice', name.slice('alice-'.length));
  console.log(`alice has ${(await service.list('alice')).length} machines.`);
} finally {
  await service.pool.close();
}
