import { clientError } from '../error/libvirt-error.ts';
import { constants } from '../protocol/constants.gen.ts';
import { AbortableJob } from './abortable-job.ts';
import { DomainJobs } from './domain-jobs.ts';
import { flagWord } from './flags.ts';
import { limitDowntime, migrate, type MigrationDestination } from './migrate.ts';
import { migrateBits, type MigrateOptions, migrateParams, type MigrateToURIOptions } from './migrate-options.ts';

/** What moves a domain to another host. */
export abstract class DomainMigration extends DomainJobs {
  /**
   * Migrates it to the host of another connection (`virDomainMigrate3`): this client talks to both daemons, QEMU sends
   * straight to QEMU.
   *
   * An abort or a timeout aborts the job, waits until it has ended, and rejects then: the domain goes on where it was.
   * One that comes when the domain has arrived does nothing.
   *
   * @returns the domain at its destination.
   * @throws {LibvirtError} what either daemon reports: the domain stays at its source; LIBVIRT_ABORTED, LIBVIRT_TIMEOUT;
   * LIBVIRT_CONNECTION_LOST with `outcomeUnknown` when either connection broke on the way.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const here = await connect('qemu:///system');
   * const there = await connect('qemu+unix:///system?socket=/run/there.sock');
   * const domain = await here.lookupDomainByName('web');
   * const moved = await domain.migrate(there, { live: true, persistDestination: true, undefineSource: true });
   * console.log(moved.name, (await moved.getState()).state); // web running
   * ```
   */
  async migrate(destination: MigrationDestination, options: MigrateOptions = {}): Promise<this> {
    const dom = await migrate(this.raw, destination.raw, this.reference, options);
    return this.sibling(destination.raw, dom);
  }

  /**
   * Migrates it to the host of a URI (`virDomainMigrateToURI3`, peer to peer): the daemon of the source talks to the
   * daemon of the destination, and goes on when this client goes away.
   *
   * An abort or a timeout aborts the job, waits until it has ended, and rejects then.
   *
   * @param uri - The URI of the destination, as the source's host sees it.
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the URI names the source's own host; what the daemon reports.
   */
  async migrateToURI(uri: string, options: MigrateToURIOptions = {}): Promise<void> {
    if (namesOwnHost(uri)) {
      const message = `migrateToURI: ${uri.split('?')[0]} is the source's own host as seen from there`;
      throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
    }
    const args = {
      dom: this.reference,
      dconnuri: uri,
      params: migrateParams(options),
      cookieIn: new Uint8Array(),
      flags:
        flagWord(options, migrateBits) |
        constants.VIR_MIGRATE_PEER2PEER |
        (options.tunnelled === true ? constants.VIR_MIGRATE_TUNNELLED : 0),
    };
    const job = new AbortableJob(this.raw, this.reference, 'migrateToURI', options);
    try {
      await limitDowntime(this.raw, this.reference, options);
      await job.during(() => this.raw.domainMigratePerform3Params(args));
    } catch (error) {
      throw job.explain(error);
    } finally {
      job.end();
    }
  }
}

/** Without a host, or with this one; who names a socket knows what it is. */
function namesOwnHost(uri: string): boolean {
  const [, transport = '', host = ''] = /^[^:+]*(\+[^:]*)?:\/\/(?:[^@/]*@)?([^/:?]*)/.exec(uri) ?? [];
  return host === '' ? !(transport === '+unix' && /[?&]socket=/.test(uri)) : host.startsWith('localhost');
}
