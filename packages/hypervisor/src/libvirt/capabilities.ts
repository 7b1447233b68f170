import { defineCapabilities, type HypervisorCapabilities } from '../spec/capabilities.ts';

/**
 * What the libvirt driver can do on a host.
 *
 * @param domainType - What the host runs: `kvm`, `qemu`; libvirt's own `test` driver measures nothing.
 */
export function libvirtCapabilities(domainType: string): HypervisorCapabilities {
  return defineCapabilities({ suspend: true, stats: domainType !== 'test', events: true, host: true });
}
