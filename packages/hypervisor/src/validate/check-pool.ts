import { checkAbsolutePath } from './check-devices.ts';
import { checkUuid } from './check-disks.ts';
import { Checks, isRecord, shown, type Unchecked } from './checks.ts';
import type { PoolSpec } from '../spec/operations/pools.ts';
import type { SpecProblem } from '../spec/spec-problem.ts';

/** What each kind of pool needs. */
const needs: Readonly<Record<string, readonly string[]>> = {
  dir: ['path'],
  fs: ['path', 'source'],
  netfs: ['path', 'hosts', 'source'],
  logical: ['sourceName'],
  iscsi: ['hosts', 'source', 'path'],
  rbd: ['hosts', 'sourceName'],
  zfs: ['sourceName'],
  gluster: ['hosts', 'sourceName'],
};

/** All that is wrong with a pool by itself. Whatever it is given, it does not throw. */
export function poolProblems(spec: PoolSpec): readonly SpecProblem[] {
  if (!isRecord(spec)) return [{ path: '', message: `must be an object, not ${shown(spec)}` }];
  const checks = new Checks();
  const { name, type = 'dir', path, hosts, source, sourceName, format, login, autostart } = spec as Unchecked;
  checks.name(name, 'name');
  checks.choice(type, Object.keys(needs), 'type');
  const fields: Unchecked = { path, hosts, source, sourceName };
  const kind = typeof type === 'string' && Object.hasOwn(needs, type) ? type : '';
  for (const field of needs[kind] ?? []) {
    checks.check(fields[field] !== undefined, field, `must be given for a pool of type ${kind}`);
  }
  if (path !== undefined) checkAbsolutePath(path, 'path', checks);
  checks.records(hosts, 'hosts', (host, at) => {
    checks.text(host['name'], `${at}.name`, 'must name a host');
    checks.whole(host['port'], `${at}.port`, [1, 65_535]);
  });
  for (const [field, value] of Object.entries({ source, sourceName, format }))
    if (value !== undefined) checks.text(value, field);
  const user = checks.record(login, 'login');
  if (user !== undefined) {
    checks.text(user['user'], 'login.user');
    checkUuid(user['secret'], 'login.secret', checks);
  }
  checks.flag(autostart, 'autostart');
  return checks.problems;
}
