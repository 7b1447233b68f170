import { systemClock, withDeadline, type CallOptions, type Clock } from '@novacron/core';
import { HypervisorError, notFoundError, type Vm, type VmState } from '@novacron/hypervisor';
import type { EC2Client, Filter } from '@aws-sdk/client-ec2';
import { mapError } from './map-error.ts';
import { mapVm, nameTag } from './map-vm.ts';
import type { AwsOptions, Ec2Library } from './options.ts';
import { Turns } from './turns.ts';

const instanceId = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

/** A region of EC2, and how the operations talk to it. */
export class Ec2Region {
  readonly library: Ec2Library;
  readonly clock: Clock;
  /** Creates that share a client token wait here for each other. */
  readonly turns: Turns = new Turns();
  readonly #client: Pick<EC2Client, 'send'>;
  readonly #release: () => void;
  readonly #pollIntervalMs: number;
  #closed = false;

  /** @param library - The SDK. */
  constructor(library: Ec2Library, options: AwsOptions) {
    this.library = library;
    this.clock = options.clock ?? systemClock;
    this.#pollIntervalMs = options.pollIntervalMs ?? 2000;
    if (options.client === undefined) {
      const client = new library.EC2Client({ ...options.clientConfig, region: options.region });
      this.#client = client;
      this.#release = () => client.destroy();
    } else {
      this.#client = options.client;
      this.#release = () => {};
    }
  }

  /** Runs an operation under the caller's options, with errors in the common vocabulary. */
  call<T>(
    options: CallOptions | undefined,
    vm: string | undefined,
    task: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return withDeadline(
      options,
      async (signal) => {
        this.assertOpen();
        try {
          return await task(signal);
        } catch (error) {
          throw mapError(error, vm);
        }
      },
      this.clock,
    );
  }

  /** @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when the driver is closed. */
  assertOpen(): void {
    if (!this.#closed) return;
    throw new HypervisorError({ kind: 'unavailable', retryable: false, message: 'The AWS driver is closed' });
  }

  /** Sends a command of the SDK. */
  get send(): EC2Client['send'] {
    return this.#client.send.bind(this.#client);
  }

  /** The instances that match, terminated ones too, from all pages. */
  async describe(query: { readonly ids?: string[]; readonly filters?: Filter[] }, signal: AbortSignal): Promise<Vm[]> {
    const vms: Vm[] = [];
    let NextToken: string | undefined;
    do {
      const command = new this.library.DescribeInstancesCommand({
        InstanceIds: query.ids,
        Filters: query.filters,
        NextToken,
      });
      const page = await this.send(command, { abortSignal: signal });
      for (const { Instances = [] } of page.Reservations ?? []) vms.push(...Instances.map(mapVm));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return vms;
  }

  /**
   * The machine of this id or name.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none, or only a terminated one.
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when several have this name; `details.ids` lists them.
   */
  async find(vm: string, signal: AbortSignal): Promise<Vm> {
    const query = instanceId.test(vm)
      ? { ids: [vm] }
      : { filters: [{ Name: `tag:${nameTag}`, Values: [escapeFilter(vm)] }] };
    let found: Vm[] = [];
    try {
      found = (await this.describe(query, signal)).filter(({ state }) => state !== 'deleted');
    } catch (error) {
      if (mapError(error).kind !== 'not-found') throw error;
    }
    const [first, second] = found;
    if (first === undefined) throw notFoundError(vm);
    if (second === undefined) return first;
    const ids = found.map(({ id }) => id);
    throw new HypervisorError({
      kind: 'conflict',
      message: `${ids.length} instances are named ${JSON.stringify(vm)}; use one of the ids ${ids.join(', ')}`,
      details: { vm, ids },
    });
  }

  /**
   * Looks at an instance until it is in one of the states. A state that this version does not know counts as on the
   * way.
   *
   * @param targets - Where it shall get; `deleted` is also reached when EC2 has forgotten the instance.
   * @param via - The states on the way there.
   * @param graceMs - How long to wait. @default as long as the caller
   * @returns The machine, or nothing when the grace is over or EC2 has forgotten it.
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it went elsewhere; `details.state` says where.
   */
  async waitFor(
    id: string,
    targets: readonly VmState[],
    via: readonly VmState[],
    signal: AbortSignal,
    graceMs: number = Infinity,
  ): Promise<Vm | undefined> {
    const startMs = this.clock.monotonic();
    for (;;) {
      const [vm] = await this.describe({ ids: [id] }, signal).catch((error: unknown) => {
        // EC2 may take some seconds to know everywhere what it has just made.
        if (mapError(error).kind === 'not-found') return [];
        throw error;
      });
      if (vm === undefined && targets.includes('deleted')) return undefined;
      if (vm !== undefined && targets.includes(vm.state)) return vm;
      if (vm !== undefined && vm.state !== 'unknown' && !via.includes(vm.state)) throw strayed(vm, targets);
      const leftMs = graceMs - (this.clock.monotonic() - startMs);
      if (leftMs <= 0) return undefined;
      await this.clock.sleep(Math.min(this.#pollIntervalMs, leftMs), { signal });
    }
  }

  /** Like {@link Ec2Region.waitFor}, for a machine that stays and without a grace: it is there in the end. */
  async arrive(id: string, targets: readonly VmState[], via: readonly VmState[], signal: AbortSignal): Promise<Vm> {
    return (await this.waitFor(id, targets, via, signal)) as Vm;
  }

  /** Lets go of the SDK's client, once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
  }
}

/** A name as EC2's filters take it: `*`, `?` and the backslash are wildcards there. */
function escapeFilter(name: string): string {
  return name.replace(/[\\*?]/g, '\\$&');
}

function strayed({ id, state, native: { reason } }: Vm, targets: readonly VmState[]): HypervisorError {
  return new HypervisorError({
    kind: 'conflict',
    message: `Instance ${id} became ${state} instead of ${targets.join(' or ')}${reason === undefined ? '' : `: ${reason}`}`,
    details: { vm: id, state, reason },
  });
}
