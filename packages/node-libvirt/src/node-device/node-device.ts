import type { RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import { REMOTE_NODE_DEVICE_CAPS_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { NonnullNodeDevice } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import {
  nodeDeviceUpdateBits,
  type NodeDeviceUpdateOptions,
  nodeDeviceXmlBits,
  type NodeDeviceXMLOptions,
} from './options.ts';

/** A device of the host; a reference by name. Its methods reject with {@link LibvirtError}. */
export class NodeDevice {
  private readonly raw: RawCalls;
  private readonly reference: NonnullNodeDevice;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullNodeDevice) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name: `pci_0000_00_1f_2`. */
  get name(): string {
    return this.reference.name;
  }

  /** Its XML. */
  async getXMLDesc(options?: NodeDeviceXMLOptions): Promise<string> {
    const flags = flagWord(options, nodeDeviceXmlBits);
    return (await this.raw.nodeDeviceGetXmlDesc({ name: this.name, flags }, options)).xml;
  }

  /** The name of the device that it hangs on; `undefined` for the topmost. */
  async getParent(options?: CallOptions): Promise<string | undefined> {
    return (await this.raw.nodeDeviceGetParent({ name: this.name }, options)).parentName;
  }

  /** What it can be: `pci`, `net`, ... */
  async listCaps(options?: CallOptions): Promise<readonly string[]> {
    const args = { name: this.name, maxnames: REMOTE_NODE_DEVICE_CAPS_LIST_MAX };
    return (await this.raw.nodeDeviceListCaps(args, options)).names;
  }

  /** How many things it can be. */
  async numOfCaps(options?: CallOptions): Promise<number> {
    return (await this.raw.nodeDeviceNumOfCaps({ name: this.name }, options)).num;
  }

  /** Whether it is started. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.nodeDeviceIsActive({ name: this.name }, options)).active === 1;
  }

  /** Whether it has a definition that outlives its stop. */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.raw.nodeDeviceIsPersistent({ name: this.name }, options)).persistent === 1;
  }

  /** Whether it is started with the host. */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.raw.nodeDeviceGetAutostart({ name: this.name }, options)).autostart === 1;
  }

  /** Sets whether it is started with the host. */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.raw.nodeDeviceSetAutostart({ name: this.name, autostart: autostart ? 1 : 0 }, options);
  }

  /** Starts it: a mediated device. */
  create(options?: CallOptions): Promise<void> {
    return this.raw.nodeDeviceCreate({ name: this.name }, options);
  }

  /** Stops it, or takes a virtual HBA away. */
  destroy(options?: CallOptions): Promise<void> {
    return this.raw.nodeDeviceDestroy({ name: this.name }, options);
  }

  /** Removes its definition. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.nodeDeviceUndefine({ name: this.name }, options);
  }

  /** Changes it, of its XML; libvirt 10.1 or later. */
  update(xml: string, options?: NodeDeviceUpdateOptions): Promise<void> {
    const flags = flagWord(options, nodeDeviceUpdateBits);
    return this.raw.nodeDeviceUpdate({ name: this.name, xmlDesc: xml, flags }, options);
  }

  /** Takes it from the host's driver, so that a guest can have it (`virNodeDeviceDetachFlags`). */
  detach(options?: CallOptions & { readonly driver?: string | undefined }): Promise<void> {
    if (options?.driver === undefined) return this.raw.nodeDeviceDettach({ name: this.name }, options);
    return this.raw.nodeDeviceDetachFlags({ name: this.name, driverName: options.driver }, options);
  }

  /** Gives it back to the host's driver. */
  reAttach(options?: CallOptions): Promise<void> {
    return this.raw.nodeDeviceReAttach({ name: this.name }, options);
  }

  /** Resets it. */
  reset(options?: CallOptions): Promise<void> {
    return this.raw.nodeDeviceReset({ name: this.name }, options);
  }

  /** Its name. */
  toJSON(): { name: string } {
    return { name: this.name };
  }
}
