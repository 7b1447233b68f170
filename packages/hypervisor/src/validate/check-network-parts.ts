import type { NetworkChange } from '../spec/operations/network-parts.ts';
import type { SpecProblem } from '../spec/spec-problem.ts';
import { checkBandwidth, checkVlan } from './check-networks.ts';
import { Checks, isRecord, shown, type Unchecked } from './checks.ts';
import { isIP } from './ip-address.ts';

/** The longest name of a network device in Linux. */
const deviceName = /^[^\s/]{1,15}$/;

/** All that is wrong with a change of a network by itself. Whatever it is given, it does not throw. */
export function networkChangeProblems(change: NetworkChange): readonly SpecProblem[] {
  if (!isRecord(change)) return [{ path: '', message: `must be an object, not ${shown(change)}` }];
  const checks = new Checks();
  for (const field of ['remove', 'add'] as const) {
    const parts = checks.record(change[field], field);
    if (parts !== undefined) checkNetworkParts(parts, `${field}.`, checks);
  }
  return checks.problems;
}

/** Looks at the parts of a network that come and go. */
export function checkNetworkParts(parts: Unchecked, at: string, checks: Checks): void {
  checks.records(parts['dnsHosts'], `${at}dnsHosts`, (each, path) => {
    checks.check(isIP(each['address']) !== 0, `${path}.address`, 'must be an address');
    const names = checks.list(each['names'], `${path}.names`);
    checks.check(names.length > 0 && names.every((one) => typeof one === 'string'), `${path}.names`, 'must be names');
  });
  checks.records(parts['dnsServices'], `${at}dnsServices`, (each, path) => {
    for (const field of ['service', 'target']) checks.text(each[field], `${path}.${field}`);
    checks.choice(each['protocol'] ?? null, ['tcp', 'udp'], `${path}.protocol`);
    checks.check(each['port'] !== undefined, `${path}.port`, 'must be given');
    checks.whole(each['port'], `${path}.port`, [1, 65_535]);
    for (const field of ['priority', 'weight']) checks.whole(each[field], `${path}.${field}`, [0, 65_535]);
    checks.optionalText(each['domain'], `${path}.domain`);
  });
  checks.records(parts['dnsTexts'], `${at}dnsTexts`, (each, path) => {
    checks.text(each['name'], `${path}.name`);
    const name = each['name'];
    checks.check(typeof name !== 'string' || !name.includes(' '), `${path}.name`, 'must have no spaces');
    checks.text(each['value'], `${path}.value`);
  });
  const groups: unknown[] = [];
  checks.records(parts['portGroups'], `${at}portGroups`, (each, path) => {
    checks.text(each['name'], `${path}.name`);
    checks.flag(each['default'], `${path}.default`);
    checkVlan(each['vlan'], `${path}.vlan`, checks);
    for (const field of ['inbound', 'outbound']) checkBandwidth(each[field], `${path}.${field}`, checks);
    groups.push(each['name']);
  });
  checks.unique(groups, (index) => `${at}portGroups[${index}].name`, 'the name');
  for (const [index, device] of checks.list(parts['devices'], `${at}devices`).entries()) {
    const holds = typeof device === 'string' && deviceName.test(device);
    const message = `must be 1 to 15 characters without spaces or slashes, not ${shown(device)}`;
    checks.check(holds, `${at}devices[${index}]`, message);
  }
}
