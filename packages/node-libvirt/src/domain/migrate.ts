import type { RawCalls } from '../connection/raw-calls.ts';
import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import { constants } from '../protocol/constants.gen.ts';
import type { NonnullDomain, TypedParam } from '../protocol/remote-types.gen.ts';
import { AbortableJob } from './abortable-job.ts';
import { flagWord } from './flags.ts';
import { migrateBits, type MigrateOptions, migrateParams, withText } from './migrate-options.ts';

/** libvirt's internal number for "a domain can be kept from changes while it migrates". */
const featureChangeProtection = 7;
const none = new Uint8Array();

/** A host's calls, as a connection has them. */
export interface MigrationDestination {
  /** Every procedure of the protocol as a typed method. */
  readonly raw: RawCalls;
}

/** What the steps of a migration hand on. */
interface Migration {
  readonly source: RawCalls;
  readonly destination: RawCalls;
  readonly dom: NonnullDomain;
  readonly job: AbortableJob;
  readonly sourceFlags: number;
  readonly destinationFlags: number;
  /** Whether the source waits for a word about the outcome, even when it is over before it began. */
  readonly isProtected: boolean;
}

/**
 * Migrates a domain by version 3 of libvirt's protocol with parameters: begin at the source, prepare at the
 * destination, perform at the source, finish at the destination, confirm at the source.
 *
 * @returns how the destination names the domain.
 * @throws {LibvirtError} what either daemon reports, LIBVIRT_ABORTED, LIBVIRT_TIMEOUT, LIBVIRT_CONNECTION_LOST.
 */
export async function migrate(
  source: RawCalls,
  destination: RawCalls,
  dom: NonnullDomain,
  options: MigrateOptions,
): Promise<NonnullDomain> {
  const params = migrateParams(options);
  const flags = flagWord(options, migrateBits) & ~constants.VIR_MIGRATE_CHANGE_PROTECTION;
  const job = new AbortableJob(source, dom, 'migrate', options);
  try {
    const { supported } = await source.connectSupportsFeature({ feature: featureChangeProtection });
    if (options.changeProtection === true && supported === 0) throw unprotected();
    await limitDowntime(source, dom, options);
    job.check();
    const protection = supported === 1 ? constants.VIR_MIGRATE_CHANGE_PROTECTION : 0;
    const begun = await source.domainMigrateBegin3Params({ dom, params, flags: flags | protection });
    const migration: Migration = {
      source,
      destination,
      dom,
      job,
      sourceFlags: flags | protection,
      // What concerns the source alone, the destination may not know.
      destinationFlags: flags & ~(constants.VIR_MIGRATE_ABORT_ON_ERROR | constants.VIR_MIGRATE_AUTO_CONVERGE),
      isProtected: protection !== 0,
    };
    const complete = await withPausedFlag(migration, params);
    return await prepare(complete, params, begun.xml, begun.cookieOut);
  } catch (error) {
    throw job.explain(error);
  } finally {
    job.end();
  }
}

/** Sets how long the guest may stand still, when the options say so. */
export async function limitDowntime(raw: RawCalls, dom: NonnullDomain, options: MigrateOptions): Promise<void> {
  if (options.maxDowntimeMs === undefined) return;
  await raw.domainMigrateSetMaxDowntime({ dom, downtime: options.maxDowntimeMs });
}

/** A domain that is paused stays so at the destination. */
async function withPausedFlag(migration: Migration, params: readonly TypedParam[]): Promise<Migration> {
  const { source, dom, sourceFlags, destinationFlags, isProtected } = migration;
  let state: number;
  try {
    ({ state } = await source.domainGetState({ dom }));
  } catch (error) {
    if (isProtected) await confirm(migration, params, none, true);
    throw error;
  }
  const resumes = (sourceFlags & constants.VIR_MIGRATE_POSTCOPY_RESUME) !== 0;
  const paused = state === constants.VIR_DOMAIN_PAUSED && !resumes ? constants.VIR_MIGRATE_PAUSED : 0;
  return { ...migration, sourceFlags: sourceFlags | paused, destinationFlags: destinationFlags | paused };
}

async function prepare(
  migration: Migration,
  params: readonly TypedParam[],
  xml: string,
  cookieIn: Uint8Array,
): Promise<NonnullDomain> {
  const { destination, destinationFlags, job } = migration;
  const withXml = withText(params, constants.VIR_MIGRATE_PARAM_DEST_XML, xml);
  let prepared: { readonly cookieOut: Uint8Array; readonly uriOut?: string | undefined };
  try {
    job.check();
    prepared = await destination.domainMigratePrepare3Params({ params: withXml, cookieIn, flags: destinationFlags });
  } catch (error) {
    if (migration.isProtected) await confirm(migration, withXml, none, true);
    throw told(error, 'the destination could not prepare for the domain, which stays at its source');
  }
  const { uriOut } = prepared;
  const complete = uriOut === undefined ? withXml : withText(withXml, constants.VIR_MIGRATE_PARAM_URI, uriOut);
  return perform(migration, complete, prepared.cookieOut);
}

