import { DomainEventHub } from '../event/domain-event-hub.ts';
import { type DomainEventOptions, type DomainEventStream } from '../event/domain-event-stream.ts';
import { Domain } from '../domain/domain.ts';
import { type DomainStats, readDomainStats } from '../domain/domain-stats.ts';
import { flagWord } from '../domain/flags.ts';
import {
  createBits,
  type CreateOptions,
  defineBits,
  type DefineOptions,
  listDomainsBits,
  type ListDomainsOptions,
} from '../domain/options.ts';
import { statsBits, statsGroupBits, type StatsOptions } from '../domain/stats-options.ts';
import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import { Network } from '../network/network.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Channel } from '../rpc/channel.ts';
import type { ChannelPool } from '../rpc/channel-pool.ts';
import type { Clock } from '../rpc/clock.ts';
import type { Procedure } from '../rpc/procedure.ts';
import { StoragePool } from '../storage/storage-pool.ts';
import { StorageVolume } from '../storage/storage-volume.ts';
import { nodeInfo, type NodeInfo } from './node-info.ts';
import { rawCalls, type RawCalls } from './raw-calls.ts';
import { unpackVersion, type Version } from './version.ts';

const farewellMs = 1000;

/**
 * A connection to a libvirt daemon, made by {@link connect}.
 *
 * Any number of calls may run at once. Every method takes `{ signal, timeoutMs }` and rejects with {@link LibvirtError}:
 * what the daemon reported, `LIBVIRT_ABORTED`, `LIBVIRT_TIMEOUT`, `LIBVIRT_CONNECTION_LOST` or `LIBVIRT_CONNECTION_CLOSED`.
 * It keeps the process alive only while somebody waits for an answer or an event.
 */
export class Connection {
  /** Every procedure of the protocol as a typed method. */
  readonly raw: RawCalls;
  /** Resolves when the connection has ended: with the error that ended it, or with nothing when it was closed. */
  readonly closed: Promise<LibvirtError | undefined>;

  private readonly primary: Channel;
  private readonly pool: ChannelPool;
  private readonly events: DomainEventHub;
  private closing: Promise<void> | undefined;

  /**
   * @param primary - The first socket, opened.
   * @param pool - All sockets.
   * @param clock - Where time comes from.
   */
  constructor(primary: Channel, pool: ChannelPool, clock: Clock) {
    this.primary = primary;
    this.pool = pool;
    this.raw = rawCalls((procedure, args, options) => this.call(procedure, args, options));
    this.events = new DomainEventHub(primary, clock, (reference) => new Domain(this.raw, reference));
    primary.onMessage = (head, payload) => this.events.receive(head, payload);
    this.closed = new Promise((resolve) => {
      primary.onClose = (reason) => {
        pool.close(reason);
        this.events.end(reason);
        resolve(reason);
      };
    });
  }

  /** Whether calls can still be made. */
  get isOpen(): boolean {
    return this.primary.isOpen && this.closing === undefined;
  }

