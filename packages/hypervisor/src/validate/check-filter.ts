import type { FilterSpec } from '../spec/operations/filters.ts';
import type { SpecProblem } from '../spec/spec-problem.ts';
import { checkFilterUse } from './check-networks.ts';
import { Checks, isRecord, isWhole, shown, type Unchecked } from './checks.ts';
import { isIP } from './ip-address.ts';

const protocols = ['all', 'tcp', 'udp', 'icmp', 'all-ipv6', 'tcp-ipv6', 'udp-ipv6', 'icmpv6'];

/** All that is wrong with a filter by itself. Whatever it is given, it does not throw. */
export function filterProblems(spec: FilterSpec): readonly SpecProblem[] {
  if (!isRecord(spec)) return [{ path: '', message: `must be an object, not ${shown(spec)}` }];
  const checks = new Checks();
  const { name, chain, includes, rules } = spec as Unchecked;
  checks.name(name, 'name');
  checks.choice(chain, ['root', 'mac', 'arp', 'rarp', 'ipv4', 'ipv6'], 'chain');
  checks.records(includes, 'includes', (filter, path) => {
    checkFilterUse(filter, path, checks);
    checks.check(filter['name'] !== name, `${path}.name`, 'can not be the filter itself');
  });
  checks.records(rules, 'rules', (rule, path) => checkRule(rule, path, checks));
  return checks.problems;
}

function checkRule(rule: Unchecked, path: string, checks: Checks): void {
  const { action, direction, priority, protocol } = rule;
  checks.choice(action ?? null, ['accept', 'drop', 'reject', 'return', 'continue'], `${path}.action`);
  checks.choice(direction ?? null, ['in', 'out', 'inout'], `${path}.direction`);
  checks.whole(priority, `${path}.priority`, [-1000, 1000]);
  checks.choice(protocol, protocols, `${path}.protocol`);
  const isSix = typeof protocol === 'string' && protocol.includes('v6');
  for (const field of ['source', 'destination']) {
    const value = rule[field];
    if (value === undefined) continue;
    checks.check(protocol !== undefined, `${path}.${field}`, 'needs a protocol', isSix ? undefined : "set 'all'");
    checks.check(
      isNetwork(value, isSix ? 6 : 4),
      `${path}.${field}`,
      `must be an address or a network of IPv${isSix ? 6 : 4}, not ${shown(value)}`,
    );
  }
  for (const field of ['sourcePorts', 'destinationPorts']) {
    const value = rule[field];
    if (value === undefined) continue;
    const hasPorts = typeof protocol === 'string' && /^(tcp|udp)/.test(protocol);
    checks.check(hasPorts, `${path}.${field}`, 'go only with TCP and UDP', "set protocol 'tcp' or 'udp'");
    checks.check(isPorts(value), `${path}.${field}`, 'must be two ports from 0 to 65535, the lower one first');
  }
}

function isNetwork(value: unknown, family: 4 | 6): boolean {
  if (typeof value !== 'string') return false;
  const [address, prefix, ...more] = value.split('/');
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
  return more.length === 0 && isIP(address) === family && isPrefix;
}

function isPorts(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [first, last] = value as readonly unknown[];
  return isWhole(first) && isWhole(last) && first >= 0 && first <= last && last <= 65_535;
}
