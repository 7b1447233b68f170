import { driverHost, received } from '../../driver-host.ts';
import { migrationCheck, foreignDestination } from '../../migration-error.ts';
import type { MigrationDestination, MigrationOperations } from '../../spec/operations/migrations.ts';
import { validateMigrationOptions } from '../../validate/check-migration-options.ts';
import { LibvirtHost } from '../libvirt-host.ts';
import { migrationProblems } from './migration-problems.ts';
import { migrateVm } from './migrate-vm.ts';

/** Moves machines from one libvirt host to another. */
export function libvirtMigrations(host: LibvirtHost): MigrationOperations {
  return {
    check: (vm, to, options = {}) =>
      host.call(options, vm, async (call) => {
        validateMigrationOptions(options);
        const domain = await host.find(vm, call);
        return migrationCheck(await migrationProblems(host, destinationOf(to), domain, options, call));
      }),
    migrate: (vm, to, options = {}) =>
      received(to, vm, options, () => migrateVm(host, vm, () => destinationOf(to), options)),
  };
}

function destinationOf(to: MigrationDestination): LibvirtHost {
  const found = driverHost(to, LibvirtHost);
  if (found === undefined) throw foreignDestination('libvirt');
  return found;
}
