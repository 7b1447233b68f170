import type { CallOptions } from '@novacron/core';
import type { StorageVolume } from 'node-libvirt';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { SpecProblem } from '../../spec/spec-problem.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findNetwork } from '../networks/networks.ts';
import { findPool } from '../storage/find-pool.ts';
import { findVolume } from '../storage/find-volume.ts';
import { newVolumes } from '../vms/new-volumes.ts';

/** Networks that are not there, or not active, and filters that are not there. */
export async function networkProblems(
  host: LibvirtHost,
  spec: VmSpec,
  call: CallOptions,
): Promise<readonly SpecProblem[]> {
  const problems: SpecProblem[] = [];
  for (const [index, { network, filter }] of (spec.networks ?? []).entries()) {
    if (
      filter !== undefined &&
      (await present(host.connection.lookupNWFilterByName(filter.name, call))) === undefined
    ) {
      const names = (await host.connection.listAllNWFilters(call)).map(({ name }) => name);
      problems.push({
        path: `networks[${index}].filter.name`,
        message: `there is no filter ${JSON.stringify(filter.name)}`,
        fix: names.length === 0 ? 'define it with filters.define' : `use one of ${names.join(', ')}`,
      });
    }
    if (network === undefined) continue;
    const path = `networks[${index}].network`;
    const found = await present(findNetwork(host, network, call));
    if (found === undefined) {
      const names = (await host.connection.listAllNetworks(call)).map(({ name }) => name);
      problems.push({
        path,
        message: `there is no network ${JSON.stringify(network)}`,
        fix: names.length === 0 ? 'create it with networks.create' : `use one of ${names.join(', ')}`,
      });
    } else if (!(await found.isActive(call))) {
      problems.push({
        path,
        message: `network ${JSON.stringify(network)} is not active`,
        fix: 'start it with networks.start',
      });
    }
  }
  return problems;
}

/** Pools that are not there, not active or too full, volumes that are missing, and new ones whose name is taken. */
export async function storageProblems(
  host: LibvirtHost,
  spec: VmSpec,
  call: CallOptions,
): Promise<readonly SpecProblem[]> {
  const problems: SpecProblem[] = [];
  const needed = new Map<string, { readonly path: string; bytes: number }>();
  const references: [path: string, reference: VolumeReference][] = [];
  for (const [index, { volume, create }] of (spec.disks ?? []).entries()) {
    if (volume !== undefined) references.push([`disks[${index}].volume`, volume]);
    if (create === undefined) continue;
    const path = `disks[${index}].create`;
    if (create.image !== undefined) references.push([`${path}.image`, create.image]);
    if (create.backing !== undefined) references.push([`${path}.backing`, create.backing]);
    // What only keeps changes may stay small; anything else can grow to its size.
    const bytes = create.backing === undefined ? (create.sizeBytes ?? 0) : 0;
    const before = needed.get(create.pool);
    needed.set(create.pool, { path: before?.path ?? `${path}.pool`, bytes: (before?.bytes ?? 0) + bytes });
  }
  if (spec.cloudInit !== undefined && !needed.has(spec.cloudInit.pool))
    needed.set(spec.cloudInit.pool, { path: 'cloudInit.pool', bytes: 0 });
  for (const [path, reference] of references) {
    if ((await presentVolume(host, reference, call)) === undefined)
      problems.push({ path, message: `there is no volume ${reference.pool}/${reference.name}` });
  }
  for (const [name, { path, bytes }] of needed) problems.push(...(await poolProblems(host, name, path, bytes, call)));
  for (const { reference } of newVolumes(host, spec)) {
    if ((await presentVolume(host, reference, call)) !== undefined)
      problems.push({
        path: 'disks',
        message: `volume ${reference.pool}/${reference.name} exists`,
        fix: 'name the disk’s volume',
      });
  }
  return problems;
}

async function poolProblems(
  host: LibvirtHost,
  name: string,
  path: string,
  bytes: number,
  call: CallOptions,
): Promise<readonly SpecProblem[]> {
  const pool = await present(findPool(host, name, call));
  if (pool === undefined) {
    const names = (await host.connection.listAllStoragePools(call)).map((each) => each.name);
    const fix = names.length === 0 ? 'create it with pools.create' : `use one of ${names.join(', ')}`;
    return [{ path, message: `there is no pool ${JSON.stringify(name)}`, fix }];
  }
  if (!(await pool.isActive(call)))
    return [{ path, message: `pool ${JSON.stringify(name)} is not active`, fix: 'start it with pools.start' }];
  const { availableBytes } = await pool.getInfo(call);
  if (bytes <= availableBytes) return [];
  return [
    {
      path,
      message: `pool ${JSON.stringify(name)} has ${availableBytes} bytes left of the ${bytes} that the disks may take`,
      fix: 'make the disks smaller, or use another pool',
    },
  ];
}

/** Of a pool that is not active nobody knows what it holds; that is a problem of its own. */
async function presentVolume(
  host: LibvirtHost,
  reference: VolumeReference,
  call: CallOptions,
): Promise<StorageVolume | undefined> {
  try {
    return await present(findVolume(host, reference, call));
  } catch (error) {
    if ((error as { kind?: unknown }).kind === 'conflict') return undefined;
    throw error;
  }
}

async function present<T>(lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
