import type { RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import type { NonnullInterface } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { interfaceXmlBits, type InterfaceXMLOptions } from './options.ts';

/** A network interface of the host; a reference by name. Its methods reject with {@link LibvirtError}. */
export class Interface {
  private readonly raw: RawCalls;
  private readonly reference: NonnullInterface;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullInterface) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name: `eth0`. */
  get name(): string {
    return this.reference.name;
  }

  /** Its MAC address. */
  get mac(): string {
    return this.reference.mac;
  }

  /** The reference that raw calls take as `iface`. */
  get iface(): NonnullInterface {
    return this.reference;
  }

  /** Its XML. */
  async getXMLDesc(options?: InterfaceXMLOptions): Promise<string> {
    const flags = flagWord(options, interfaceXmlBits);
    return (await this.raw.interfaceGetXmlDesc({ iface: this.reference, flags }, options)).xml;
  }

  /** Whether it is up. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.interfaceIsActive({ iface: this.reference }, options)).active === 1;
  }

  /** Brings it up. */
  create(options?: CallOptions): Promise<void> {
    return this.raw.interfaceCreate({ iface: this.reference }, options);
  }

  /** Takes it down. */
  destroy(options?: CallOptions): Promise<void> {
    return this.raw.interfaceDestroy({ iface: this.reference }, options);
  }

  /** Removes its definition. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.interfaceUndefine({ iface: this.reference }, options);
  }

  /** Its name and MAC address. */
  toJSON(): { name: string; mac: string } {
    return { name: this.name, mac: this.mac };
  }
}
