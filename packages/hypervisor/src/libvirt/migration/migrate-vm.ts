import { NovaError, type CallOptions } from '@novacron/core';
import type { Domain, JobStats } from 'node-libvirt';
import { HypervisorError } from '../../error.ts';
import { assertCanMigrate } from '../../migration-error.ts';
import type { MigrateVmOptions, MigrationResult } from '../../spec/operations/migrations.ts';
import { tell, trailOf, type Trail } from '../../trail.ts';
import { validateMigrationOptions } from '../../validate/check-migration-options.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { mapError } from '../map-error.ts';
import { copiesOf, makeCopy, movingDisks, relocatedXml, type CopiedVolume } from './migration-disks.ts';
import { migrationProblems } from './migration-problems.ts';
import { takeBack, volumeUndo, withLeftBehind } from '../take-back.ts';
import { settleAfterFailure } from './settle-after-failure.ts';
import { watchMigration } from './watch-migration.ts';

/** A move under way. */
interface Move {
  readonly source: LibvirtHost;
  readonly destination: LibvirtHost;
  readonly domain: Domain;
  readonly options: MigrateVmOptions;
  readonly mode: MigrationResult['mode'];
  readonly trail: Trail;
  readonly signal: AbortSignal;
}

/**
 * Moves a domain. An abort ends the job, and the call settles when it is known where the domain is.
 *
 * @throws {HypervisorError} see `MigrationOperations.migrate`.
 */
export async function migrateVm(
  source: LibvirtHost,
  vm: string,
  destinationOf: () => LibvirtHost,
  options: MigrateVmOptions,
): Promise<MigrationResult> {
  let work: Promise<MigrationResult> | undefined;
  try {
    return await source.call(options, vm, async (call) => {
      validateMigrationOptions(options);
      const destination = destinationOf();
      const domain = await source.find(vm, call);
      work = source.exclusive(domain.uuid, call, () => move(source, destination, domain, options, call));
      return work;
    });
  } catch (error) {
    const [outcome] = await Promise.allSettled([work]);
    if (outcome?.status === 'fulfilled' && outcome.value !== undefined) return outcome.value; // the abort came too late
    throw withWhereabouts(error, outcome?.status === 'rejected' ? outcome.reason : undefined);
  }
}

async function move(
  source: LibvirtHost,
  destination: LibvirtHost,
  domain: Domain,
  options: MigrateVmOptions,
  call: CallOptions,
): Promise<MigrationResult> {
  const { clock } = source;
  const startMs = clock.monotonic();
  const mode = options.mode ?? ((await domain.isActive(call)) ? 'live' : 'offline');
  const trail = trailOf('migrate', options, clock);
  if (options.check ?? true)
    assertCanMigrate(domain.name, await migrationProblems(source, destination, domain, options, call));
  trail('checked', domain.name);
  const signal = call.signal ?? new AbortController().signal;
  const going: Move = { source, destination, domain, options, mode, trail, signal };
  const copies = options.storage === 'copy' ? copiesOf(await movingDisks(source, domain, call), options.pools) : [];
  const begun: CopiedVolume[] = [];
  try {
    for (const copy of copies) {
      begun.push(copy);
      await makeCopy(source, destination, copy, mode === 'offline' || copy.disk.readOnly, call);
      trail('volume-created', `${copy.to.pool}/${copy.to.name}`);
    }
    await send(going, copies);
  } catch (error) {
    const whereabouts = await settleAfterFailure(source, destination, domain);
    // An image that a machine runs on is never taken away, nor one of which nobody knows.
    if (whereabouts === 'source') {
      const undos = madeByUs(begun, error).map(({ to }) => volumeUndo(destination, to));
      const { gone, left } = await takeBack(destination, undos, error);
      for (const each of gone) trail('rolled-back', each);
      throw withWhereabouts(withLeftBehind(mapError(error, domain.name), left), whereabouts);
    }
    throw withWhereabouts(mapError(error, domain.name), whereabouts);
  }
  trail('moved', domain.name);
  return verified(going, copies, startMs);
}

/** A volume that was there before is somebody else's. */
function madeByUs(begun: readonly CopiedVolume[], error: unknown): readonly CopiedVolume[] {
  const taken = (error as { kind?: unknown }).kind === 'already-exists';
  return taken ? begun.slice(0, -1) : begun;
}

