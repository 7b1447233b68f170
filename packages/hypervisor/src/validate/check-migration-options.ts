import type { MigrationOptions } from '../spec/operations/migrations.ts';
import { Checks, isRecord, shown, type Unchecked } from './checks.ts';
import { assertNoProblems } from './validate-spec.ts';

/**
 * Refuses options of a migration that are wrong, naming all problems at once.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are problems; `details.problems` lists them.
 */
export function validateMigrationOptions(options: MigrationOptions): void {
  const checks = new Checks();
  const { mode, transport, storage, pools, destinationName, maxDowntimeMs, bandwidthBytesPerSecond, ...rest } =
    options as Unchecked;
  checks.choice(mode, ['live', 'paused', 'offline'], 'mode');
  checks.choice(transport, ['direct', 'peer-to-peer', 'tunnelled'], 'transport');
  checks.choice(storage, ['shared', 'copy'], 'storage');
  if (destinationName !== undefined) checks.name(destinationName, 'destinationName');
  checks.whole(maxDowntimeMs, 'maxDowntimeMs', [1, 2 ** 31 - 1]);
  checks.whole(bandwidthBytesPerSecond, 'bandwidthBytesPerSecond', [1024 ** 2, Number.MAX_SAFE_INTEGER]);
  for (const flag of ['keepDefinition', 'postCopy', 'autoConverge', 'compress', 'unsafe'])
    checks.flag(rest[flag], flag);
  checks.check(
    pools === undefined || (isRecord(pools) && Object.values(pools).every((name) => typeof name === 'string')),
    'pools',
    `must name a pool for each pool, not ${shown(pools)}`,
  );
  checks.check(
    !(transport === 'tunnelled' && storage === 'copy' && mode !== 'offline'),
    'storage',
    'a tunnelled migration copies no disks',
    "use 'peer-to-peer' or 'direct'",
  );
  assertNoProblems(checks.problems, 'The migration');
}
