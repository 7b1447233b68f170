import { seededRandom, systemClock, withDeadline, type CallOptions, type Clock } from '@novacron/core';
import { HypervisorError, notFoundError } from '../error.ts';
import { EventQueue } from '../event-queue.ts';
import type { HypervisorEvent, ResourceEvent, VmEvent, VmNotice } from '../spec/events.ts';
import type { Filter } from '../spec/operations/filters.ts';
import type { EventsOptions } from '../spec/hypervisor.ts';
import { dailyLoad, type LoadFunction } from './load.ts';
import { count, type Machine } from './machine.ts';
import { Machines } from './machines.ts';
import { injectedError, type Failure, type FailingOperation } from './map-error.ts';
import { type MemoryNetwork } from './networks/memory-network.ts';
import { type MemoryPool } from './storage/memory-pool.ts';
import { defaultLatenciesMs, type Latencies, type MemoryHypervisorOptions } from './options.ts';

/** The simulated host: its machines, its time and its faults. The operations work on it. */
export class MemoryHost {
  readonly name: string;
  readonly clock: Clock;
  readonly load: LoadFunction;
  readonly capacity: { readonly cpus: number; readonly memoryBytes: number };
  readonly machines: Machines = new Machines();
  readonly pools: Map<string, MemoryPool> = new Map();
  readonly networks: Map<string, MemoryNetwork> = new Map();
  readonly filters: Map<string, Filter> = new Map();
  readonly poolBytes: number;
  readonly guestPrograms: NonNullable<MemoryHypervisorOptions['guestPrograms']>;
  /** The creation under way for each client token. */
  readonly creating: Map<string, Promise<unknown>> = new Map();
  /** The machines that are on their way to another host. */
  readonly migrating: Set<string> = new Set();
  readonly #random: () => number;
  readonly #latencies: Latencies;
  readonly #closed = new AbortController();
  #events: EventQueue;
  #failures: { readonly failure: Failure; left: number }[] = [];

  constructor(options: MemoryHypervisorOptions) {
    const seed = options.seed ?? 1;
    this.name = options.name ?? 'memory';
    this.clock = options.clock ?? systemClock;
    this.load = options.load ?? dailyLoad(seed);
    this.capacity = options.capacity ?? { cpus: 64, memoryBytes: 256 * 1024 ** 3 };
    this.#events = new EventQueue(this.clock);
    this.#random = seededRandom(seed);
    this.poolBytes = options.poolBytes ?? 1024 ** 4;
    this.guestPrograms = options.guestPrograms ?? echo;
    this.#latencies = { ...defaultLatenciesMs, ...options.latenciesMs };
  }

  /** Runs an operation under the caller's options. One that was begun goes on when its caller stops waiting. */
  call<T>(options: CallOptions | undefined, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(
      options,
      async (signal) => {
        this.assertOpen();
        return task(signal);
      },
      this.clock,
    );
  }

  /** Fails or hangs when that was asked for this operation. */
  async disturb(operation: FailingOperation, name: string, signal: AbortSignal): Promise<void> {
    if (this.failure(operation, name) === 'hang') await this.hang({ signal });
  }

