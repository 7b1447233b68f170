import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { activePool, findVolume } from '../storage/find-pool.ts';
import { allocationOf, assertRoom, type MemoryPool } from '../storage/memory-pool.ts';

/** The volumes of a machine's disks and media. */
export function volumesOf({ spec }: Machine): readonly VolumeReference[] {
  return (spec.disks ?? []).flatMap(({ volume }) => volume ?? []);
}

/**
 * Makes a machine's volumes at the destination, whole.
 *
 * @returns them, as `pool/name`.
 * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when there is no room for them.
 */
export function copyVolumes(
  source: MemoryHost,
  destination: MemoryHost,
  machine: Machine,
  pools: Readonly<Record<string, string>> = {},
): readonly string[] {
  const made: [pool: MemoryPool, name: string][] = [];
  try {
    for (const reference of volumesOf(machine)) {
      const volume = findVolume(source, reference);
      const pool = activePool(destination, pools[reference.pool] ?? reference.pool);
      assertRoom(pool, allocationOf(volume));
      pool.volumes.set(volume.name, { ...volume, content: volume.content.slice(), backing: undefined });
      made.push([pool, volume.name]);
    }
  } catch (error) {
    for (const [pool, name] of made) pool.volumes.delete(name);
    throw error;
  }
  return made.map(([pool, name]) => `${pool.spec.name}/${name}`);
}

/** Deletes volumes that were made. @returns those that are gone. */
export function takeBackCopies(destination: MemoryHost, volumes: readonly string[]): readonly string[] {
  return volumes.filter((each) => {
    const slash = each.indexOf('/');
    return destination.pools.get(each.slice(0, slash))?.volumes.delete(each.slice(slash + 1)) ?? false;
  });
}
