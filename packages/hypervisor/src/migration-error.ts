import { HypervisorError } from './error.ts';
import type { MigrationCheck, MigrationProblem } from './spec/operations/migrations.ts';

/** A check's answer from its problems. */
export function migrationCheck(problems: readonly MigrationProblem[]): MigrationCheck {
  return { ok: !problems.some(({ blocking }) => blocking), problems };
}

/**
 * Refuses a migration that can't work.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a problem is blocking; `details.problems` lists all.
 */
export function assertCanMigrate(vm: string, problems: readonly MigrationProblem[]): void {
  const blocking = problems.filter((problem) => problem.blocking);
  if (blocking.length === 0) return;
  throw new HypervisorError({
    kind: 'invalid',
    message: `VM ${JSON.stringify(vm)} can't go there: ${blocking.map(({ message }) => message).join('; ')}`,
    details: { vm, problems },
  });
}

/** The error of a destination that is another driver's. */
export function foreignDestination(driver: string): HypervisorError {
  return new HypervisorError({
    kind: 'unsupported',
    message: `A machine of the ${driver} driver can only go to a hypervisor of the same driver`,
    details: { driver },
  });
}
