import { HypervisorError, notFound } from '../../error.ts';
import type { DhcpLease, Network, NetworkOperations } from '../../spec/operations/networks.ts';
import { afterUpdate, networkPartUpdates } from '../../network-parts.ts';
import { networkChangeProblems } from '../../validate/check-network-parts.ts';
import { checkReservation, networkProblems } from '../../validate/check-network-spec.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { MemoryHost } from '../memory-host.ts';
import { addNetwork, findNetwork } from './find-network.ts';
import { lowerCase, type MemoryNetwork } from './memory-network.ts';

const leaseMs = 3_600_000;

/** Simulated networks. */
export function memoryNetworks(host: MemoryHost): NetworkOperations {
  const change = (
    name: string,
    options: Parameters<NetworkOperations['start']>[1],
    task: (network: MemoryNetwork) => void,
  ): Promise<Network> =>
    host.call(options, async (signal) => {
      const network = findNetwork(host, name);
      await host.disturb('network', network.spec.name, signal);
      task(network);
      return mapNetwork(network);
    });
  const setActive = (network: MemoryNetwork, active: boolean): void => {
    if (network.active !== active) host.tell('network', network.spec.name, active ? 'started' : 'stopped');
    network.active = active;
  };
  return {
    create: (spec, options) =>
      host.call(options, async (signal) => {
        assertNoProblems(networkProblems(spec), 'The network');
        await host.disturb('network', spec.name, signal);
        if (host.networks.has(spec.name)) throw taken('network', spec.name);
        const network = addNetwork(host, { ...spec });
        host.tell('network', spec.name, 'defined');
        host.tell('network', spec.name, 'started');
        return mapNetwork(network);
      }),
    get: (name, options) => host.call(options, async () => mapNetwork(findNetwork(host, name))),
    list: (options) =>
      host.call(options, async () =>
        Array.from(host.networks.values(), mapNetwork).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    start: (name, options) => change(name, options, (network) => setActive(network, true)),
    stop: (name, options) => change(name, options, (network) => setActive(network, false)),
    delete: (name, options) =>
      host.call(options, async (signal) => {
        const network = findNetwork(host, name);
        await host.disturb('network', network.spec.name, signal);
        setActive(network, false);
        host.networks.delete(network.spec.name);
        host.tell('network', network.spec.name, 'deleted');
      }),
    addReservation: (name, reservation, options) =>
      change(name, options, (network) => {
        const checks = new Checks();
        checkReservation({ ...reservation }, '', checks);
        assertNoProblems(checks.problems, 'The reservation');
        const added = lowerCase(reservation);
        const clash = network.reservations.some(
          ({ macAddress, address }) => macAddress === added.macAddress || address === added.address,
        );
        if (clash) throw taken('reservation', `${added.macAddress} or ${added.address}`);
        network.reservations = [...network.reservations, added];
      }),
    removeReservation: (name, macAddress, options) =>
      change(name, options, (network) => {
        const left = network.reservations.filter((each) => each.macAddress !== macAddress.toLowerCase());
        if (left.length === network.reservations.length) throw notFound('Reservation', macAddress);
        network.reservations = left;
      }),
    update: (name, wanted, options) =>
      change(name, options, (network) => {
        assertNoProblems(networkChangeProblems(wanted), 'The change');
        for (const update of networkPartUpdates(network.spec.name, network.parts, wanted))
          network.parts = afterUpdate(network.parts, update);
      }),
    leases: (name, options) => host.call(options, async () => leases(host, findNetwork(host, name))),
  };
}

function taken(what: string, name: string): HypervisorError {
  return new HypervisorError({
    kind: 'already-exists',
    message: `A ${what} of ${JSON.stringify(name)} exists`,
    details: { [what]: name },
  });
}

/** Every machine that runs has the address that is kept for it, if one is. */
function leases(host: MemoryHost, { spec, reservations }: MemoryNetwork): readonly DhcpLease[] {
  const expiresMs = host.clock.now() + leaseMs;
  return Array.from(host.machines.values()).flatMap(({ state, spec: machine }) =>
    (machine.networks ?? []).flatMap(({ network, macAddress }) => {
      const kept = reservations.find((each) => each.macAddress === macAddress?.toLowerCase());
      if (network !== spec.name || state !== 'running' || kept === undefined) return [];
      return [{ macAddress: kept.macAddress, address: kept.address, hostname: machine.name, expiresMs }];
    }),
  );
}

function mapNetwork({ id, spec, active, autostart, reservations, parts }: MemoryNetwork): Network {
  const { dnsHosts = [], dnsServices = [], dnsTexts = [], portGroups = [], devices = [] } = parts;
  const { name, mode = 'nat', bridge, address, dhcpRange } = spec;
  return {
    id,
    name,
    mode,
    active,
    autostart,
    ...(bridge === undefined ? {} : { bridge }),
    ...(address === undefined ? {} : { address }),
    ...(dhcpRange === undefined ? {} : { dhcpRange }),
    dnsHosts,
    dnsServices,
    dnsTexts,
    portGroups,
    devices,
    reservations,
  };
}
