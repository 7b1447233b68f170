import type { RawCalls } from '../connection/raw-calls.ts';
import type { NonnullNwfilter } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** Rules for what a network interface may send and get; a reference by UUID. Its methods reject with {@link LibvirtError}. */
export class NWFilter {
  private readonly raw: RawCalls;
  private readonly reference: NonnullNwfilter;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullNwfilter) {
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

  /** The reference that raw calls take as `nwfilter`. */
  get nwfilter(): NonnullNwfilter {
    return this.reference;
  }

  /** Its XML. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.nwfilterGetXmlDesc({ nwfilter: this.reference }, options)).xml;
  }

  /** Removes it; `LIBVIRT_OPERATION_INVALID` while something uses it. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.nwfilterUndefine({ nwfilter: this.reference }, options);
  }

  /** Its name and UUID. */
  toJSON(): { name: string; uuid: string } {
    return { name: this.name, uuid: this.uuid };
  }
}
