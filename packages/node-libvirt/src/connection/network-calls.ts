import { flagWord } from '../domain/flags.ts';
import { Network } from '../network/network.ts';
import {
  listNetworksBits,
  type ListNetworksOptions,
  networkDefineBits,
  type NetworkDefineOptions,
} from '../network/options.ts';
import { REMOTE_NETWORK_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { DomainCalls } from './domain-calls.ts';

/** The calls of a connection that are about networks. */
export abstract class NetworkCalls extends DomainCalls {
  /** All networks, or those that the options name. */
  async listAllNetworks(options?: ListNetworksOptions): Promise<Network[]> {
    const flags = flagWord(options, listNetworksBits);
    const { nets } = await this.raw.connectListAllNetworks({ needResults: 1, flags }, options);
    return nets.map((reference) => new Network(this.raw, reference));
  }

  /** How many networks are started. */
  async numOfNetworks(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfNetworks(options)).num;
  }

  /** How many networks are defined and not started. */
  async numOfDefinedNetworks(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfDefinedNetworks(options)).num;
  }

  /** The names of the networks that are started. */
  async listNetworks(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListNetworks({ maxnames: REMOTE_NETWORK_LIST_MAX }, options)).names;
  }

  /** The names of the networks that are defined and not started. */
  async listDefinedNetworks(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListDefinedNetworks({ maxnames: REMOTE_NETWORK_LIST_MAX }, options)).names;
  }

  /** The network of this name; `LIBVIRT_NO_NETWORK` when there is none. */
  async lookupNetworkByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this.raw, (await this.raw.networkLookupByName({ name }, options)).net);
  }

  /** The network of this UUID; `LIBVIRT_NO_NETWORK` when there is none. */
  async lookupNetworkByUUID(uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this.raw, (await this.raw.networkLookupByUuid({ uuid }, options)).net);
  }

  /** Defines a network from XML; it is not started. */
  async defineNetworkXML(xml: string, options?: NetworkDefineOptions): Promise<Network> {
    const flags = flagWord(options, networkDefineBits);
    const { net } =
      flags === 0
        ? await this.raw.networkDefineXml({ xml }, options)
        : await this.raw.networkDefineXmlFlags({ xml, flags }, options);
    return new Network(this.raw, net);
  }

  /** Starts a transient network from XML: it vanishes when it is stopped. */
  async createNetworkXML(xml: string, options?: NetworkDefineOptions): Promise<Network> {
    const flags = flagWord(options, networkDefineBits);
    const { net } =
      flags === 0
        ? await this.raw.networkCreateXml({ xml }, options)
        : await this.raw.networkCreateXmlFlags({ xml, flags }, options);
    return new Network(this.raw, net);
  }
}