  /** Calls any procedure of `procedures`; {@link Connection.raw} has the same as methods. */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    if (this.closing !== undefined) return Promise.reject(closedError(procedure.name));
    return this.pool.call(procedure, args, options);
  }

  /** The host's name. */
  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetHostname(options)).hostname;
  }

  /** The version of the daemon's libvirt. */
  async getLibVersion(options?: CallOptions): Promise<Version> {
    return unpackVersion((await this.raw.connectGetLibVersion(options)).libVer);
  }

  /** The version of the hypervisor: of QEMU, for instance. */
  async getVersion(options?: CallOptions): Promise<Version> {
    return unpackVersion((await this.raw.connectGetVersion(options)).hvVer);
  }

  /** The driver: `QEMU`, `TEST`, ... */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetType(options)).type;
  }

  /** What host and hypervisor can do, as XML. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetCapabilities(options)).capabilities;
  }

  /** The host's hardware. */
  async getInfo(options?: CallOptions): Promise<NodeInfo> {
    return nodeInfo(await this.raw.nodeGetInfo(options));
  }

  /** Whether the daemon has a feature of libvirt's internal list (`VIR_DRV_FEATURE_...`). */
  async supportsFeature(feature: number, options?: CallOptions): Promise<boolean> {
    return (await this.raw.connectSupportsFeature({ feature }, options)).supported === 1;
  }

  /** All domains, or those that the options name. */
  async listAllDomains(options?: ListDomainsOptions): Promise<Domain[]> {
    const flags = flagWord(options, listDomainsBits);
    const { domains } = await this.raw.connectListAllDomains({ needResults: 1, flags }, options);
    return domains.map((reference) => new Domain(this.raw, reference));
  }

  /** The domain of this name; `LIBVIRT_NO_DOMAIN` when there is none. */
  async lookupDomainByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.domainLookupByName({ name }, options)).dom);
  }

  /** The domain of this UUID; `LIBVIRT_NO_DOMAIN` when there is none. */
  async lookupDomainByUUID(uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.domainLookupByUuid({ uuid }, options)).dom);
  }

  /** The running domain of this number; `LIBVIRT_NO_DOMAIN` when there is none. */
  async lookupDomainByID(id: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this.raw, (await this.raw.domainLookupById({ id }, options)).dom);
  }

  /** Defines a domain, or defines it anew, from XML; it is not started. A name or UUID that is taken is `already-exists`. */
  async defineDomainXML(xml: string, options?: DefineOptions): Promise<Domain> {
    const flags = flagWord(options, defineBits);
    return new Domain(this.raw, (await this.raw.domainDefineXmlFlags({ xml, flags }, options)).dom);
  }

  /** Starts a transient domain from XML: it vanishes when it ends. */
  async createDomainXML(xml: string, options?: CreateOptions): Promise<Domain> {
    const flags = flagWord(options, createBits);
    return new Domain(this.raw, (await this.raw.domainCreateXml({ xmlDesc: xml, flags }, options)).dom);
  }

  /** The statistics of all domains, or of those that the options name, in one call. */
  async getAllDomainStats(options?: StatsOptions): Promise<DomainStats[]> {
    const stats = (options?.groups ?? []).reduce((bits, group) => bits | statsGroupBits[group], 0);
    const doms = (options?.domains ?? []).map((domain) => domain.dom);
    const { retStats } = await this.raw.connectGetAllDomainStats(
      { doms, stats, flags: flagWord(options, statsBits) },
      options,
    );
    return retStats.map((record) => readDomainStats(record, new Domain(this.raw, record.dom)));
  }

  /**
   * The events of domains as they come.
   *
   * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind of event or a queue size below 1,
   * LIBVIRT_CONNECTION_CLOSED.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * for await (const event of connection.domainEvents()) {
   *   if (event.type === 'lifecycle') console.log(event.domain.name, event.event, event.detail);
   * }
   * ```
   */
  domainEvents(options: DomainEventOptions = {}): DomainEventStream {
    if (!this.isOpen) throw closedError('domainEvents');
    return this.events.subscribe(options);
  }

  /** All networks. */
  async listAllNetworks(options?: CallOptions): Promise<Network[]> {
    const { nets } = await this.raw.connectListAllNetworks({ needResults: 1 }, options);
    return nets.map((reference) => new Network(this.raw, reference));
  }

  /** The network of this name; `LIBVIRT_NO_NETWORK` when there is none. */
  async lookupNetworkByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this.raw, (await this.raw.networkLookupByName({ name }, options)).net);
  }

  /** Defines a network from XML; it is not started. */
  async defineNetworkXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this.raw, (await this.raw.networkDefineXml({ xml }, options)).net);
  }

  /** All storage pools. */
  async listAllStoragePools(options?: CallOptions): Promise<StoragePool[]> {
    const { pools } = await this.raw.connectListAllStoragePools({ needResults: 1 }, options);
    return pools.map((reference) => new StoragePool(this.raw, reference));
  }

  /** The storage pool of this name; `LIBVIRT_NO_STORAGE_POOL` when there is none. */
  async lookupStoragePoolByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolLookupByName({ name }, options)).pool);
  }

  /** Defines a storage pool from XML; it is not started. */
  async defineStoragePoolXML(xml: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolDefineXml({ xml }, options)).pool);
  }

  /** The storage volume at this path; `LIBVIRT_NO_STORAGE_VOL` when there is none. */
  async lookupStorageVolumeByPath(path: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this.raw, (await this.raw.storageVolLookupByPath({ path }, options)).vol);
  }

  /** Takes leave of the daemon and ends the connection; calls that still wait reject. More calls do nothing. */
  close(): Promise<void> {
    this.closing ??= this.farewell();
    return this.closing;
  }

  /** Closes the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async farewell(): Promise<void> {
    try {
      await this.primary.call(remoteProcedures.connectClose, undefined, { timeoutMs: farewellMs });
    } catch {
      // A daemon that does not answer will notice.
    }
    this.primary.close();
  }
}

function closedError(procedure: string): LibvirtError {
  const message = `${procedure}: the connection is closed, it was not sent`;
  return clientError('LIBVIRT_CONNECTION_CLOSED', 'unavailable', message, { procedure });
}