async function send(
  { source, destination, domain, options, mode, signal }: Move,
  copies: readonly CopiedVolume[],
): Promise<void> {
  const persistent = await domain.isPersistent({ signal });
  const relocated = async (inactive: boolean): Promise<string | undefined> =>
    copies.length === 0
      ? undefined
      : relocatedXml(
          destination,
          await domain.getXMLDesc({ signal, inactive, migratable: true, secure: true }),
          copies,
          { signal },
        );
  const { transport = 'direct', destinationName, bandwidthBytesPerSecond, maxDowntimeMs } = options;
  const isOffline = mode === 'offline';
  const streamed = isOffline ? [] : copies.filter(({ disk }) => !disk.readOnly);
  const request = {
    signal,
    live: mode === 'live',
    offline: isOffline,
    persistDestination: persistent,
    undefineSource: persistent && !options.keepDefinition,
    nonSharedDisk: streamed.length > 0,
    unsafe: options.unsafe,
    destinationName,
    destinationXml: await relocated(isOffline),
    persistentXml: persistent && !isOffline ? await relocated(true) : undefined,
    ...(isOffline
      ? {}
      : {
          postcopy: options.postCopy,
          autoConverge: options.autoConverge,
          compressed: options.compress,
          abortOnError: true,
          bandwidthBytesPerSecond,
          maxDowntimeMs,
        }),
    ...(streamed.length > 0 ? { disks: streamed.map(({ disk }) => disk.device) } : {}),
  };
  const watch = isOffline ? undefined : watchMigration(source, domain, options);
  try {
    if (transport === 'direct') await domain.migrate(destination.connection, request);
    else {
      const uri = options.destinationUri ?? destination.uri;
      await domain.migrateToURI(uri, { ...request, tunnelled: transport === 'tunnelled' });
    }
  } catch (error) {
    throw options.postCopy ? postCopyError(error, domain.name) : error;
  } finally {
    await watch?.end();
  }
}

/** No call of libvirt tells beforehand whether a host can: QEMU refuses when it is asked to, before anything is moved. */
function postCopyError(error: unknown, vm: string): unknown {
  if (!/postcopy is not supported/i.test((error as Error).message)) return error;
  return new HypervisorError({
    kind: 'unsupported',
    message: `VM ${JSON.stringify(vm)} can't be moved by post-copy: QEMU may not handle page faults of guests there; set vm.unprivileged_userfaultfd to 1 on both hosts, or move it without postCopy`,
    cause: error,
    details: { vm, option: 'postCopy' },
  });
}

/** Looks on both hosts whether the domain is where it should be. */
async function verified(
  { source, destination, domain, options, mode }: Move,
  copies: readonly CopiedVolume[],
  startMs: number,
): Promise<MigrationResult> {
  const arrived = await destination.find(domain.uuid, {});
  const [{ vm }, job, left] = await Promise.all([
    destination.read(arrived, {}),
    arrived.getJobStats({ completed: true }).catch((): Partial<JobStats> => ({})),
    source.find(domain.uuid, {}).then(
      (found) => found.isActive().then((active) => ({ active })),
      () => undefined,
    ),
  ]);
  if (left?.active || (mode !== 'offline' && vm.state === 'stopped')) {
    throw new HypervisorError({
      kind: 'internal',
      message: `VM ${JSON.stringify(domain.name)} was moved, but ${left?.active ? 'its source still runs it' : 'it does not run at its destination'}`,
      details: { vm: domain.name, where: left?.active ? 'both' : 'destination' },
    });
  }
  tell(options.onProgress, {
    phase: 'done',
    elapsedMs: source.clock.monotonic() - startMs,
    totalBytes: job.dataTotalBytes ?? 0,
    processedBytes: job.dataProcessedBytes ?? 0,
    remainingBytes: 0,
  });
  return {
    vm,
    mode,
    durationMs: source.clock.monotonic() - startMs,
    ...(job.downtimeMs === undefined ? {} : { downtimeMs: job.downtimeMs }),
    ...(job.dataProcessedBytes === undefined ? {} : { transferredBytes: job.dataProcessedBytes }),
    definitionKept: left !== undefined,
    volumes: copies.map(({ to }) => `${to.pool}/${to.name}`),
  };
}

/** The error with the word about where the machine is: an own one, or that of the work behind a call that was given up. */
function withWhereabouts(error: unknown, from: unknown): unknown {
  const where = typeof from === 'string' ? from : NovaError.isInstance(from) ? from.details['where'] : undefined;
  if (where === undefined || !NovaError.isInstance(error)) return error;
  Object.assign(error.details, { where });
  return error;
}