async function perform(
  migration: Migration,
  params: readonly TypedParam[],
  cookieIn: Uint8Array,
): Promise<NonnullDomain> {
  const { source, dom, sourceFlags, job } = migration;
  if (!params.some(({ field }) => field === constants.VIR_MIGRATE_PARAM_URI)) {
    await withdraw(migration, params, cookieIn);
    const message = 'migrate: the destination did not say where to send the domain';
    throw clientError('LIBVIRT_PROTOCOL_ERROR', 'internal', message);
  }
  try {
    job.check();
  } catch (error) {
    await withdraw(migration, params, cookieIn);
    throw error;
  }
  if ((sourceFlags & constants.VIR_MIGRATE_OFFLINE) !== 0) return conclude(migration, params, none);
  let cookieOut: Uint8Array;
  try {
    const args = { dom, params: [...params], cookieIn, flags: sourceFlags };
    ({ cookieOut } = await job.during(() => source.domainMigratePerform3Params(args)));
  } catch (error) {
    // The source knows that it failed; the destination has to be told.
    const other = await finish(migration, params, none, true).then(() => undefined, reported);
    throw told(both(error, other), 'the source could not send the domain');
  }
  return conclude(migration, params, cookieOut);
}

/** Takes back what was begun and prepared; neither host knows yet that nothing comes of it. */
async function withdraw(migration: Migration, params: readonly TypedParam[], cookieIn: Uint8Array): Promise<void> {
  await finish(migration, params, cookieIn, true).catch(ignore);
  await confirm(migration, params, none, true);
}

/** The domain has arrived: from here on there is no abort. */
async function conclude(
  migration: Migration,
  params: readonly TypedParam[],
  cookieIn: Uint8Array,
): Promise<NonnullDomain> {
  let finished: { readonly dom: NonnullDomain; readonly cookieOut: Uint8Array };
  try {
    finished = await finish(migration, params, cookieIn, false);
  } catch (error) {
    await confirm(migration, params, none, true);
    throw told(error, 'the destination could not start the domain, which goes on at its source');
  }
  await confirm(migration, params, finished.cookieOut, false);
  return finished.dom;
}

function finish(
  { destination, dom, destinationFlags }: Migration,
  params: readonly TypedParam[],
  cookieIn: Uint8Array,
  cancelled: boolean,
): Promise<{ readonly dom: NonnullDomain; readonly cookieOut: Uint8Array }> {
  const named = params.some(({ field }) => field === constants.VIR_MIGRATE_PARAM_DEST_NAME)
    ? [...params]
    : withText(params, constants.VIR_MIGRATE_PARAM_DEST_NAME, dom.name);
  const args = { params: named, cookieIn, flags: destinationFlags, cancelled: cancelled ? 1 : 0 };
  return destination.domainMigrateFinish3Params(args);
}

/** Lets the source end its domain, or let it go on; when it can't, the worst is that it stays there paused. */
async function confirm(
  { source, dom, sourceFlags }: Migration,
  params: readonly TypedParam[],
  cookieIn: Uint8Array,
  cancelled: boolean,
): Promise<void> {
  const args = { dom, params: [...params], cookieIn, flags: sourceFlags, cancelled: cancelled ? 1 : 0 };
  await source.domainMigrateConfirm3Params(args).catch(ignore);
}

/** When a connection was lost on the way, nobody knows where the domain runs. */
function told(error: unknown, where: string): unknown {
  if (!LibvirtError.isInstance(error) || error.code !== 'LIBVIRT_CONNECTION_LOST') return error;
  const message = `migrate: ${where}: ${error.message}; look at both hosts to see where the domain runs`;
  return clientError('LIBVIRT_CONNECTION_LOST', error.kind, message, {
    procedure: error.procedure,
    outcomeUnknown: true,
    cause: error,
  });
}

/** Source and destination may both say why; either can be the reason. */
function both(error: unknown, other: unknown): unknown {
  if (!LibvirtError.isInstance(error) || !LibvirtError.isInstance(other)) return error;
  const isReason = error.libvirtCode === constants.VIR_ERR_OPERATION_FAILED && error.domainName === 'qemu';
  if (!isReason || other.domainName !== 'qemu' || other.libvirtCode === constants.VIR_ERR_MIGRATE_FINISH_OK)
    return error;
  return new LibvirtError({
    code: error.code,
    kind: error.kind,
    message: `the source says: ${error.message}; the destination says: ${other.message}`,
    procedure: error.procedure,
    cause: error,
  });
}

function unprotected(): LibvirtError {
  const message = "migrate: the source's driver can not keep the domain from changes";
  return clientError('LIBVIRT_PROCEDURE_UNSUPPORTED', 'unsupported', message);
}

function reported(error: unknown): unknown {
  return error;
}

function ignore(): void {}
