import { systemClock, withDeadline, type CallOptions, type Clock } from '@novacron/core';
import type { Connection, Domain, DomainStateAndReason } from 'node-libvirt';
import { HypervisorError, notFoundError } from '../error.ts';
import type { DomainContext } from './definition/domain-context.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { mapError } from './map-error.ts';
import { mapState, mapVm, type MappedDomain } from './map-vm.ts';
import type { VmState } from '../spec/vm-state.ts';
import type { LibvirtOptions } from './options.ts';
import { findElement, parseXml } from './xml.ts';

const retryMs = 200;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What a host says of itself. */
export interface AboutHost {
  /** Its capabilities as libvirt writes them. */
  readonly capabilitiesXml: string;
  /** Of its libvirt. */
  readonly version: { readonly major: number; readonly minor: number };
}

/** A connected libvirt host, and how the operations talk to it. */
export class LibvirtHost {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly context: DomainContext;
  /** It goes back to external snapshots with memory. */
  readonly revertsExternalMemory: boolean;
  /** The URI that it was connected by. */
  readonly uri: string;
  /** How long what was begun is finished or taken back while the daemon is away. */
  readonly recoveryTimeoutMs: number;
  readonly #queue: KeyedQueue;
  #closed = false;
  #subscribed: Promise<void> = Promise.resolve();

  /**
   * @param connection - Open.
   * @param uri - The URI that it was connected by.
   * @param about - What the host says of itself, and the version of its libvirt.
   */
  constructor(connection: Connection, uri: string, about: AboutHost, options: LibvirtOptions) {
    this.connection = connection;
    this.uri = uri;
    this.clock = options.clock ?? systemClock;
    this.recoveryTimeoutMs = options.recoveryTimeoutMs ?? 30_000;
    this.#queue = new KeyedQueue(options.maxConcurrentChanges ?? 16);
    this.context = chooseContext(about.capabilitiesXml, options.domainType);
    const { major, minor } = about.version;
    this.revertsExternalMemory = major > 9 || (major === 9 && minor >= 9);
  }

  /** Runs an operation under the caller's options, with errors in the common vocabulary. */
  call<T>(
    options: CallOptions | undefined,
    vm: string | undefined,
    task: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return withDeadline(
      options,
      async (signal) => {
        const closed = this.closedError();
        if (closed !== undefined) throw closed;
        await this.#subscribed;
        try {
          return await task({ signal });
        } catch (error) {
          throw mapError(error, vm);
        }
      },
      this.clock,
    );
  }

  /** Runs a change when no other one is made to the same thing or things, and not too many are made at all. */
  exclusive<T>(key: string | readonly string[], { signal }: CallOptions, task: () => Promise<T>): Promise<T> {
    return this.#queue.run(key, signal, task);
  }

  /**
   * Runs a step that may be run twice, again when the daemon was lost during it, as long as the recovery may take.
   *
   * @throws what the step throws for any other reason, or when the daemon stays away.
   */
  async again<T>(step: () => Promise<T>): Promise<T> {
    const endMs = this.clock.monotonic() + this.recoveryTimeoutMs;
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!isAway(error) || this.#closed || this.clock.monotonic() >= endMs) throw error;
      }
      await this.clock.sleep(retryMs);
    }
  }

  /**
   * The domain of this id or name.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
   */
  async find(vm: string, options: CallOptions): Promise<Domain> {
    try {
      if (isUuid(vm)) return await this.connection.lookupDomainByUUID(vm, options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    try {
      return await this.connection.lookupDomainByName(vm, options);
    } catch (error) {
      throw isNotFound(error) ? notFoundError(vm) : error;
    }
  }

  /** The domain as it is now in the common model. */
  async read(domain: Domain, options: CallOptions): Promise<MappedDomain> {
    const [xml, state] = await Promise.all([domain.getXMLDesc(options), this.#state(domain, options)]);
    return mapVm(domain, xml, state);
  }

  /** Where the domain is in the state machine. */
  async state(domain: Domain, options: CallOptions): Promise<VmState> {
    return mapState(await this.#state(domain, options));
  }

  /** libvirt goes on to say that a domain's memory is saved when that was thrown away. */
  async #state(domain: Domain, options: CallOptions): Promise<DomainStateAndReason> {
    const state = await domain.getState(options);
    if (state.state !== 'shutoff' || state.reason !== 'saved') return state;
    return (await domain.hasManagedSaveImage(options)) ? state : { ...state, reason: 'unknown' };
  }

  /**
   * Events from now on: a call made after this one changes nothing before the daemon has begun to tell.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when the hypervisor is closed.
   */
  subscribe<Stream extends { readonly ready: Promise<void> }>(open: (connection: Connection) => Stream): Stream {
    const closed = this.closedError();
    if (closed !== undefined) throw closed;
    const stream = open(this.connection);
    const ready = stream.ready.catch(() => {}); // its reader learns of the failure
    this.#subscribed = this.#subscribed.then(() => ready);
    return stream;
  }

  /** Why nothing can be asked any more; nothing while it is open. */
  closedError(): HypervisorError | undefined {
    if (!this.#closed) return undefined;
    return new HypervisorError({
      kind: 'unavailable',
      retryable: false,
      message: 'The connection to libvirt is closed',
    });
  }

  /** Lets go of the connection, once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.connection.close();
  }
}

/** Whether a text is the UUID of something. */
export const isUuid = (text: string): boolean => uuidPattern.test(text);

/** Whether an error says that the daemon is away: it may come back. */
export function isAway(error: unknown): boolean {
  const { kind, retryable } = (error ?? {}) as { readonly kind?: unknown; readonly retryable?: unknown };
  return kind === 'unavailable' && retryable === true;
}

/** Whether an error says that a domain is gone. */
export function isNotFound(error: unknown): boolean {
  return (error as { kind?: unknown } | undefined)?.kind === 'not-found';
}

/** The best accelerator that the host offers for its own architecture. */
function chooseContext(capabilitiesXml: string, asked: LibvirtOptions['domainType']): DomainContext {
  const capabilities = parseXml(capabilitiesXml);
  const architecture = findElement(capabilities, 'host', 'cpu', 'arch')?.text ?? 'x86_64';
  const guests = capabilities.children
    .filter(({ name }) => name === 'guest')
    .map((guest) => findElement(guest, 'arch'));
  const own = guests.find((arch) => arch?.attributes['name'] === architecture) ?? guests[0];
  const types = (own?.children ?? [])
    .filter(({ name }) => name === 'domain')
    .map((each) => each.attributes['type'] ?? '');
  const domainType = asked ?? ['kvm', 'qemu'].find((type) => types.includes(type)) ?? types[0] ?? 'qemu';
  return { domainType, architecture: own?.attributes['name'] ?? architecture };
}
