import { HypervisorError } from '../../error.ts';
import type { Pool, PoolOperations } from '../../spec/operations/pools.ts';
import { poolProblems } from '../../validate/check-pool.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { MemoryHost } from '../memory-host.ts';
import { addPool, findPool } from './find-pool.ts';
import { usedBytes, type MemoryPool } from './memory-pool.ts';

/** Simulated pools. */
export function memoryPools(host: MemoryHost): PoolOperations {
  const change = (
    name: string,
    options: Parameters<PoolOperations['start']>[1],
    task: (pool: MemoryPool) => void,
  ): Promise<Pool> =>
    host.call(options, async (signal) => {
      const pool = findPool(host, name);
      await host.disturb('volume', pool.spec.name, signal);
      task(pool);
      return mapPool(pool);
    });
  const setActive = (pool: MemoryPool, active: boolean): void => {
    if (pool.active !== active) host.tell('pool', pool.spec.name, active ? 'started' : 'stopped');
    pool.active = active;
  };
  return {
    create: (spec, options) =>
      host.call(options, async (signal) => {
        assertNoProblems(poolProblems(spec), 'The pool');
        await host.disturb('volume', spec.name, signal);
        if (!host.pools.has(spec.name)) {
          const pool = addPool(host, { ...spec });
          host.tell('pool', spec.name, 'defined');
          host.tell('pool', spec.name, 'started');
          return mapPool(pool);
        }
        throw new HypervisorError({
          kind: 'already-exists',
          message: `A pool named ${JSON.stringify(spec.name)} exists`,
          details: { pool: spec.name },
        });
      }),
    get: (name, options) => host.call(options, async () => mapPool(findPool(host, name))),
    list: (options) =>
      host.call(options, async () =>
        Array.from(host.pools.values(), mapPool).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    start: (name, options) => change(name, options, (pool) => setActive(pool, true)),
    stop: (name, options) => change(name, options, (pool) => setActive(pool, false)),
    refresh: (name, options) => change(name, options, () => {}),
    delete: (name, options) =>
      host.call(options, async (signal) => {
        const pool = findPool(host, name);
        await host.disturb('volume', pool.spec.name, signal);
        setActive(pool, false);
        host.pools.delete(pool.spec.name);
        host.tell('pool', pool.spec.name, 'deleted');
      }),
  };
}

function mapPool(pool: MemoryPool): Pool {
  const { id, spec, active, autostart, capacityBytes } = pool;
  const allocationBytes = usedBytes(pool);
  return {
    id,
    name: spec.name,
    type: spec.type ?? 'dir',
    active,
    autostart,
    ...(spec.path === undefined ? {} : { path: spec.path }),
    ...(active ? { capacityBytes, allocationBytes, availableBytes: capacityBytes - allocationBytes } : {}),
  };
}
