import { NovaError, type CallOptions } from '@novacron/core';
import { HypervisorError, notFoundError } from '../error.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { queryVms } from '../query-vms.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';
import type { MigrateVmOptions } from '../spec/operations/migrations.ts';
import type { Vm } from '../spec/vm.ts';
import { Checks, isWhole } from '../validate/checks.ts';
import { assertNoProblems } from '../validate/validate-spec.ts';
import { keptAffinity, withAffinity } from './kept-affinity.ts';
import { chooseHost, type Candidate } from './choose-host.ts';
import type {
  DrainResult,
  HypervisorPool,
  HypervisorPoolOptions,
  PlacedVm,
  Placement,
  PlacementOptions,
  PoolHostUsage,
} from './types.ts';

interface Member {
  readonly name: string;
  readonly hypervisor: Hypervisor;
  maintenance: boolean;
  /** What was promised and does not stand in the host's list yet. */
  readonly pending: Set<Pick<Vm, 'vcpus' | 'memoryBytes' | 'tags'>>;
}

/**
 * Makes one of several hosts: machines are placed by policy, found wherever they are, and moved when a host is taken out of
 * service.
 *
 * @param hosts - By name, all of them with `capabilities.host`.
 * @param options - How they are used.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when there are no hosts, or an option is wrong;
 * NOVA_HYPERVISOR_UNSUPPORTED when one has not `capabilities.host`.
 *
 * @example
 * ```ts
 * import { createHypervisorPool } from '@novacron/hypervisor';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * await using pool = createHypervisorPool(
 *   {
 *     left: createMemoryHypervisor({ seed: 1 }),
 *     middle: createMemoryHypervisor({ seed: 2 }),
 *     right: createMemoryHypervisor({ seed: 3 }),
 *   },
 *   { policy: 'spread' },
 * );
 * const apart = [{ kind: 'apart', tags: { app: 'db' } }] as const;
 * const first = await pool.create({ name: 'db-1', tags: { app: 'db' } }, { affinity: apart });
 * const second = await pool.create({ name: 'db-2', tags: { app: 'db' } }, { affinity: apart });
 * [first.host, second.host] // => ['left', 'middle']
 * await pool.enterMaintenance('left');
 * (await pool.find('db-1')).host // => 'right'
 * ```
 */
