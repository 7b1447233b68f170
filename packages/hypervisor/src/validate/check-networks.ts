import { isIP } from './ip-address.ts';
import { isRecord, isWhole, items, type Checks, type Unchecked } from './checks.ts';

/** Looks at the network interfaces of a specification. */
export function checkNetworks(networks: unknown, checks: Checks): void {
  checks.records(networks, 'networks', (network, path) => checkNetworkInterface(network, path, checks));
  const addresses = items(networks).map((network) => {
    const address = isRecord(network) ? network['macAddress'] : undefined;
    return typeof address === 'string' ? address.toLowerCase() : undefined;
  });
  checks.unique(addresses, (index) => `networks[${index}].macAddress`, 'the MAC address');
}

/** Looks at one network interface. */
export function checkNetworkInterface(spec: Unchecked, path: string, checks: Checks): void {
  const { network, bridge, direct, user, macAddress, vlan, ...rest } = spec;
  checks.flag(user, `${path}.user`);
  const own = user === true ? user : undefined;
  const given = [network, bridge, direct, own].filter((each) => each !== undefined).length;
  if (given === 0 || network !== undefined) checks.text(network, `${path}.network`, 'must name a network');
  checks.check(given <= 1, path, 'must have one of network, bridge, direct and user, not several', 'keep one of them');
  for (const [field, value] of Object.entries({ bridge, direct, portGroup: rest['portGroup'] })) {
    if (value !== undefined) checks.text(value, `${path}.${field}`);
  }
  checkPortForwards(rest['portForwards'], own === true, `${path}.portForwards`, checks);
  checks.choice(rest['directMode'], ['vepa', 'bridge', 'private', 'passthrough'], `${path}.directMode`);
  checks.choice(rest['model'], ['virtio', 'e1000', 'e1000e', 'rtl8139'], `${path}.model`);
  if (macAddress !== undefined) checks.mac(macAddress, `${path}.macAddress`);
  checkVlan(vlan, `${path}.vlan`, checks);
  checks.flag(rest['openVSwitch'], `${path}.openVSwitch`);
  checks.flag(rest['connected'], `${path}.connected`);
  checks.whole(rest['mtuBytes'], `${path}.mtuBytes`, [68, 65_535]);
  checkBandwidth(rest['inbound'], `${path}.inbound`, checks);
  checkBandwidth(rest['outbound'], `${path}.outbound`, checks);
  const filter = checks.record(rest['filter'], `${path}.filter`);
  if (filter !== undefined) checkFilterUse(filter, `${path}.filter`, checks);
}

/** Looks at a filter that is applied, and the values of its variables. */
export function checkFilterUse(filter: Unchecked, path: string, checks: Checks): void {
  checks.text(filter['name'], `${path}.name`, 'must name a filter');
  const parameters = checks.record(filter['parameters'], `${path}.parameters`) ?? {};
  for (const [name, value] of Object.entries(parameters)) {
    checks.check(/^\w+$/.test(name), `${path}.parameters`, `${name} can not be the name of a variable`);
    checks.text(value, `${path}.parameters.${name}`);
  }
}

function checkPortForwards(forwards: unknown, isUser: boolean, path: string, checks: Checks): void {
  checks.check(
    forwards === undefined || isUser,
    path,
    'are forwarded only to an interface of the kind user',
    'set user, or forward the port on the host',
  );
  checks.records(forwards, path, ({ protocol, hostPort, guestPort, count, hostAddress }, at) => {
    checks.choice(protocol, ['tcp', 'udp'], `${at}.protocol`);
    checks.check(hostPort !== undefined, `${at}.hostPort`, 'must be given');
    for (const [field, port] of Object.entries({ hostPort, guestPort })) {
      const most = 65_536 - (isWhole(count) ? count : 1);
      checks.whole(port, `${at}.${field}`, [1, Math.max(1, most)]);
    }
    checks.whole(count, `${at}.count`, [1, 65_535]);
    checks.check(hostAddress === undefined || isIP(hostAddress) !== 0, `${at}.hostAddress`, 'must be an address');
  });
}

/** Looks at one VLAN or a list of them. */
export function checkVlan(vlan: unknown, path: string, checks: Checks): void {
  if (vlan === undefined) return;
  const tags: readonly unknown[] = Array.isArray(vlan) ? (vlan as readonly unknown[]) : [vlan];
  checks.check(tags.length > 0, path, 'must have a tag');
  for (const tag of tags) checks.whole(tag, path, [1, 4094]);
  checks.unique(tags, () => path, 'the VLAN');
}

/** Looks at a bandwidth. */
export function checkBandwidth(bandwidth: unknown, path: string, checks: Checks): void {
  const record = checks.record(bandwidth, path);
  if (record === undefined) return;
  const { averageBytesPerSecond, peakBytesPerSecond, burstBytes } = record;
  const anything = [1, Number.MAX_SAFE_INTEGER] as const;
  checks.check(averageBytesPerSecond !== undefined, `${path}.averageBytesPerSecond`, 'must be given');
  checks.whole(averageBytesPerSecond, `${path}.averageBytesPerSecond`, anything);
  checks.whole(peakBytesPerSecond, `${path}.peakBytesPerSecond`, anything);
  checks.whole(burstBytes, `${path}.burstBytes`, anything);
}
