import type { RawCalls } from '../connection/raw-calls.ts';
import type { NonnullNetwork } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** One address that a network's DHCP server gave away. */
export interface DhcpLease {
  /** The host's bridge. */
  readonly interface: string;
  readonly mac: string | undefined;
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixLength: number;
  readonly hostname: string | undefined;
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

  /** Its XML. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.networkGetXmlDesc({ net: this.reference }, options)).xml;
  }

  /** Whether it is started. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.networkIsActive({ net: this.reference }, options)).active === 1;
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
      expiresMs: lease.expirytime * 1000,
    }));
  }
}
