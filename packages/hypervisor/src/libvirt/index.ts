/**
 * The driver for libvirt: QEMU/KVM and whatever else libvirt runs, over its own protocol, in pure TypeScript.
 *
 * @module
 */
import { withDeadline } from '@novacron/core';
import { connect } from 'node-libvirt';
import { withDriverHost } from '../driver-host.ts';
import type { CompleteHypervisor } from '../spec/hypervisor.ts';
import { libvirtCapabilities } from './capabilities.ts';
import { libvirtEvents } from './events.ts';
import { libvirtFilters } from './filters/filters.ts';
import { libvirtHostOperations } from './host.ts';
import { LibvirtHost } from './libvirt-host.ts';
import { libvirtLifecycle } from './vms/lifecycle.ts';
import { tellingSteps } from '../middleware/telling-steps.ts';
import { mapError } from './map-error.ts';
import type { LibvirtOptions } from './options.ts';
import { redactUri } from './redact-uri.ts';
import { libvirtGuests } from './guests/guests.ts';
import { libvirtBackups } from './backups/backups.ts';
import { libvirtMigrations } from './migration/migrations.ts';
import { libvirtNetworks } from './networks/networks.ts';
import { libvirtSnapshots } from './snapshots/snapshots.ts';
import { libvirtPools } from './storage/pools.ts';
import { libvirtVolumes } from './storage/volumes.ts';
import { libvirtStats } from './vms/stats.ts';

/**
 * Connects to a libvirt daemon.
 *
 * @param uri - libvirt's connection URI: `qemu:///system`, `qemu:///session`, `test:///default`,
 * `qemu+unix:///system?socket=/path/to/libvirt-sock`.
 * @param options - Deadline and accelerator.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID or NOVA_HYPERVISOR_UNSUPPORTED when the URI is none or asks for
 * what is not supported.
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when no daemon listens, NOVA_HYPERVISOR_PERMISSION when it
 * refuses.
 *
 * @example
 * ```ts no-run
 * import { connectLibvirt } from '@novacron/hypervisor/libvirt';
 *
 * await using hypervisor = await connectLibvirt('qemu:///system');
 * const vm = await hypervisor.vms.create({
 *   name: 'web-1',
 *   memoryBytes: 2 * 1024 ** 3,
 *   disks: [{ source: '/var/lib/libvirt/images/web-1.qcow2' }],
 *   networks: [{ network: 'default' }],
 * });
 * await hypervisor.vms.start(vm.id);
 * ```
 */
export async function connectLibvirt(uri: string, options: LibvirtOptions = {}): Promise<CompleteHypervisor> {
  const host = await withDeadline(
    options,
    async (signal) => {
      try {
        const connection = await connect(uri, { signal });
        try {
          const [capabilitiesXml, version] = await Promise.all([
            connection.getCapabilities({ signal }),
            connection.getLibVersion({ signal }),
          ]);
          return new LibvirtHost(connection, uri, { capabilitiesXml, version }, options);
        } catch (error) {
          await connection.close();
          throw error;
        }
      } catch (error) {
        throw mapError(error);
      }
    },
    options.clock,
  );
  const hypervisor: CompleteHypervisor = {
    specificationVersion: 1,
    driver: 'libvirt',
    name: redactUri(uri),
    capabilities: libvirtCapabilities(host.context.domainType, host.revertsExternalMemory),
    vms: { ...libvirtLifecycle(host), stats: libvirtStats(host) },
    guests: libvirtGuests(host),
    snapshots: libvirtSnapshots(host),
    pools: libvirtPools(host),
    volumes: libvirtVolumes(host),
    networks: libvirtNetworks(host),
    filters: libvirtFilters(host),
    backups: libvirtBackups(host),
    migrations: libvirtMigrations(host),
    host: libvirtHostOperations(host),
    events: (call) => libvirtEvents(host, call),
    close: () => host.close(),
    [Symbol.asyncDispose]: () => host.close(),
  };
  return withDriverHost(tellingSteps(host.clock)(hypervisor), host);
}

export type { DomainContext } from './definition/domain-context.ts';
export type { LibvirtOptions } from './options.ts';
export { libvirtXml } from './plan/libvirt-xml.ts';
