import type { RawCalls } from '../connection/raw-calls.ts';
import type { NonnullNwfilterBinding } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** That a network filter applies to a device of the host; a reference by that device. Its methods reject with {@link LibvirtError}. */
export class NWFilterBinding {
  private readonly raw: RawCalls;
  private readonly reference: NonnullNwfilterBinding;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullNwfilterBinding) {
    this.raw = raw;
    this.reference = reference;
  }

  /** The host's device: `vnet0`. */
  get portDev(): string {
    return this.reference.portdev;
  }

  /** The name of the filter. */
  get filterName(): string {
    return this.reference.filtername;
  }

  /** The reference that raw calls take as `nwfilter`. */
  get binding(): NonnullNwfilterBinding {
    return this.reference;
  }

  /** Its XML. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.nwfilterBindingGetXmlDesc({ nwfilter: this.reference }, options)).xml;
  }

  /** Takes the filter off the device. */
  delete(options?: CallOptions): Promise<void> {
    return this.raw.nwfilterBindingDelete({ nwfilter: this.reference }, options);
  }

  /** The device and the filter. */
  toJSON(): { portDev: string; filterName: string } {
    return { portDev: this.portDev, filterName: this.filterName };
  }
}
