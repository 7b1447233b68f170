import { Network } from '../network/network.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { DomainCalls } from './domain-calls.ts';

/** The calls of a connection that are about networks. */
export abstract class NetworkCalls extends DomainCalls {
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
}
