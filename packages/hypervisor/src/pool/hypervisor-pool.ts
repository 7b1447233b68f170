import { NovaError, systemClock, withDeadline, type CallOptions } from '@novacron/core';
import { HypervisorError, notFoundError } from '../error.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { queryVms, withFields } from '../query-vms.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { CreateVmOptions } from '../spec/operations/vms.ts';
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
  readonly pending: Set<Pick<Vm, 'name' | 'vcpus' | 'memoryBytes' | 'tags'>>;
}

/** The host that a machine goes to. */
interface Reservation {
  readonly chosen: Member;
  /** Whether it has a machine of this name already. */
  readonly isHolder?: boolean;
  /** Lets go of the room that is kept. */
  readonly release: () => void;
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
  const { clock = systemClock, hostTimeoutMs = 30_000 } = options;

  /** Runs an operation under the caller's options, whatever the hosts do. */
  const within = <T>(call: CallOptions | undefined, task: (call: CallOptions) => Promise<T>): Promise<T> =>
    withDeadline(call, (signal) => task({ signal }), clock);

  /** What a host says, or why it says nothing; one that hangs does not hold up the others. */
  const ask = <T>({ signal }: CallOptions, question: (call: CallOptions) => Promise<T>): Promise<T | NovaError> =>
    within({ signal, timeoutMs: hostTimeoutMs }, question).catch(ofHost);

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
        const seen = await ask(call, (asked) => look(each, asked));
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
    creation?: Pick<CreateVmOptions, 'clientToken'> & { readonly full: readonly string[] },
  ): Promise<Reservation> =>
    queue.run('placement', call.signal, async () => {
      const known = await candidates(call);
      const holder = creation && known.find(({ names }) => names.includes(spec.name))?.name;
      const maker =
        creation && members.find(({ pending }) => Array.from(pending, ({ name }) => name).includes(spec.name))?.name;
      if ((holder ?? maker) !== undefined && creation?.clientToken === undefined) {
        throw new HypervisorError({
          kind: 'already-exists',
          message: `A VM named ${JSON.stringify(spec.name)} exists in the pool`,
          details: { vm: spec.name },
        });
      }
      // That host knows whether its machine was made, or is being made, under the token.
      if (holder !== undefined) return { chosen: member(holder), isHolder: true, release: () => {} };
      if (maker !== undefined && !creation?.full.includes(maker)) return { chosen: member(maker), release: () => {} };
      const { host, candidates: judged } = chooseHost(spec, known, placement, options);
      if (host === undefined) throw noRoom(spec.name, judged);
      const chosen = member(host);
      const { name, vcpus = 1, memoryBytes = 1024 ** 3, tags = {} } = spec;
      const promise = { name, vcpus, memoryBytes, tags };
      chosen.pending.add(promise);
      return { chosen, release: () => void chosen.pending.delete(promise) };
    });

  const list: HypervisorPool['list'] = (query = {}, callOptions = {}) =>
    within(callOptions, async (call) => {
      const results = await Promise.all(
        members.map(async ({ name, hypervisor }) => {
          const { offset: _, limit: __, fields: ___, ...rest } = query;
          const found = await ask(call, (asked) => hypervisor.vms.list(rest, asked));
          if (found instanceof NovaError) return { items: [], errors: [found] };
          return { items: found.items.map((vm): PlacedVm => ({ ...vm, host: name })), errors: found.errors };
        }),
      );
      const { fields, ...which } = query;
      const found = queryVms(
        results.flatMap((each) => each.items),
        which,
      ) as readonly PlacedVm[];
      const items = fields === undefined ? found : found.map((vm) => withFields(vm, [...fields, 'host']));
      return { items, errors: results.flatMap(({ errors }) => errors) };
    });

  const find: HypervisorPool['find'] = (vm, callOptions = {}) =>
    within(callOptions, async (call) => {
      const found = await Promise.all(
        members.map(async ({ name, hypervisor }) => {
          const result = await ask(call, (asked) => hypervisor.vms.get(vm, asked));
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
    });

  const migrate: HypervisorPool['migrate'] = async (vm, to, moveOptions = {}) => {
    const { affinity, hosts: wanted, ...rest } = moveOptions;
    const startMs = clock.monotonic();
    const { source, id, chosen, release } = await within(rest, async (call) => {
      const { host, ...found } = await find(vm, call);
      const others = (wanted ?? members.map(({ name }) => name)).filter((name) => name !== host);
      const rules = { affinity: affinity ?? keptAffinity(found.tags), hosts: others };
      const reserved: Reservation =
        to === undefined ? await reserve(asSpec(found), rules, call) : { chosen: member(to), release: () => {} };
      if (call.signal?.aborted) reserved.release(); // nobody waits for it any more
      return { source: member(host), id: found.id, ...reserved };
    });
    try {
      const { migrations } = source.hypervisor;
      if (migrations === undefined) throw cannotMove(source.hypervisor);
      const left = rest.timeoutMs === undefined ? undefined : rest.timeoutMs - (clock.monotonic() - startMs);
      const result = await migrations.migrate(id, chosen.hypervisor, { ...rest, timeoutMs: left && Math.max(0, left) });
      return { ...result, host: chosen.name };
    } finally {
      release();
    }
  };

  const create: HypervisorPool['create'] = (spec, createOptions = {}) =>
    within(createOptions, async (call) => {
      const { affinity = [], hosts: wanted, timeoutMs: _, ...rest } = createOptions;
      const kept = affinity.length === 0 ? spec : { ...spec, tags: withAffinity(spec.tags ?? {}, affinity) };
      const full: string[] = [];
      for (;;) {
        const left = (wanted ?? members.map(({ name }) => name)).filter((name) => !full.includes(name));
        const creation = { clientToken: rest.clientToken, full };
        const { chosen, isHolder, release } = await reserve(kept, { affinity, hosts: left }, call, creation);
        try {
          return { ...(await chosen.hypervisor.vms.create(kept, { ...rest, ...call })), host: chosen.name };
        } catch (error) {
          if ((error as { kind?: unknown }).kind !== 'capacity' || isHolder) throw error;
          full.push(chosen.name); // it knows better; the next one may have room
          if (full.length === members.length) throw error;
        } finally {
          release();
        }
      }
    });

  const close = async (): Promise<void> => {
    await Promise.all(members.map(({ hypervisor }) => hypervisor.close()));
  };

  return {
    host: (name) => member(name).hypervisor,
    hosts: (callOptions = {}) =>
      within(callOptions, (call) =>
        Promise.all(
          members.map(async (each) => {
            const { name, maintenance } = each;
            const seen = await ask(call, (asked) => look(each, asked));
            return seen instanceof NovaError
              ? { name, maintenance, error: seen }
              : { name, maintenance, usage: seen.usage };
          }),
        ),
      ),
    place: (spec, placement = {}, call = {}) =>
      within(call, async (asked) => chooseHost(spec, await candidates(asked), placement, options)),
    create,
    list,
    find,
    migrate,
    async enterMaintenance(name, drainOptions = {}) {
      const leaving = member(name);
      leaving.maintenance = true;
      const { stopped = 'move', ...rest } = drainOptions;
      const { items } = await within({ signal: rest.signal, timeoutMs: hostTimeoutMs }, (call) =>
        leaving.hypervisor.vms.list({}, call),
      );
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
  { policy, overcommit, reservedMemoryBytes, count, hostTimeoutMs }: HypervisorPoolOptions,
): void {
  const checks = new Checks();
  const isPositive = (value: number | undefined): boolean =>
    value === undefined || (value > 0 && Number.isFinite(value));
  checks.check(Object.keys(hosts).length > 0, 'hosts', 'must name a host');
  checks.choice(policy, ['spread', 'pack', 'balanced'], 'policy');
  checks.choice(count, ['all', 'on'], 'count');
  checks.check(isPositive(overcommit?.cpu), 'overcommit.cpu', 'must be above 0');
  checks.check(isPositive(overcommit?.memory), 'overcommit.memory', 'must be above 0');
  checks.check(
    reservedMemoryBytes === undefined || (isWhole(reservedMemoryBytes) && reservedMemoryBytes >= 0),
    'reservedMemoryBytes',
    'must be a whole number of 0 or more',
  );
  checks.check(isPositive(hostTimeoutMs), 'hostTimeoutMs', 'must be above 0');
  assertNoProblems(checks.problems, 'The pool');
  const blind = Object.values(hosts).find(({ capabilities }) => !capabilities.host);
  if (blind === undefined) return;
  throw new HypervisorError({
    kind: 'unsupported',
    message: `${blind.name} tells nothing of its host: the capability host of its ${blind.driver} driver is false`,
    details: { driver: blind.driver, capability: 'host' },
  });
}
