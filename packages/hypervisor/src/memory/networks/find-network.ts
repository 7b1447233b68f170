import { notFound } from '../../error.ts';
import type { NetworkSpec } from '../../spec/operations/networks.ts';
import type { MemoryHost } from '../memory-host.ts';
import { lowerCase, type MemoryNetwork } from './memory-network.ts';

/** Adds a network. */
export function addNetwork(host: MemoryHost, spec: NetworkSpec): MemoryNetwork {
  const { dnsHosts = [], dnsServices = [], dnsTexts = [], portGroups = [], device, devices = [] } = spec;
  const all = spec.mode === 'direct' && device !== undefined ? [device, ...devices] : devices;
  const network: MemoryNetwork = {
    id: `network-${spec.name}`,
    spec,
    active: true,
    autostart: spec.autostart ?? true,
    parts: { dnsHosts, dnsServices, dnsTexts, portGroups, devices: all },
    reservations: (spec.reservations ?? []).map(lowerCase),
  };
  host.networks.set(spec.name, network);
  return network;
}

/**
 * The network of this name or id.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
export function findNetwork(host: MemoryHost, name: string): MemoryNetwork {
  const found = host.networks.get(name) ?? [...host.networks.values()].find(({ id }) => id === name);
  if (found === undefined) throw notFound('Network', name);
  return found;
}
