import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { SpecProblem } from '../../spec/spec-problem.ts';
import type { MemoryHost } from '../memory-host.ts';
import { usedBytes } from '../storage/memory-pool.ts';

/** All that the simulated host has against a specification that is right by itself. */
export function hostProblems(host: MemoryHost, spec: VmSpec): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const problem = (path: string, message: string, fix?: string): void => {
    problems.push({ step: 'host', path, message, ...(fix === undefined ? {} : { fix }) });
  };
  const { name, memoryBytes = 1024 ** 3, vcpus = 1, networks = [], disks = [], cloudInit } = spec;
  if (host.machines.named(name) !== undefined)
    problem('name', `is taken: a VM named ${JSON.stringify(name)} exists`, 'choose another name');
  const freeBytes = host.capacity.memoryBytes - host.machines.memoryBytes;
  if (memoryBytes > freeBytes)
    problem(
      'memoryBytes',
      `is more than the host has free: ${memoryBytes} of ${freeBytes} bytes`,
      `use at most ${freeBytes}`,
    );
  if (vcpus > host.capacity.cpus)
    problem(
      'vcpus',
      `is more than the host has: ${vcpus} of ${host.capacity.cpus}`,
      `use at most ${host.capacity.cpus}`,
    );
  for (const [index, { network, macAddress, filter }] of networks.entries()) {
    const path = `networks[${index}]`;
    if (network !== undefined && host.networks.get(network)?.active !== true) {
      problem(
        `${path}.network`,
        `there is no active network ${JSON.stringify(network)}`,
        `use one of ${[...host.networks.keys()].join(', ')}`,
      );
    }
    if (filter !== undefined && !host.filters.has(filter.name)) {
      problem(
        `${path}.filter.name`,
        `there is no filter ${JSON.stringify(filter.name)}`,
        `use one of ${[...host.filters.keys()].join(', ')}`,
      );
    }
    for (const other of host.machines.values()) {
      const same =
        macAddress !== undefined &&
        (other.spec.networks ?? []).some((each) => each.macAddress?.toLowerCase() === macAddress.toLowerCase());
      if (same)
        problem(`${path}.macAddress`, `${macAddress} is that of VM ${JSON.stringify(other.spec.name)}`, 'leave it out');
    }
  }
  const needed = new Map<string, { readonly path: string; bytes: number }>();
  for (const [index, { volume, create }] of disks.entries()) {
    for (const [path, reference] of Object.entries({
      volume,
      'create.image': create?.image,
      'create.backing': create?.backing,
    })) {
      const missing = reference !== undefined && host.pools.get(reference.pool)?.volumes.has(reference.name) !== true;
      if (missing) problem(`disks[${index}].${path}`, `there is no volume ${reference.pool}/${reference.name}`);
    }
    if (create === undefined) continue;
    const before = needed.get(create.pool);
    const bytes = (before?.bytes ?? 0) + (create.backing === undefined ? (create.sizeBytes ?? 0) : 0);
    needed.set(create.pool, { path: before?.path ?? `disks[${index}].create.pool`, bytes });
  }
  if (cloudInit !== undefined && !needed.has(cloudInit.pool))
    needed.set(cloudInit.pool, { path: 'cloudInit.pool', bytes: 0 });
  for (const [poolName, { path, bytes }] of needed) {
    const pool = host.pools.get(poolName);
    if (pool?.active !== true) {
      problem(
        path,
        `there is no active pool ${JSON.stringify(poolName)}`,
        `use one of ${[...host.pools.keys()].join(', ')}`,
      );
    } else if (bytes > pool.capacityBytes - usedBytes(pool)) {
      problem(
        path,
        `pool ${JSON.stringify(poolName)} has ${pool.capacityBytes - usedBytes(pool)} bytes left of the ${bytes} that the disks may take`,
      );
    }
  }
  return problems;
}
