import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import type { MigrationOptions, MigrationProblem } from '../../spec/operations/migrations.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findPool } from '../storage/find-pool.ts';
import { findVolume } from '../storage/find-volume.ts';
import { copiesOf, movingDisks, volumeAt, type CopiedVolume, type MovingDisk } from './migration-disks.ts';

/** What speaks against a migration because of where the disks' bytes are. */
export async function storageProblems(
  source: LibvirtHost,
  destination: LibvirtHost,
  domain: Domain,
  { storage = 'shared', pools }: MigrationOptions,
  call: CallOptions,
): Promise<readonly MigrationProblem[]> {
  const disks = await movingDisks(source, domain, call);
  if (storage === 'shared') {
    const found = await Promise.all(
      disks.flatMap((disk) => [sharedProblem(destination, disk, call), secretProblem(destination, disk, call)]),
    );
    return found.filter((problem) => problem !== undefined);
  }
  const isOff = !(await domain.isActive(call));
  const outside = disks
    .filter(({ volume }) => volume === undefined)
    .map(({ device, path }) =>
      problem(`disk ${device}: ${path ?? 'its image'} is in no pool, so it can't be copied`, 'bring it into a pool'),
    );
  const stacked = disks
    .filter(({ volume, readOnly }) => volume?.backingPath !== undefined && (isOff || readOnly))
    .map(({ device }) =>
      problem(
        `disk ${device}: its image stands on top of another one, which is only copied while the machine is on`,
        'start it and move it live, or flatten the image',
      ),
    );
  const encrypted = disks
    .filter(({ encryption }) => encryption !== undefined)
    .map(({ device }) => problem(`disk ${device}: it is encrypted, and its copy would not be`, 'share the storage'));
  const copies = copiesOf(disks, pools);
  const rooms = await roomProblems(destination, copies, call);
  return [...outside, ...stacked, ...encrypted, ...rooms];
}

const problem = (message: string, fix?: string): MigrationProblem => ({
  subject: 'storage',
  message,
  ...(fix === undefined ? {} : { fix }),
  blocking: true,
});

async function sharedProblem(
  destination: LibvirtHost,
  { device, volume, path }: MovingDisk,
  call: CallOptions,
): Promise<MigrationProblem | undefined> {
  const fix = "share the storage, or copy it: storage: 'copy'";
  if (path === undefined && volume !== undefined) {
    try {
      await freshPool(destination, volume.pool, call);
      await findVolume(destination, volume, call);
      return undefined;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return problem(`disk ${device}: there is no volume ${volume.pool}/${volume.name} at the destination`, fix);
    }
  }
  if (path === undefined || (await volumeAt(destination, path, call)) !== undefined) return undefined;
  const message = `disk ${device}: no pool of the destination has ${path}; it must be there all the same`;
  return { subject: 'storage', message, fix, blocking: false };
}

/** An encrypted disk is opened by the destination, which needs the secret for that. */
async function secretProblem(
  destination: LibvirtHost,
  { device, encryption }: MovingDisk,
  call: CallOptions,
): Promise<MigrationProblem | undefined> {
  const secret = encryption?.secret;
  if (secret === undefined) return undefined;
  const exists = await destination.connection.lookupSecretByUUID(secret, call).then(() => true, ifNotFound);
  if (exists) return undefined;
  return problem(`disk ${device}: the destination has no secret ${secret}, which opens it`, 'define it there');
}

/** A pool knows of a volume that another host made only when it looks again. */
async function freshPool(destination: LibvirtHost, name: string, call: CallOptions): Promise<void> {
  const pool = await findPool(destination, name, call);
  if (await pool.isActive(call)) await pool.refresh(call);
}

/** Pools that are not there or too full, and volumes that are there already. */
async function roomProblems(
  destination: LibvirtHost,
  copies: readonly CopiedVolume[],
  call: CallOptions,
): Promise<readonly MigrationProblem[]> {
  const problems: MigrationProblem[] = [];
  const needed = new Map<string, number>();
  for (const name of new Set(copies.map(({ to }) => to.pool)))
    await freshPool(destination, name, call).catch(ifNotFound);
  for (const { from, to, disk } of copies) {
    needed.set(to.pool, (needed.get(to.pool) ?? 0) + from.allocationBytes);
    const exists = await findVolume(destination, to, call).then(() => true, ifNotFound);
    if (exists)
      problems.push(
        problem(
          `disk ${disk.device}: the destination has a volume ${to.pool}/${to.name}`,
          'delete it, or map the pool to another one',
        ),
      );
  }
  for (const [name, bytes] of needed) {
    const pool = await findPool(destination, name, call).catch((error: unknown) => void ifNotFound(error));
    if (pool === undefined) {
      problems.push(
        problem(`there is no pool ${JSON.stringify(name)} at the destination`, 'create it there, or map it: pools'),
      );
    } else if (!(await pool.isActive(call))) {
      problems.push(problem(`pool ${JSON.stringify(name)} is not active at the destination`, 'start it there'));
    } else {
      const { availableBytes } = await pool.getInfo(call);
      if (bytes > availableBytes)
        problems.push(
          problem(`pool ${JSON.stringify(name)} has ${availableBytes} bytes left at the destination, not ${bytes}`),
        );
    }
  }
  return problems;
}

function ifNotFound(error: unknown): false {
  if (isNotFound(error)) return false;
  throw error;
}
