import { HypervisorError, notFound } from '../../error.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { PoolSpec } from '../../spec/operations/pools.ts';
import type { MemoryHost } from '../memory-host.ts';
import type { MemoryPool, MemoryVolume } from './memory-pool.ts';

/** Adds a pool. */
export function addPool(host: MemoryHost, spec: PoolSpec): MemoryPool {
  const pool: MemoryPool = {
    id: `pool-${spec.name}`,
    spec,
    active: true,
    autostart: spec.autostart ?? true,
    capacityBytes: host.poolBytes,
    volumes: new Map(),
  };
  host.pools.set(spec.name, pool);
  return pool;
}

/**
 * The pool of this name or id.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
export function findPool(host: MemoryHost, name: string): MemoryPool {
  const found = host.pools.get(name) ?? [...host.pools.values()].find(({ id }) => id === name);
  if (found === undefined) throw notFound('Pool', name);
  return found;
}

/**
 * The pool, when its volumes can be reached.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it is not active.
 */
export function activePool(host: MemoryHost, name: string): MemoryPool {
  const pool = findPool(host, name);
  if (pool.active) return pool;
  throw new HypervisorError({
    kind: 'conflict',
    message: `Pool ${JSON.stringify(name)} is not active; start it first`,
    details: { pool: name },
  });
}

/**
 * The volume of this pool and name.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
export function findVolume(host: MemoryHost, { pool, name }: VolumeReference): MemoryVolume {
  const found = activePool(host, pool).volumes.get(name);
  if (found === undefined) throw notFound('Volume', `${pool}/${name}`);
  return found;
}
