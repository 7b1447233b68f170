import { isIP } from './ip-address.ts';
import { checkNetworkParts } from './check-network-parts.ts';
import { checkBandwidth, checkVlan } from './check-networks.ts';
import { Checks, isRecord, isWhole, shown, type Unchecked } from './checks.ts';
import type { NetworkSpec } from '../spec/operations/networks.ts';
import type { SpecProblem } from '../spec/spec-problem.ts';

/** The longest name of a network device in Linux. */
const deviceName = /^[^\s/]{1,15}$/;

/** All that is wrong with a network by itself. Whatever it is given, it does not throw. */
export function networkProblems(spec: NetworkSpec): readonly SpecProblem[] {
  if (!isRecord(spec)) return [{ path: '', message: `must be an object, not ${shown(spec)}` }];
  const checks = new Checks();
  const { name, mode = 'nat', bridge, device, address, ipv6Address, dhcpRange, domain, ...rest } = spec as Unchecked;
  checks.name(name, 'name');
  checks.choice(mode, ['nat', 'routed', 'isolated', 'bridge', 'direct'], 'mode');
  for (const [field, value] of Object.entries({ bridge, device })) {
    const holds = value === undefined || (typeof value === 'string' && deviceName.test(value));
    checks.check(holds, field, `must be 1 to 15 characters without spaces or slashes, not ${shown(value)}`);
  }
  checks.check(mode !== 'bridge' || bridge !== undefined, 'bridge', 'must name the bridge of the host');
  checks.check(mode !== 'direct' || device !== undefined, 'device', 'must name the device of the host');
  checkSubnet(address, 4, 'address', checks);
  checkSubnet(ipv6Address, 6, 'ipv6Address', checks);
  const outside = mode === 'bridge' || mode === 'direct';
  checks.check(
    !outside || (address === undefined && ipv6Address === undefined),
    'address',
    `belongs to the world outside with mode ${outside ? mode : ''}`,
    'remove it, or use mode nat, routed or isolated',
  );
  checkRange(dhcpRange, address, checks);
  checks.records(rest['reservations'], 'reservations', (each, path) => checkReservation(each, path, checks));
  checks.optionalText(domain, 'domain');
  checkNetworkParts(rest, '', checks);
  for (const [index, each] of checks.list(rest['dnsForwarders'], 'dnsForwarders').entries())
    checks.check(isIP(each) !== 0, `dnsForwarders[${index}]`, `must be an address, not ${shown(each)}`);
  checkVlan(rest['vlan'], 'vlan', checks);
  checkBandwidth(rest['inbound'], 'inbound', checks);
  checkBandwidth(rest['outbound'], 'outbound', checks);
  checks.whole(rest['mtuBytes'], 'mtuBytes', [68, 65_535]);
  for (const field of ['openVSwitch', 'autostart']) checks.flag(rest[field], field);
  return checks.problems;
}

/** All that is wrong with a reservation. */
export function checkReservation({ macAddress, address, name }: Unchecked, path: string, checks: Checks): void {
  const at = path === '' ? '' : `${path}.`;
  checks.mac(macAddress, `${at}macAddress`);
  checks.check(isIP(address) !== 0, `${at}address`, `must be an address, not ${shown(address)}`);
  if (name !== undefined) checks.text(name, `${at}name`);
}

function checkSubnet(subnet: unknown, family: 4 | 6, path: string, checks: Checks): void {
  if (subnet === undefined) return;
  const [address, prefix = ''] = typeof subnet === 'string' ? subnet.split('/') : [];
  const bits = /^\d+$/.test(prefix) ? Number(prefix) : -1;
  checks.check(
    isIP(address) === family && isWhole(bits) && bits >= 1 && bits <= (family === 4 ? 30 : 127),
    path,
    `must look like ${family === 4 ? '192.168.150.1/24' : 'fd00:1::1/64'}, not ${shown(subnet)}`,
  );
}

function checkRange(range: unknown, address: unknown, checks: Checks): void {
  if (range === undefined) return;
  const ends = checks.list(range, 'dhcpRange');
  checks.check(ends.length === 2 && ends.every((end) => isIP(end) === 4), 'dhcpRange', 'must be two IPv4 addresses');
  checks.check(address !== undefined, 'dhcpRange', 'needs an address of the host in that network', 'add address');
}
