import { clockOf, type RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import type { NonnullNetwork } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { withDeadline } from '../rpc/with-deadline.ts';
import { numberOf } from '../values/words.ts';
import { NetworkPort } from './network-port.ts';
import {
  networkAffectBits,
  type NetworkMetadataOptions,
  type NetworkMetadataType,
  networkMetadataTypes,
  networkPortCreateBits,
  type NetworkPortCreateOptions,
  type NetworkSection,
  networkSections,
  type NetworkUpdateCommand,
  networkUpdateCommands,
  type NetworkUpdateOptions,
  networkXmlBits,
  type NetworkXMLOptions,
} from './options.ts';

/** libvirt's internal number for "takes the arguments of an update in their right order". */
const featureUpdateOrder = 16;

/** One address that a network's DHCP server gave away. */
export interface DhcpLease {
  /** The host's bridge. */
  readonly interface: string;
  readonly mac: string | undefined;
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixLength: number;
  readonly hostname: string | undefined;
  /** By what the guest named itself: its client identifier, or its DUID for IPv6. */
  readonly clientId: string | undefined;
  /** The guest's number of the interface, for IPv6. */
  readonly iaid: string | undefined;
  /** When it ends, epoch milliseconds. */
  readonly expiresMs: number;
}

/** A virtual network of libvirt; a reference by UUID. Its methods reject with {@link LibvirtError}. */
export class Network {
  private readonly raw: RawCalls;
  private readonly reference: NonnullNetwork;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullNetwork) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name. */
  get name(): string {
    return this.reference.name;
  }

  /** Its UUID, in lower case with hyphens. */
  get uuid(): string {
    return this.reference.uuid;
  }

  /** The reference that raw calls take as `net`. */
  get net(): NonnullNetwork {
    return this.reference;
  }

  /** Its XML. */
  async getXMLDesc(options?: NetworkXMLOptions): Promise<string> {
    const flags = flagWord(options, networkXmlBits);
    return (await this.raw.networkGetXmlDesc({ net: this.reference, flags }, options)).xml;
  }

  /** The host's bridge that it uses: `virbr0`. */
  async getBridgeName(options?: CallOptions): Promise<string> {
    return (await this.raw.networkGetBridgeName({ net: this.reference }, options)).name;
  }

  /** Whether it is started. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.networkIsActive({ net: this.reference }, options)).active === 1;
  }

  /** Whether it has a definition that outlives its stop. */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.raw.networkIsPersistent({ net: this.reference }, options)).persistent === 1;
  }

  /** Starts it. */
  create(options?: CallOptions): Promise<void> {
    return this.raw.networkCreate({ net: this.reference }, options);
  }

  /** Stops it. */
  destroy(options?: CallOptions): Promise<void> {
    return this.raw.networkDestroy({ net: this.reference }, options);
  }

  /** Removes its definition. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.networkUndefine({ net: this.reference }, options);
  }

  /** Whether it is started with the host. */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.raw.networkGetAutostart({ net: this.reference }, options)).autostart === 1;
  }

  /** Sets whether it is started with the host. */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.raw.networkSetAutostart({ net: this.reference, autostart: autostart ? 1 : 0 }, options);
  }

  /** The addresses that it gave away, of one MAC address or of all. */
  async getDHCPLeases(options?: CallOptions & { readonly mac?: string | undefined }): Promise<DhcpLease[]> {
    const { leases } = await this.raw.networkGetDhcpLeases(
      { net: this.reference, mac: options?.mac, needResults: 1 },
      options,
    );
    return leases.map((lease) => ({
      interface: lease.iface,
      mac: lease.mac,
      family: lease.type === 0 ? 'ipv4' : 'ipv6',
      address: lease.ipaddr,
      prefixLength: lease.prefix,
      hostname: lease.hostname,
      clientId: lease.clientid,
      iaid: lease.iaid,
      expiresMs: lease.expirytime * 1000,
    }));
  }

  /**
   * Changes a part of it (`virNetworkUpdate`).
   *
   * @param command - What is done.
   * @param section - To which part.
   * @param xml - The part: `<host mac='52:54:00:00:00:01' ip='192.168.122.10'/>`.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * const network = await connection.lookupNetworkByName('default');
   * const host = "<host mac='52:54:00:00:00:01' ip='192.168.122.10'/>";
   * await network.update('add-last', 'ip-dhcp-host', host, { live: true, config: true });
   * ```
   */
  async update(
    command: NetworkUpdateCommand,
    section: NetworkSection,
    xml: string,
    options?: NetworkUpdateOptions,
  ): Promise<void> {
    const numbers = [
      numberOf(networkUpdateCommands, command, 'update: the command'),
      numberOf(networkSections, section, 'update: the section'),
    ] as const;
    await withDeadline(options, clockOf(this.raw), 'update', async (signal) => {
      const { supported } = await this.raw.connectSupportsFeature({ feature: featureUpdateOrder }, { signal });
      // Daemons before libvirt 7.2 take what is called the section for the command, and the other way round.
      const [first, second] = supported === 1 ? numbers : [numbers[1], numbers[0]];
      const args = {
        net: this.reference,
        command: first,
        section: second,
        parentIndex: options?.parentIndex ?? -1,
        xml,
        flags: flagWord(options, networkAffectBits),
      };
      await this.raw.networkUpdate(args, { signal });
    });
  }

  /**
   * Its description, its title, or its XML element of the namespace `options.uri`; libvirt 9.7 or later.
   *
   * Rejects with `LIBVIRT_NO_NETWORK_METADATA` when it has none.
   */
  async getMetadata(type: NetworkMetadataType, options?: NetworkMetadataOptions): Promise<string> {
    const args = {
      network: this.reference,
      type: numberOf(networkMetadataTypes, type, 'getMetadata: the type'),
      uri: options?.uri,
      flags: flagWord(options, networkAffectBits),
    };
    return (await this.raw.networkGetMetadata(args, options)).metadata;
  }

  /**
   * Sets its description, its title, or its XML element of the namespace `options.uri` under the prefix `options.key`;
   * libvirt 9.7 or later.
   *
   * @param value - The text, or the element; `undefined` removes it.
   */
  async setMetadata(
    type: NetworkMetadataType,
    value: string | undefined,
    options?: NetworkMetadataOptions,
  ): Promise<void> {
    const args = {
      network: this.reference,
      type: numberOf(networkMetadataTypes, type, 'setMetadata: the type'),
      metadata: value,
      key: options?.key,
      uri: options?.uri,
      flags: flagWord(options, networkAffectBits),
    };
    await this.raw.networkSetMetadata(args, options);
  }

  /** Its ports: one for each interface that is plugged in. */
  async listAllPorts(options?: CallOptions): Promise<NetworkPort[]> {
    const { ports } = await this.raw.networkListAllPorts({ network: this.reference, needResults: 1 }, options);
    return ports.map((port) => new NetworkPort(this.raw, port));
  }

  /** Its port of this UUID; `LIBVIRT_NO_NETWORK_PORT` when there is none. */
  async portLookupByUUID(uuid: string, options?: CallOptions): Promise<NetworkPort> {
    return new NetworkPort(
      this.raw,
      (await this.raw.networkPortLookupByUuid({ network: this.reference, uuid }, options)).port,
    );
  }

  /** Makes a port from XML. */
  async portCreateXML(xml: string, options?: NetworkPortCreateOptions): Promise<NetworkPort> {
    const flags = flagWord(options, networkPortCreateBits);
    const { port } = await this.raw.networkPortCreateXml({ network: this.reference, xml, flags }, options);
    return new NetworkPort(this.raw, port);
  }

  /** Its name and UUID. */
  toJSON(): { name: string; uuid: string } {
    return { name: this.name, uuid: this.uuid };
  }
}
