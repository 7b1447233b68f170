/**
 * A hypervisor that lives in memory: a simulation with states, latencies, capacity, load and failures on request,
 * the same for the same seed. For tests, demonstrations and development without a host.
 *
 * @module
 */
import { withDeadline } from '@novacron/core';
import { withDriverHost } from '../driver-host.ts';
import type { VmNotice } from '../spec/events.ts';
import type { CompleteHypervisor } from '../spec/hypervisor.ts';
import { memoryCapabilities } from './capabilities.ts';
import { tellingSteps } from '../middleware/telling-steps.ts';
import { memoryBackups } from './vms/backups.ts';
import { memoryChanges } from './vms/changes.ts';
import { crash } from './vms/crash.ts';
import { memoryDevices } from './vms/devices.ts';
import { addFilter, memoryFilters } from './filters/filters.ts';
import { addNetwork } from './networks/find-network.ts';
import { addPool } from './storage/find-pool.ts';
import { memoryGuests } from './vms/guests.ts';
import { memoryLifecycle } from './vms/lifecycle.ts';
import type { Failure } from './map-error.ts';
import { memoryMigrations } from './migration/migrations.ts';
import { MemoryHost } from './memory-host.ts';
import type { MemoryHypervisorOptions } from './options.ts';
import { memoryNetworks } from './networks/networks.ts';
import { memoryPools } from './storage/pools.ts';
import { memorySnapshots } from './vms/snapshots.ts';
import { memoryStats } from './vms/stats.ts';
import { memoryVolumes } from './storage/volumes.ts';

/** A simulated hypervisor, and what only a simulation can do. */
export interface MemoryHypervisor extends CompleteHypervisor {
  readonly driver: 'memory';
  /** Makes the next matching operations fail. */
  inject(failure: Failure): void;
  /**
   * Lets a machine's guest die now.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is no such machine.
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when no guest runs in it.
   */
  crash(vm: string): void;
  /**
   * Tells readers of events that something happened to a machine, which goes on as it was: an `io-error`, a `watchdog`.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is no such machine.
   */
  notify(vm: string, notice: Pick<VmNotice, 'type' | 'subject' | 'reason'>): void;
}

/**
 * Makes a simulated hypervisor. It has a pool and a network named `default`, and a filter `clean-traffic`.
 *
 * @param options - How the host behaves.
 *
 * @example
 * ```ts
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * await using hypervisor = createMemoryHypervisor({ latenciesMs: { start: [0, 1] } });
 * const vm = await hypervisor.vms.create({ name: 'web-1', memoryBytes: 2 * 1024 ** 3 }, { start: true });
 * vm.state // => 'running'
 * const { items } = await hypervisor.vms.list({ namePrefix: 'web-' });
 * items.map(({ name }) => name) // => ['web-1']
 * ```
 */
export function createMemoryHypervisor(options: MemoryHypervisorOptions = {}): MemoryHypervisor {
  const host = new MemoryHost(options);
  addPool(host, { name: 'default', path: '/var/lib/images' });
  addNetwork(host, { name: 'default', address: '192.168.122.1/24', dhcpRange: ['192.168.122.2', '192.168.122.254'] });
  addFilter(host, { name: 'clean-traffic' });
  const close = async (): Promise<void> => host.close();
  const hypervisor: MemoryHypervisor = {
    specificationVersion: 1,
    driver: 'memory',
    name: host.name,
    capabilities: memoryCapabilities,
    vms: { ...memoryLifecycle(host), ...memoryChanges(host), ...memoryDevices(host), stats: memoryStats(host) },
    guests: memoryGuests(host),
    snapshots: memorySnapshots(host),
    pools: memoryPools(host),
    volumes: memoryVolumes(host),
    networks: memoryNetworks(host),
    filters: memoryFilters(host),
    backups: memoryBackups(host),
    migrations: memoryMigrations(host),
    host: {
      info: (call) =>
        withDeadline(
          call,
          () => {
            host.assertOpen();
            let freeMemoryBytes = host.capacity.memoryBytes;
            for (const { state, memoryBytes } of host.machines.values())
              if (state === 'running' || state === 'paused') freeMemoryBytes -= memoryBytes;
            return { hostname: host.name, ...host.capacity, hypervisor: 'NovaCron memory driver', freeMemoryBytes };
          },
          host.clock,
        ),
    },
    events: (call) => host.readEvents(call),
    inject: (failure) => host.inject(failure),
    crash: (vm) => crash(host, vm),
    notify: (vm, notice) => host.notify(host.find(vm), notice),
    close,
    [Symbol.asyncDispose]: close,
  };
  return withDriverHost(tellingSteps(host.clock)(hypervisor), host);
}

export { memoryCapabilities } from './capabilities.ts';
export { traceLoad, type LoadFunction, type VmLoad } from './load.ts';
export type { Failure, FailingOperation } from './map-error.ts';
export { defaultLatenciesMs, type Latencies, type MemoryHypervisorOptions, type Range } from './options.ts';
