import type { DiskBackupSpec } from '../spec/operations/backups.ts';
import { Checks, isText } from './checks.ts';
import { assertNoProblems } from './validate-spec.ts';

/**
 * Refuses a backup whose specification is wrong, naming all problems at once.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are problems; `details.problems` lists them.
 */
export function checkBackup({ name, pool, disks }: DiskBackupSpec): void {
  const checks = new Checks();
  checks.name(name, 'name');
  checks.text(pool, 'pool');
  for (const [index, device] of checks.list(disks, 'disks').entries())
    checks.check(isText(device), `disks[${index}]`, 'must be a device: vda');
  checks.check(disks === undefined || disks.length > 0, 'disks', 'must name a disk', 'leave it out for all disks');
  assertNoProblems(checks.problems, 'The backup');
}
