import { randomUUID } from 'node:crypto';
import type { CallOptions } from '@novacron/core';
import type { StoragePool } from 'node-libvirt';
import { parseStoragePoolXML } from 'node-libvirt/xml';
import type { Pool, PoolOperations, PoolSpec } from '../../spec/operations/pools.ts';
import { trailOf } from '../../trail.ts';
import { poolProblems } from '../../validate/check-pool.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { isAway, isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { deleteVolume } from './delete-volume.ts';
import { findPool } from './find-pool.ts';
import { takeBack, withLeftBehind } from '../take-back.ts';
import { poolXml } from './pool-xml.ts';

const steps = { start: 'started', stop: 'stopped', refresh: 'refreshed' } as const;

/** Pools on libvirt. */
export function libvirtPools(host: LibvirtHost): PoolOperations {
  const change = (
    name: string,
    options: Parameters<PoolOperations['start']>[1],
    operation: keyof typeof steps,
    task: (pool: StoragePool, call: CallOptions) => Promise<void>,
  ): Promise<Pool> =>
    host.call(options, undefined, async (call) => {
      const pool = await findPool(host, name, call);
      await host.exclusive(`pool ${pool.uuid}`, call, () => task(pool, call));
      trailOf(operation, options, host.clock)(steps[operation], pool.name);
      return readPool(pool, call);
    });

  return {
    create: (spec, options) =>
      host.call(options, undefined, async (call) => {
        assertNoProblems(poolProblems(spec), 'The pool');
        const pool = await createPool(host, spec, call);
        return host.again(() => readPool(pool, call));
      }),
    get: (name, options) =>
      host.call(options, undefined, async (call) => readPool(await findPool(host, name, call), call)),
    list: (options) =>
      host.call(options, undefined, async (call) => {
        const pools = await host.connection.listAllStoragePools(call);
        const read = await Promise.all(
          pools.map((pool) =>
            readPool(pool, call).catch((error: unknown) => {
              if (isNotFound(error)) return undefined; // gone while it was read
              throw error;
            }),
          ),
        );
        return read.filter((pool) => pool !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      }),
    start: (name, options) =>
      change(name, options, 'start', async (pool, call) => {
        if (!(await pool.isActive(call))) await pool.create(call);
      }),
    stop: (name, options) =>
      change(name, options, 'stop', async (pool, call) => {
        if (await pool.isActive(call)) await pool.destroy(call);
      }),
    refresh: (name, options) => change(name, options, 'refresh', (pool, call) => pool.refresh(call)),
    delete: (name, options) =>
      host.call(options, undefined, async (call) => {
        const pool = await findPool(host, name, call);
        await host.exclusive(`pool ${pool.uuid}`, call, () =>
          deletePool(host, pool, options?.withVolumes ?? false, call),
        );
      }),
  };
}

/** What was defined but can't be started is not left behind, nor is a folder that was made for it. */
async function createPool(host: LibvirtHost, spec: PoolSpec, call: CallOptions): Promise<StoragePool> {
  const uuid = randomUUID(); // by it the pool is known when the answer to its definition is lost
  const { type = 'dir' } = spec;
  let makesFolder = false;
  try {
    const pool = await host.connection.defineStoragePoolXML(poolXml(spec, uuid), call);
    const isFolder = type === 'dir' && host.context.domainType !== 'test';
    if (type === 'netfs') await pool.build(call);
    await pool.create(call).catch(async (error: unknown) => {
      if (!isFolder || !isNotFound(error)) throw error;
      makesFolder = true;
      await pool.build(call);
      await pool.create(call);
    });
    await pool.setAutostart(spec.autostart ?? true, call);
    return pool;
  } catch (error) {
    const undo = {
      what: `pool ${spec.name}`,
      remove: async () => {
        const pool = await host.connection.lookupStoragePoolByUUID(uuid);
        if (await pool.isActive()) await pool.destroy();
        // Only an empty folder goes; one that was not made yet is as wanted.
        if (makesFolder) await pool.delete().catch(unlessAway);
        await pool.undefine();
      },
    };
    const { left } = await takeBack(host, [undo], error);
    throw withLeftBehind(error, left);
  }
}

function unlessAway(error: unknown): void {
  if (isAway(error)) throw error;
}

async function deletePool(
  host: LibvirtHost,
  pool: StoragePool,
  withVolumes: boolean,
  call: CallOptions,
): Promise<void> {
  if (withVolumes) {
    if (!(await pool.isActive(call))) await pool.create(call);
    await pool.refresh(call);
    for (const volume of await pool.listAllVolumes(call)) await deleteVolume(host, volume, call);
  }
  if (await pool.isActive(call)) await pool.destroy(call);
  if (withVolumes) await pool.delete(call);
  if (await pool.isPersistent(call).catch(() => false)) await pool.undefine(call);
}

async function readPool(pool: StoragePool, call: CallOptions): Promise<Pool> {
  const [xml, info, active, autostart] = await Promise.all([
    pool.getXMLDesc(call),
    pool.getInfo(call),
    pool.isActive(call),
    pool.getAutostart(call),
  ]);
  const { type, target } = parseStoragePoolXML(xml);
  const { capacityBytes, allocationBytes, availableBytes } = info;
  return {
    id: pool.uuid,
    name: pool.name,
    type,
    active,
    autostart,
    ...(target?.path === undefined ? {} : { path: target.path }),
    ...(active ? { capacityBytes, allocationBytes, availableBytes } : {}),
  };
}
