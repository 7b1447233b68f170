import type { RawCalls } from '../connection/raw-calls.ts';
import { bandwidthFields, type BandwidthParameters } from '../domain/tuning-options.ts';
import { REMOTE_NETWORK_PORT_PARAMETERS_MAX } from '../protocol/remote-constants.gen.ts';
import type { NonnullNetworkPort } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { readFields, type WithParameters, writeFields } from '../values/fields.ts';

/** A port of a network: where one interface is plugged in. A reference by UUID; its methods reject with {@link LibvirtError}. */
export class NetworkPort {
  private readonly raw: RawCalls;
  private readonly reference: NonnullNetworkPort;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullNetworkPort) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its UUID, in lower case with hyphens. */
  get uuid(): string {
    return this.reference.uuid;
  }

  /** The name of its network. */
  get network(): string {
    return this.reference.net.name;
  }

  /** The reference that raw calls take as `port`. */
  get port(): NonnullNetworkPort {
    return this.reference;
  }

  /** Its XML. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.networkPortGetXmlDesc({ port: this.reference }, options)).xml;
  }

  /** How much it may carry. */
  async getParameters(options?: CallOptions): Promise<BandwidthParameters & WithParameters> {
    const args = { port: this.reference, nparams: REMOTE_NETWORK_PORT_PARAMETERS_MAX };
    const { params } = await this.raw.networkPortGetParameters(args, options);
    return readFields<BandwidthParameters>(bandwidthFields, params);
  }

  /** Sets how much it may carry; rates are rounded up to 1000 bytes per second. */
  async setParameters(parameters: BandwidthParameters, options?: CallOptions): Promise<void> {
    const params = writeFields(bandwidthFields, parameters);
    await this.raw.networkPortSetParameters({ port: this.reference, params }, options);
  }

  /** Removes it from its network. */
  delete(options?: CallOptions): Promise<void> {
    return this.raw.networkPortDelete({ port: this.reference }, options);
  }

  /** Its UUID, and its network's name. */
  toJSON(): { uuid: string; network: string } {
    return { uuid: this.uuid, network: this.network };
  }
}
