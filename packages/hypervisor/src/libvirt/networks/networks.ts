import { randomUUID } from 'node:crypto';
import type { CallOptions } from '@novacron/core';
import type { Network as LibvirtNetwork } from 'node-libvirt';
import { parseNetworkXML, writeXML, type NetworkXML } from 'node-libvirt/xml';
import { notFound } from '../../error.ts';
import type { DhcpReservation, Network, NetworkOperations } from '../../spec/operations/networks.ts';
import { networkPartUpdates, type NetworkPartUpdate } from '../../network-parts.ts';
import { networkChangeProblems } from '../../validate/check-network-parts.ts';
import { checkReservation, networkProblems } from '../../validate/check-network-spec.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { isNotFound, isUuid, type LibvirtHost } from '../libvirt-host.ts';
import { takeBack, withLeftBehind } from '../take-back.ts';
import { partUpdateXml, readParts } from './network-parts-xml.ts';
import { networkXml } from './network-xml.ts';

/** Networks on libvirt. */
export function libvirtNetworks(host: LibvirtHost): NetworkOperations {
  const change = (
    name: string,
    options: CallOptions | undefined,
    task: (network: LibvirtNetwork, call: CallOptions) => Promise<void>,
  ): Promise<Network> =>
    host.call(options, undefined, async (call) => {
      const network = await findNetwork(host, name, call);
      await host.exclusive(`network ${network.uuid}`, call, () => task(network, call));
      return readNetwork(network, call);
    });

  return {
    create: (spec, options) =>
      host.call(options, undefined, async (call) => {
        assertNoProblems(networkProblems(spec), 'The network');
        const uuid = randomUUID(); // by it the network is known when the answer to its definition is lost
        try {
          const network = await host.connection.defineNetworkXML(networkXml(spec, uuid), call);
          await network.create(call);
          await network.setAutostart(spec.autostart ?? true, call);
          return await readNetwork(network, call);
        } catch (error) {
          const undo = {
            what: `network ${spec.name}`,
            remove: async () => removeNetwork(await host.connection.lookupNetworkByUUID(uuid), {}),
          };
          const { left } = await takeBack(host, [undo], error);
          throw withLeftBehind(error, left);
        }
      }),
    get: (name, options) =>
      host.call(options, undefined, async (call) => readNetwork(await findNetwork(host, name, call), call)),
    list: (options) =>
      host.call(options, undefined, async (call) => {
        const networks = await host.connection.listAllNetworks(call);
        const read = await Promise.all(
          networks.map((network) =>
            readNetwork(network, call).catch((error: unknown) => {
              if (isNotFound(error)) return undefined; // gone while it was read
              throw error;
            }),
          ),
        );
        return read.filter((network) => network !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),
    start: (name, options) =>
      change(name, options, async (network, call) => {
        if (!(await network.isActive(call))) await network.create(call);
      }),
    stop: (name, options) =>
      change(name, options, async (network, call) => {
        if (await network.isActive(call)) await network.destroy(call);
      }),
    delete: (name, options) =>
      host.call(options, undefined, async (call) => {
        const network = await findNetwork(host, name, call);
        await host.exclusive(`network ${network.uuid}`, call, () => removeNetwork(network, call));
      }),
    addReservation: (name, reservation, options) =>
      change(name, options, async (network, call) => {
        const checks = new Checks();
        checkReservation({ ...reservation }, '', checks);
        assertNoProblems(checks.problems, 'The reservation');
        await updateReservation(network, 'add-last', reservation, call);
      }),
    removeReservation: (name, macAddress, options) =>
      change(name, options, async (network, call) => {
        const { reservations } = await readNetwork(network, call);
        const found = reservations.find((each) => each.macAddress === macAddress.toLowerCase());
        if (found === undefined) throw notFound('Reservation', macAddress);
        await updateReservation(network, 'delete', found, call);
      }),
    update: (name, wanted, options) =>
      change(name, options, async (network, call) => {
        assertNoProblems(networkChangeProblems(wanted), 'The change');
        const has = await readNetwork(network, call);
        await updateParts(network, networkPartUpdates(has.name, has, wanted), call);
      }),
    leases: (name, options) =>
      host.call(options, undefined, async (call) => {
        const leases = await (await findNetwork(host, name, call)).getDHCPLeases(call);
        return leases.map(({ mac, address, hostname, expiresMs }) => ({
          macAddress: mac ?? '',
          address,
          ...(hostname === undefined ? {} : { hostname }),
          expiresMs,
        }));
      }),
  };
}

/** Stops a network and removes its definition. */
async function removeNetwork(network: LibvirtNetwork, call: CallOptions): Promise<void> {
  if (await network.isActive(call)) await network.destroy(call);
  if (await network.isPersistent(call).catch(() => false)) await network.undefine(call);
}

/** Makes all updates, or takes those back that were made. */
async function updateParts(
  network: LibvirtNetwork,
  updates: readonly NetworkPartUpdate[],
  call: CallOptions,
): Promise<void> {
  const [live, config] = await Promise.all([network.isActive(call), network.isPersistent(call)]);
  const make = ({ command, ...part }: NetworkPartUpdate, options: CallOptions): Promise<void> => {
    const { section, xml } = partUpdateXml({ command, ...part });
    return network.update(command === 'add' ? 'add-last' : 'delete', section, xml, { ...options, live, config });
  };
  const made: NetworkPartUpdate[] = [];
  try {
    for (const update of updates) {
      await make(update, call);
      made.push(update);
    }
  } catch (error) {
    // The caller hears of the failure, not of the tidying up.
    for (const { command, ...part } of made.toReversed())
      await make({ command: command === 'add' ? 'remove' : 'add', ...part }, {}).catch(() => {});
    throw error;
  }
}

async function updateReservation(
  network: LibvirtNetwork,
  command: 'add-last' | 'delete',
  { macAddress, address, name }: DhcpReservation,
  call: CallOptions,
): Promise<void> {
  const attributes = { mac: macAddress, ...(name === undefined ? {} : { name }), ip: address };
  const xml = writeXML({ name: 'host', attributes, children: [] });
  const [live, config] = await Promise.all([network.isActive(call), network.isPersistent(call)]);
  await network.update(command, 'ip-dhcp-host', xml, { ...call, live, config });
}

/**
 * The network of this name or UUID.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
export async function findNetwork(host: LibvirtHost, network: string, call: CallOptions): Promise<LibvirtNetwork> {
  try {
    if (isUuid(network)) return await host.connection.lookupNetworkByUUID(network, call);
    return await host.connection.lookupNetworkByName(network, call);
  } catch (error) {
    throw isNotFound(error) ? notFound('Network', network) : error;
  }
}

/**
 * Takes the address back that a network keeps for a card.
 *
 * @returns the address; nothing when the network keeps none, or is gone.
 * @throws {LibvirtError} when the network can't be asked or changed.
 */
export async function dropReservation(
  host: LibvirtHost,
  name: string,
  macAddress: string,
  call: CallOptions,
): Promise<string | undefined> {
  try {
    const network = await findNetwork(host, name, call);
    const { reservations } = await readNetwork(network, call);
    const found = reservations.find((each) => each.macAddress === macAddress.toLowerCase());
    if (found !== undefined) await updateReservation(network, 'delete', found, call);
    return found?.address;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function readNetwork(network: LibvirtNetwork, call: CallOptions): Promise<Network> {
  const [xml, active, autostart] = await Promise.all([
    network.getXMLDesc(call),
    network.isActive(call),
    network.getAutostart(call),
  ]);
  const parsed = parseNetworkXML(xml);
  const ipv4 = parsed.ip?.find(({ family = 'ipv4' }) => family === 'ipv4');
  const range = ipv4?.dhcp?.range?.[0];
  const prefix = ipv4?.prefix ?? prefixOf(ipv4?.netmask);
  return {
    id: network.uuid,
    name: network.name,
    mode: modeOf(parsed),
    active,
    autostart,
    ...(parsed.bridge?.name === undefined ? {} : { bridge: parsed.bridge.name }),
    ...(ipv4?.address === undefined ? {} : { address: `${ipv4.address}/${prefix}` }),
    ...(range === undefined ? {} : { dhcpRange: [range.start, range.end] as const }),
    ...readParts(parsed),
    reservations: (ipv4?.dhcp?.host ?? []).map(({ mac = '', ip, name }) => ({
      macAddress: mac.toLowerCase(),
      address: ip,
      ...(name === undefined ? {} : { name }),
    })),
  };
}

function modeOf({ forward, bridge }: NetworkXML): string {
  if (forward === undefined) return 'isolated';
  const { mode = 'nat' } = forward;
  if (mode === 'route') return 'routed';
  return mode === 'bridge' && bridge?.name === undefined ? 'direct' : mode;
}

/** How many bits of a netmask are set: libvirt writes back what it was given. */
function prefixOf(netmask: string = '255.255.255.0'): number {
  return netmask.split('.').reduce((bits, part) => bits + Number(part).toString(2).replaceAll('0', '').length, 0);
}