export function createHypervisorPool(
  hosts: Readonly<Record<string, Hypervisor>>,
  options: HypervisorPoolOptions = {},
): HypervisorPool {
  checkOptions(hosts, options);
  const members = Object.entries(hosts).map(([name, hypervisor]): Member => ({
    name,
    hypervisor,
    maintenance: false,
    pending: new Set(),
  }));
  const queue = new KeyedQueue(1);

  const member = (name: string): Member => {
    const found = members.find((each) => each.name === name);
    if (found === undefined)
      throw new HypervisorError({
        kind: 'not-found',
        message: `The pool has no host ${JSON.stringify(name)}; it has ${members.map((each) => each.name).join(', ')}`,
        details: { host: name },
      });
    return found;
  };

  /** What a host has and was promised, and its machines. */
  const look = async (
    { hypervisor, pending }: Member,
    call: CallOptions,
  ): Promise<{ readonly usage: PoolHostUsage; readonly vms: readonly Vm[] }> => {
    const [info, list] = await Promise.all([hypervisor.host?.info(call), hypervisor.vms.list({}, call)]);
    const off = new Set(['stopped', 'crashed', 'suspended']);
    const vms = list.items.filter(({ state }) => options.count !== 'on' || !off.has(state));
    const counted = [...vms, ...pending];
    return {
      vms: list.items,
      usage: {
        cpus: info?.cpus ?? 0,
        memoryBytes: info?.memoryBytes ?? 0,
        promisedVcpus: counted.reduce((sum, { vcpus = 1 }) => sum + vcpus, 0),
        promisedMemoryBytes: counted.reduce((sum, { memoryBytes = 0 }) => sum + memoryBytes, 0),
        vms: counted.length,
      },
    };
  };

  const candidates = (call: CallOptions): Promise<readonly (Candidate & { readonly names: readonly string[] })[]> =>
    Promise.all(
      members.map(async (each) => {
        const { name, maintenance, pending } = each;
        const seen = await look(each, call).catch(ofHost);
        const vms = seen instanceof NovaError ? [] : seen.vms;
        const usage = seen instanceof NovaError ? undefined : seen.usage;
        return { name, maintenance, usage, vms: [...vms, ...pending], names: vms.map((vm) => vm.name) };
      }),
    );

  /** Chooses a host and counts the machine there until it is released; one choice at a time. */
  const reserve = (
    spec: VmSpec,
    placement: PlacementOptions,
    call: CallOptions,
    isNew: boolean,
  ): Promise<{ readonly chosen: Member; readonly release: () => void }> =>
    queue.run('placement', call.signal, async () => {
      const known = await candidates(call);
      if (isNew && known.some(({ names }) => names.includes(spec.name))) {
        throw new HypervisorError({
          kind: 'already-exists',
          message: `A VM named ${JSON.stringify(spec.name)} exists in the pool`,
          details: { vm: spec.name },
        });
      }
      const { host, candidates: judged } = chooseHost(spec, known, placement, options);
      if (host === undefined) throw noRoom(spec.name, judged);
      const chosen = member(host);
      const promise = { vcpus: spec.vcpus ?? 1, memoryBytes: spec.memoryBytes ?? 1024 ** 3, tags: spec.tags ?? {} };
      chosen.pending.add(promise);
      return { chosen, release: () => void chosen.pending.delete(promise) };
    });

  const list: HypervisorPool['list'] = async (query = {}, call = {}) => {
    const results = await Promise.all(
      members.map(async ({ name, hypervisor }) => {
        const { offset: _, limit: __, ...rest } = query;
        const found = await hypervisor.vms.list(rest, call).catch(ofHost);
        if (found instanceof NovaError) return { items: [], errors: [found] };
        return { items: found.items.map((vm): PlacedVm => ({ ...vm, host: name })), errors: found.errors };
      }),
    );
    const items = queryVms(
      results.flatMap((each) => each.items),
      query,
    ) as readonly PlacedVm[];
    return { items, errors: results.flatMap(({ errors }) => errors) };
  };

  const find: HypervisorPool['find'] = async (vm, call = {}) => {
    const found = await Promise.all(
      members.map(async ({ name, hypervisor }) => {
        const result = await hypervisor.vms.get(vm, call).catch(ofHost);
        return result instanceof NovaError ? result : { ...result, host: name };
      }),
    );
    const there = found.filter((each): each is PlacedVm => !(each instanceof NovaError));
    const byId = there.find(({ id }) => id === vm);
    if (byId !== undefined && there.length === 1) return byId;
    if (there.length > 1) {
      throw new HypervisorError({
        kind: 'conflict',
        message: `VM ${JSON.stringify(vm)} is on ${there.map(({ host }) => host).join(' and ')}; ask that host`,
        details: { vm, hosts: there.map(({ host }) => host) },
      });
    }
    const [only] = there;
    if (only !== undefined) return only;
    const failure = found.find((each) => each instanceof NovaError && each.kind !== 'not-found');
    if (failure !== undefined) throw failure as NovaError;
    throw notFoundError(vm);
  };

  const migrate: HypervisorPool['migrate'] = async (vm, to, moveOptions = {}) => {
    const { affinity, hosts: wanted, ...rest } = moveOptions;
    const call = { signal: rest.signal };
    const { host, ...found } = await find(vm, call);
    const source = member(host);
    const others = (wanted ?? members.map(({ name }) => name)).filter((name) => name !== host);
    const { chosen, release } =
      to === undefined
        ? await reserve(asSpec(found), { affinity: affinity ?? keptAffinity(found.tags), hosts: others }, call, false)
        : { chosen: member(to), release: () => {} };
    try {
      const { migrations } = source.hypervisor;
      if (migrations === undefined) throw cannotMove(source.hypervisor);
      const result = await migrations.migrate(found.id, chosen.hypervisor, rest);
      return { ...result, host: chosen.name };
    } finally {
      release();
    }
  };

  const close = async (): Promise<void> => {
    await Promise.all(members.map(({ hypervisor }) => hypervisor.close()));
  };

  return {
    host: (name) => member(name).hypervisor,
    hosts: (call = {}) =>
      Promise.all(
        members.map(async (each) => {
          const { name, maintenance } = each;
          const seen = await look(each, call).catch(ofHost);
          return seen instanceof NovaError
            ? { name, maintenance, error: seen }
            : { name, maintenance, usage: seen.usage };
        }),
      ),
    place: async (spec, placement = {}, call = {}) => chooseHost(spec, await candidates(call), placement, options),
    async create(spec, createOptions = {}) {
      const { affinity = [], hosts: wanted, ...rest } = createOptions;
      const kept = affinity.length === 0 ? spec : { ...spec, tags: withAffinity(spec.tags ?? {}, affinity) };
      const full: string[] = [];
      for (;;) {
        const left = (wanted ?? members.map(({ name }) => name)).filter((name) => !full.includes(name));
        const { chosen, release } = await reserve(
          spec,
          { affinity, hosts: left },
          { signal: rest.signal },
          rest.clientToken === undefined,
        );
        try {
          return { ...(await chosen.hypervisor.vms.create(kept, rest)), host: chosen.name };
        } catch (error) {
          if ((error as { kind?: unknown }).kind !== 'capacity') throw error;
          full.push(chosen.name); // it knows better; the next one may have room
          if (full.length === members.length) throw error;
        } finally {
          release();
        }
      }
    },
    list,
    find,
    migrate,
    async enterMaintenance(name, drainOptions = {}) {
      const leaving = member(name);
      leaving.maintenance = true;
      const { stopped = 'move', ...rest } = drainOptions;
      const { items } = await leaving.hypervisor.vms.list({}, { signal: rest.signal });
      const moved: DrainResult['moved'][number][] = [];
      const failed: DrainResult['failed'][number][] = [];
      for (const vm of items) {
        if (stopped === 'stay' && vm.state === 'stopped') continue;
        const result = await migrate(vm.id, undefined, rest satisfies MigrateVmOptions).catch(ofHost);
        if (rest.signal?.aborted && result instanceof NovaError) throw result;
        if (result instanceof NovaError) failed.push({ vm: vm.name, error: result });
        else moved.push({ vm: vm.name, host: result.host });
      }
      return { moved, failed };
    },
    exitMaintenance(name) {
      member(name).maintenance = false;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A host's failure is a value beside the others; anything else is a fault of ours. */
function ofHost(error: unknown): NovaError {
  if (NovaError.isInstance(error)) return error;
  throw error;
}

const asSpec = ({ name, vcpus, memoryBytes, tags }: Vm): VmSpec => ({ name, vcpus, memoryBytes, tags });

function noRoom(vm: string, candidates: Placement['candidates']): HypervisorError {
  const reasons = candidates.map(({ host, reason }) => `${host}: ${reason ?? 'no'}`).join('; ');
  return new HypervisorError({
    kind: 'capacity',
    message: `No host of the pool can take VM ${JSON.stringify(vm)}: ${reasons}`,
    details: { vm, candidates },
  });
}

const cannotMove = ({ driver, name }: Hypervisor): HypervisorError =>
  new HypervisorError({
    kind: 'unsupported',
    message: `Host ${name} moves no machines: the capability migration of its ${driver} driver is false`,
    details: { driver, capability: 'migration' },
  });

function checkOptions(
  hosts: Readonly<Record<string, Hypervisor>>,
  { policy, overcommit, reservedMemoryBytes, count }: HypervisorPoolOptions,
): void {
  const checks = new Checks();
  const ratio = (value: number | undefined): boolean => value === undefined || (value > 0 && Number.isFinite(value));
  checks.check(Object.keys(hosts).length > 0, 'hosts', 'must name a host');
  checks.choice(policy, ['spread', 'pack', 'balanced'], 'policy');
  checks.choice(count, ['all', 'on'], 'count');
  checks.check(ratio(overcommit?.cpu), 'overcommit.cpu', 'must be above 0');
  checks.check(ratio(overcommit?.memory), 'overcommit.memory', 'must be above 0');
  checks.check(
    reservedMemoryBytes === undefined || (isWhole(reservedMemoryBytes) && reservedMemoryBytes >= 0),
    'reservedMemoryBytes',
    'must be a whole number of 0 or more',
  );
  assertNoProblems(checks.problems, 'The pool');
  const blind = Object.values(hosts).find(({ capabilities }) => !capabilities.host);
  if (blind === undefined) return;
  throw new HypervisorError({
    kind: 'unsupported',
    message: `${blind.name} tells nothing of its host: the capability host of its ${blind.driver} driver is false`,
    details: { driver: blind.driver, capability: 'host' },
  });
}