  /**
   * Refuses to work once closed.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when it is.
   */
  assertOpen(): void {
    if (this.#closed.signal.aborted) throw this.#closedError();
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Passes the time that an operation takes. */
  async latency(operation: keyof Latencies): Promise<void> {
    const [shortestMs, longestMs] = this.#latencies[operation];
    const durationMs = shortestMs + this.#random() * (longestMs - shortestMs);
    if (durationMs > 0) await this.sleep(durationMs);
    this.assertOpen();
  }

  /**
   * Waits on the host's clock.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when the host is closed meanwhile.
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
   */
  async sleep(durationMs: number, { signal }: CallOptions = {}): Promise<void> {
    const closed = this.#closed.signal;
    try {
      await this.clock.sleep(durationMs, { signal: signal === undefined ? closed : AbortSignal.any([closed, signal]) });
    } catch (error) {
      this.assertOpen();
      throw error;
    }
  }

  /** A new identifier in the form of a UUID, from the seed. */
  newId(): string {
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  }

  /**
   * The machine of this id or name.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
   */
  find(vm: string): Machine {
    const machine = this.machines.get(vm) ?? this.machines.named(vm);
    if (machine === undefined) throw notFoundError(vm);
    return machine;
  }

  /** Counts its usage so far, then puts it into a state and tells. */
  transition(machine: Machine, state: Machine['state'], reason: string, event?: VmEvent['type']): void {
    const timeMs = this.clock.now();
    const wasOn = machine.startedMs !== undefined;
    count(machine, this.load, timeMs);
    if (state !== machine.state) machine.changes++;
    machine.state = state;
    if (state === 'running' || state === 'paused') machine.startedMs ??= timeMs;
    if (state === 'stopped' || state === 'crashed' || state === 'suspended') machine.startedMs = undefined;
    machine.reason = reason;
    const { id: vmId, spec, startedMs } = machine;
    if (event !== undefined) this.#events.push({ type: event, vmId, name: spec.name, state, timeMs, reason });
    if (wasOn && startedMs === undefined) machine.console?.end();
    if (wasOn === (startedMs !== undefined) || spec.guestAgent === false) return;
    this.notify(machine, { type: wasOn ? 'agent-disconnected' : 'agent-connected' });
  }

  /** Tells what happened to a machine besides a change of its state. */
  notify({ id: vmId, spec: { name } }: Machine, notice: Pick<VmNotice, 'type' | 'subject' | 'reason'>): void {
    this.#events.push({ ...notice, vmId, name, timeMs: this.clock.now() });
  }

  /** Tells what became of a network or a pool. */
  tell(type: ResourceEvent['type'], name: string, change: ResourceEvent['change']): void {
    this.#events.push({ type, name, change, timeMs: this.clock.now() });
  }

  /** Asks that operations fail from now on. */
  inject(failure: Failure): void {
    this.#failures.push({ failure, left: failure.times ?? 1 });
  }

  /**
   * Fails when that was asked for this operation; tells whether a `hang` was asked.
   *
   * @throws {HypervisorError} of the kind that was asked for.
   */
  failure(operation: FailingOperation, vm?: string): 'hang' | undefined {
    const asked = this.#failures.find(
      ({ failure }) => failure.operation === operation && (failure.vm === undefined || failure.vm === vm),
    );
    if (asked === undefined) return undefined;
    if (--asked.left <= 0) this.#failures = this.#failures.filter((other) => other !== asked);
    if (asked.failure.with === 'hang') return 'hang';
    throw injectedError(operation, asked.failure.with, vm);
  }

  /**
   * Never settles until the host is closed or the call is given up.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when the host is closed.
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
   */
  async hang(options: CallOptions): Promise<never> {
    await this.sleep(Number.MAX_SAFE_INTEGER, options);
    throw new HypervisorError({ kind: 'internal', message: 'A hang ended' });
  }

  /** What happens from now on. */
  readEvents(options: EventsOptions | undefined): AsyncIterableIterator<HypervisorEvent> {
    return this.#events.read(options);
  }

  /** Stops everything that is under way. Readers of events come to their end; later ones hear why there are none. */
  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#events.end();
    this.#events = new EventQueue(this.clock);
    this.#events.end(this.#closedError());
  }

  #closedError(): HypervisorError {
    return new HypervisorError({ kind: 'unavailable', retryable: false, message: `Hypervisor ${this.name} is closed` });
  }
}

/** What guests do when nobody says. */
const echo: NonNullable<MemoryHypervisorOptions['guestPrograms']> = (_, { path, arguments: words = [] }) =>
  path === '/bin/echo' ? { stdout: `${words.join(' ')}\n` } : {};
